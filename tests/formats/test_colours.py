"""The palette: every text on every ground it stands on can be read, light and dark (WCAG 2.2 AA)."""

from __future__ import annotations

import re

import pytest

from slactl.formats.assets import templates

STATES = ("ok", "warn", "miss", "unsure", "none")
TEXTS = [
    ("ink", "page"),
    ("soft", "page"),
    ("link", "page"),
    ("ink", "wash"),
    ("p95", "page"),
    ("p99", "page"),
    ("limit", "page"),
]
TEXTS += [(state, f"{state}-wash") for state in STATES] + [("ink", f"{state}-wash") for state in STATES]
TEXTS += [("soft", f"{state}-wash") for state in STATES] + [(state, "page") for state in STATES]
SHAPES = [(f"{state}-line", "page") for state in STATES] + [(f"{state}-line", f"{state}-wash") for state in STATES]
SHAPES += [("p95", "none-wash"), ("miss-line", "page"), ("strong", "page"), ("limit", "page")]


def palettes() -> dict[str, dict[str, str]]:
    css = templates().joinpath("report.css").read_text("utf-8")
    light, dark = re.findall(r":root\{(.*?)\}", css, re.DOTALL)
    return {
        name: dict(re.findall(r"--([a-z0-9-]+):(#[0-9a-f]+)", text))
        for name, text in (("light", light), ("dark", dark))
    }


def luminance(colour: str) -> float:
    digits = colour[1:] if len(colour) == 7 else "".join(sign * 2 for sign in colour[1:])
    parts = [int(digits[place : place + 2], 16) / 255 for place in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_measure_is_the_standards() -> None:
    assert contrast("#000000", "#fff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("palette", ["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXTS)
def test_texts_can_be_read(palette: str, text: str, ground: str) -> None:
    colours = palettes()[palette]
    assert contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("palette", ["light", "dark"])
@pytest.mark.parametrize(("line", "ground"), SHAPES)
def test_lines_and_bars_can_be_seen(palette: str, line: str, ground: str) -> None:
    colours = palettes()[palette]
    assert contrast(colours[line], colours[ground]) >= 3


def test_both_palettes_name_the_same_colours() -> None:
    both = palettes()
    assert both["light"].keys() == both["dark"].keys()


def test_print_is_always_light() -> None:
    css = templates().joinpath("report.css").read_text("utf-8")
    assert re.findall(r"@media[^{]*prefers-color-scheme[^{]*", css) == ["@media screen and (prefers-color-scheme:dark)"]
