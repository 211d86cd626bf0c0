"""The page on paper: the pages one expects, with numbers, running heads and repeated table heads."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("paper")]
Paper = list[tuple[tuple[float, float], str]]
"""Of each page its width and height, and its text."""

STYLES = """([what, name]) =>
    [...new Set([...document.querySelectorAll(what)].map((one) => getComputedStyle(one)[name]))]"""
WORDS = {
    "it": ("Pagina {n} di {m}", "Verifica e approvazione", "Richieste"),
    "en": ("Page {n} of {m}", "Review and approval", "Requests"),
}


def printed(browser: Browser, path: Path) -> PdfReader:
    context = browser.new_context(offline=True, color_scheme="dark")
    page = context.new_page()
    page.goto(path.as_uri())
    data = page.pdf(prefer_css_page_size=True)
    context.close()
    return PdfReader(BytesIO(data))


def texts(reader: PdfReader) -> list[str]:
    return [" ".join(page.extract_text().split()) for page in reader.pages]


@pytest.fixture(scope="module")
def paper(browser: Browser, pages: dict[str, Path]) -> Callable[[str], Paper]:
    """A sample's pages on paper, printed once."""

    @cache
    def read(name: str) -> Paper:
        reader = printed(browser, pages[name])
        boxes = [(float(page.mediabox.width), float(page.mediabox.height)) for page in reader.pages]
        return list(zip(boxes, texts(reader), strict=True))

    return read


@pytest.mark.parametrize("language", ["it", "en"])
def test_every_page_has_its_number_and_says_what_it_belongs_to(paper: Callable[[str], Paper], language: str) -> None:
    found = [text for _, text in paper(f"rich.{language}")]
    number, last, _ = WORDS[language]
    assert 12 <= len(found) <= 30
    for place, text in enumerate(found, 1):
        assert number.format(n=place, m=len(found)) in text
        assert "SLA-2026-10" in text
        assert "SHA-256 9f2c4d1e77ab0c55" in text
    assert last in found[-1]
    assert "CISO" in found[-1]


def test_the_first_page_has_the_verdict(paper: Callable[[str], Paper]) -> None:
    _, first = paper("rich.it")[0]
    assert "Non rispettato" in first
    assert "1 obiettivo vincolante su 11 non è rispettato" in first


def test_a_provisional_report_says_so_on_every_page(paper: Callable[[str], Paper]) -> None:
    found = [text for _, text in paper("provisional.it")]
    assert len(found) > 10
    assert all("PROVVISORIO" in text for text in found)


def test_a_long_table_repeats_its_head_on_every_page(paper: Callable[[str], Paper]) -> None:
    found = [text for (width, height), text in paper("long.it") if width > height and "/part-" in text]
    long = [text for text in found if text.count("/part-") > 5]
    assert len(long) > 4
    assert all(text.count("Richieste") >= 1 and "p95, ms" in text for text in long)
    assert sum(text.count("/part-") for text in long) >= 250


def test_endpoints_are_printed_across(paper: Callable[[str], Paper]) -> None:
    for (width, height), text in paper("rich.it"):
        assert (width > height) == ("Tutti gli endpoint di" in text)
        assert sorted((round(width), round(height))) == [595, 842]


def test_no_row_of_a_table_is_torn_and_nothing_is_cut_off(browser: Browser, pages: dict[str, Path]) -> None:
    context = browser.new_context(offline=True, viewport={"width": 680, "height": 900})
    page = context.new_page()
    page.goto(pages["rich.it"].as_uri())
    page.emulate_media(media="print")
    wide = page.evaluate(
        """() => [...document.querySelectorAll('.block:not(.wide) table, .chart svg')]
        .filter((one) => one.getBoundingClientRect().right > 681).map((one) => one.outerHTML.slice(0, 160))"""
    )
    torn = page.evaluate(STYLES, ["tr", "breakInside"])
    heads = page.evaluate(STYLES, ["thead", "display"])
    context.close()
    assert wide == []
    assert torn == ["avoid"]
    assert heads == ["table-header-group"]


def test_a_signature_block_is_never_torn(paper: Callable[[str], Paper]) -> None:
    _, last = paper("empty.it")[-1]
    assert all(word in last for word in ("Verifica e approvazione", "Preparato da", "Verificato da", "Approvato da"))
