"""Pages and tables are held against what slactl writes: what a reader sees is named where it is false."""

from __future__ import annotations

import re
from functools import cache
from html import unescape

import pytest

from slactl.formats import FORMATS
from slactl.workflows.verifying.pages import texts_of
from slactl.workflows.verifying.texts import compared_texts
from slactl.workflows.verifying.verdict import Checked, Outcome, look_at
from tests.formats import sample


@cache
def rendered(name: str, language: str = "it") -> str:
    return FORMATS[name].render(sample.rich(), language)


def false(says: str, name: str = "html") -> list[str]:
    found = compared_texts(says, rendered(name), page=name == "html", same_version=True)
    return [str(figure) for figure in found.false]


def edited(old: str, new: str, name: str = "html") -> str:
    text = rendered(name)
    assert old in text
    return text.replace(old, new, 1)


@pytest.mark.parametrize("name", ["html", "csv", "md"])
def test_the_same_text_is_true(name: str) -> None:
    assert false(rendered(name), name) == []


def test_a_false_cell_is_named_by_chapter_table_row_and_column() -> None:
    cell = re.search(r'<th scope="row">([^<]*uptime[^<]*|Disponibilità[^<]*)<', rendered("html"))
    assert cell
    figure = re.search(r"99,\d+%", rendered("html")[cell.end() :])
    assert figure
    start = cell.end() + figure.start()
    text = rendered("html")
    told = false(text[:start] + "100,00%" + text[start + len(figure[0]) :])
    assert len(told) == 1
    assert "says " in told[0]
    assert "100,00%" in told[0]
    assert " / " in told[0]


def test_a_false_verdict_is_named() -> None:
    word = re.search(r'<div class="verdict[^>]*>.*?<strong>([^<]+)</strong>', rendered("html"), re.DOTALL)
    assert word
    told = false(edited(f"<strong>{word[1]}</strong>", "<strong>RISPETTATO</strong>"))
    assert len(told) == 1
    assert "RISPETTATO" in told[0]


def test_what_was_added_or_taken_away_is_named() -> None:
    assert any("Tutto bene" in line for line in false(edited("</main>", "<p>Tutto bene</p></main>")))
    row = re.search(r"<tr><th scope=row>.*?\n", rendered("html"))
    assert row
    assert false(edited(row[0], ""))


@pytest.mark.parametrize(
    ("old", "new"),
    [("</style>", "td{display:none}</style>"), ("<body>", "<body><!-- x -->"), ("<main>", '<main style="color:#fff">')],
)
def test_what_no_reader_sees_is_a_difference_too(old: str, new: str) -> None:
    assert false(edited(old, new))


def test_the_lines_of_a_table_are_named_by_number() -> None:
    lines = rendered("csv").splitlines(keepends=True)
    told = false("".join([*lines[:3], lines[3].replace("missions", "admissions"), *lines[4:]]), "csv")
    assert len(told) == 1
    assert told[0].startswith("line: 4: says ")


def test_of_another_version_words_and_numbers_are_told_apart() -> None:
    worded = rendered("html").replace("Disponibilità", "Reperibilità")
    assert false(worded)
    found = compared_texts(worded, rendered("html"), page=True, same_version=False)
    assert found.false == ()
    assert found.worded
    figure = re.search(r"<td[^>]*>(99,\d+%)", rendered("html"))
    assert figure
    numbers = compared_texts(edited(figure[1], "100,00%"), rendered("html"), page=True, same_version=False)
    assert any("100,00%" in str(one) for one in numbers.false)


def test_of_another_version_nothing_is_proven_that_is_not_the_same() -> None:
    hidden = edited("<body>", "<body><!-- x -->")
    found = compared_texts(hidden, rendered("html"), page=True, same_version=False)
    look = look_at(Checked("report/a.html", found), "0.0.9")
    assert look.outcome is Outcome.UNCHECKED
    assert "slactl==0.0.9" in look.hint
    same = compared_texts(rendered("html"), rendered("html"), page=True, same_version=False)
    assert look_at(Checked("report/a.html", same), "0.0.9").outcome is Outcome.PROVEN


def test_every_text_of_the_page_has_a_place_of_its_own() -> None:
    seen = texts_of(rendered("html"))
    assert len(seen) > 1000
    shown = "\n".join(map(str, seen.values()))
    cells = re.findall(r"<t[dh][^>]*>([^<\n]+)", rendered("html"))
    assert len(cells) > 500
    assert [cell for cell in cells if " ".join(unescape(cell).split()) not in shown] == []
