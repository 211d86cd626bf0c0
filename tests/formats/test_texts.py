"""Every reason has its sentence in both languages, and the catalogue is whole."""

from __future__ import annotations

import re
from io import BytesIO
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from slactl.formats.language import LOCALES, speak
from slactl.formats.texts import SENTENCES, placeholders, reason_text
from slactl.model.status import Code, Reason

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "slactl/locale/it/LC_MESSAGES/slactl.po"
KEYWORDS = {
    "gettext": None,
    "ngettext": (1, 2),
    "say": None,
    "mark": None,
    "count": (1, 2),
    "mark_many": (1, 2),
}
FIGURES: dict[str, str | int | float] = {
    "given_seconds": 21600,
    "notice_seconds": 172800,
    "proof": "declared",
    "required": "documented",
    "cap": "month",
    "cap_seconds": 28800,
    "left_seconds": 600,
    "seconds": 240,
    "covered_seconds": 60,
    "local_start": "2026-10-25T02:30:00",
    "local_end": "2026-10-25T03:00:00",
    "excludes": "less",
    "requests": 1234,
    "needed": 200,
    "bad": 3,
    "error": "Throttling",
    "coarse": 10,
    "fine": 11,
    "left_share": 0.125,
    "share": 0.0012,
    "unexplained": 12,
    "name": "read",
}


def used_texts() -> set[str | tuple[str, ...]]:
    found: set[str | tuple[str, ...]] = set()
    for folder, method in (("slactl/formats", [("**.py", "python")]), ("templates", [("**.j2", "jinja2")])):
        for _, _, message, _, _ in extract_from_dir(str(ROOT / folder), method, keywords=KEYWORDS):
            found.add(message)
    return found


def test_the_catalogue_holds_exactly_the_texts_in_use() -> None:
    catalogue = read_po(BytesIO(CATALOGUE.read_bytes()), locale="it")
    assert {message.id for message in catalogue if message.id} == used_texts()


def test_every_text_is_translated_and_none_is_fuzzy() -> None:
    catalogue = read_po(BytesIO(CATALOGUE.read_bytes()), locale="it")
    for message in catalogue:
        texts = message.string if isinstance(message.string, tuple | list) else (message.string,)
        assert all(texts), message.id
        assert not (message.id and message.fuzzy), message.id


def test_a_translation_has_the_placeholders_of_its_source_and_no_markup() -> None:
    catalogue = read_po(BytesIO(CATALOGUE.read_bytes()), locale="it")
    for message in catalogue:
        if isinstance(message.id, str) and message.id:
            assert placeholders(message.id) == placeholders(str(message.string)), message.id
        if message.id:
            assert not re.search(r"<[a-z/]|&[a-z]+;", str(message.string)), message.id


@pytest.mark.parametrize("code", Code)
@pytest.mark.parametrize("language", LOCALES)
def test_every_reason_has_a_sentence_with_and_without_figures(code: Code, language: str) -> None:
    bare = reason_text(Reason(code), speak(language))
    full = reason_text(Reason(code, tuple(sorted(FIGURES.items()))), speak(language))
    for text in (bare, full):
        assert text
        assert not re.search(r"[{}]", text)
        assert text[0].isupper() or text[0].isdigit()


@pytest.mark.parametrize("code", Code)
def test_the_barest_sentence_needs_no_figure(code: Code) -> None:
    assert not placeholders(SENTENCES[code][-1])


def test_the_figures_are_said_in_the_readers_way() -> None:
    late = Reason.of(Code.LATE_ANNOUNCEMENT, given_seconds=21600, notice_seconds=172800)
    assert (
        reason_text(late, speak("it")) == "Annunciata 6 h prima dell'inizio; l'accordo richiede un preavviso di 48 h."
    )
    after = Reason.of(Code.LATE_ANNOUNCEMENT, given_seconds=-1800, notice_seconds=172800)
    assert "30 min after the start" in reason_text(after, speak("en"))
    few = Reason.of(Code.FEW_REQUESTS, bad=3, requests=1234)
    assert reason_text(few, speak("it")).startswith("3 su 1.234")
    share = Reason.of(Code.SOURCES_DISAGREE, share=0.0012)
    assert "0,120%" in reason_text(share, speak("it")) or "0,121%" in reason_text(share, speak("it"))


@pytest.mark.parametrize(
    ("language", "compared", "uncompared"),
    [
        ("en", "which the weeks before do not explain", "nothing tells whether silence is usual"),
        ("it", "che le settimane precedenti non spiegano", "nulla dice se l'assenza di traffico sia abituale"),
    ],
)
def test_a_silence_without_an_earlier_week_does_not_speak_of_the_weeks_before(
    language: str, compared: str, uncompared: str
) -> None:
    for figures in ({}, {"seconds": 7200}):
        alone = reason_text(Reason.of(Code.UNEXPLAINED_SILENCE, weeks=0, **figures), speak(language))
        assert uncompared in alone
        assert compared not in alone
        beside = reason_text(Reason.of(Code.UNEXPLAINED_SILENCE, **figures), speak(language))
        assert compared in beside
        assert uncompared not in beside
        assert ("2 h" in alone) == ("2 h" in beside) == bool(figures)


def test_outside_text_in_a_reason_is_made_visible() -> None:
    text = reason_text(Reason.of(Code.READ_FAILED, error="a\x1b[31mb\n{seconds}"), speak("en"))
    assert text == "The data could not be read: a\\x1b[31mb\\x0a{seconds}"


def test_an_unknown_language_is_refused() -> None:
    with pytest.raises(ValueError, match="no such language"):
        speak("fr")
