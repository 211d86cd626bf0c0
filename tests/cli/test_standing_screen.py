"""A standing on terminals of any width: nothing is cut, nothing is obeyed, no colour says anything by itself."""

from __future__ import annotations

import io
import re

import pytest
from rich.console import Console

from slactl.cli.standing_screen import STYLES, Screen
from slactl.formats.language import speak
from slactl.formats.standing.lines import lines_of
from slactl.formats.words import KINDS
from slactl.model.standing import Standing
from slactl.model.status import Status
from tests.cli.terminal import STYLE, plain
from tests.formats.check.checks import check, spent, uptime
from tests.formats.standing.standings import STANDINGS, hostile_standing, standing

WIDTHS = (40, 80, 140, 220)
LANGUAGES = ("it", "en")
COLOUR = re.compile(r"\x1b\[(?:\d+;)*3\d")


def drawn(
    found: Standing,
    width: int,
    language: str = "en",
    height: int = 400,
    *,
    ascii_only: bool = False,
    whole: bool = True,
    no_color: bool = False,
) -> str:
    """What a terminal of some size is written."""
    file = io.StringIO()
    console = Console(
        file=file, width=width, height=height, force_terminal=True, color_system="standard", no_color=no_color,
        markup=False, highlight=False, emoji=False, legacy_windows=False,
    )  # fmt: skip
    console.print(Screen(found, language, ascii_only=ascii_only, whole=whole))
    return file.getvalue()


def squeezed(text: str) -> str:
    """Text without blanks and line ends, as folding leaves it."""
    return re.sub(r"\s+", "", text)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", STANDINGS)
def test_no_line_is_wider_than_the_terminal(name: str, language: str, width: int) -> None:
    text = plain(drawn(standing(STANDINGS[name]()), width, language))
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", STANDINGS)
def test_every_target_stands_there_with_its_word_and_figure(name: str, language: str, width: int) -> None:
    found = standing(STANDINGS[name]())
    text = plain(drawn(found, width, language))
    lines = lines_of(found, speak(language))
    for line in lines:
        assert text.count(f"{line.sign} {line.word}") >= sum(one.word == line.word for one in lines)
        assert squeezed(line.figure) in squeezed(text)
        assert line.trend in text
        assert line.left in text


def test_one_line_a_target_where_there_is_room() -> None:
    found = standing(check(uptime(), spent()))
    text = plain(drawn(found, 140)).splitlines()
    first = next(line for line in text if line.startswith("missions-api"))
    parts = ["Uptime", "✓ Met", "99.931% (≥ 99.9%)", "28.5%", "0.0×", "13.9×", "0.0–3.5×", "?", "▁▂▃▅█?▃"]
    assert [part for part in parts if part not in first] == []
    assert sum(line.startswith("missions-api") for line in text) == 2


def test_a_narrow_terminal_gets_the_same_in_more_lines() -> None:
    found = standing(check(uptime()))
    text = plain(drawn(found, 80))
    for part in ("missions-api", "Uptime", "✓ Met", "99.931% (≥ 99.9%)", "28.5%", "6h 13.9×", "Days ▁▂▃▅█?▃"):
        assert part in text
    assert "gone on the 23rd" in " ".join(text.split())


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_names_are_never_obeyed(language: str, width: int) -> None:
    text = drawn(hostile_standing(), width, language)
    assert "\x1b" not in STYLE.sub("", text)
    assert set(re.findall(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", plain(text))) <= {"\n"}


def test_no_color_is_obeyed_and_the_words_are_the_same() -> None:
    found = standing(STANDINGS["breached"]())
    bright, pale = drawn(found, 140), drawn(found, 140, no_color=True)
    assert COLOUR.search(bright)
    assert not COLOUR.search(pale)
    assert plain(bright) == plain(pale)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [*STANDINGS, "hostile"])
def test_plain_characters_only(name: str, language: str, width: int) -> None:
    found = hostile_standing() if name == "hostile" else standing(STANDINGS[name]())
    text = drawn(found, width, language, ascii_only=True)
    assert text.isascii()
    assert max(map(len, plain(text).splitlines())) <= width


def test_every_status_has_a_style() -> None:
    assert {KINDS[status] for status in Status} == set(STYLES)


@pytest.mark.parametrize("height", [5, 12, 30])
def test_a_low_terminal_says_what_it_does_not_show(height: int) -> None:
    found = standing(STANDINGS["good"]())
    whole, part = (
        plain(drawn(found, 100, height=height, whole=one)).rstrip("\n").splitlines() for one in (True, False)
    )
    assert len(part) == height
    assert part[:-1] == whole[: height - 1]
    assert part[-1].strip() == f"{len(whole) - height + 1} more lines: a taller terminal shows them"


def test_a_high_terminal_shows_all() -> None:
    found = standing(STANDINGS["good"]())
    whole, part = (plain(drawn(found, 100, whole=one)).rstrip("\n") for one in (True, False))
    assert [line.rstrip() for line in part.splitlines()] == [line.rstrip() for line in whole.splitlines()]
