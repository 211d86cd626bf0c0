"""The annual statement in a real browser: readable for everyone, at every width, and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import pytest

from slactl.formats.annual import ANNUAL_FORMATS, render
from tests.annual.samples import SAMPLES
from tests.browser.test_print import printed, texts
from tests.browser.test_screen import WIDTHS, looked_at, opened, too_wide
from tests.soaking import some

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

Look = tuple[Literal["screen", "print"], Literal["light", "dark"], int]
NAMES = [f"{name}.{language}" for name in SAMPLES for language in ("it", "en")]
LOOKS: tuple[Look, ...] = (("screen", "light", 1280), ("screen", "dark", 320), ("print", "light", 1280))
AXE = [("whole.it", *LOOKS[0]), ("hostile.en", *LOOKS[1])]
REST = [("whole.it", *look) for look in LOOKS[1:]] + [("running.en", *LOOKS[0])]
WORDS = {"it": ("Pagina {n} di {m}", "Verifica e approvazione"), "en": ("Page {n} of {m}", "Review and approval")}


@pytest.fixture(scope="session")
def statements(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every sample as a file, in both languages."""
    folder, made = tmp_path_factory.mktemp("statements"), {}
    for name in NAMES:
        sample, language = name.split(".")
        made[name] = folder / f"{name}.html"
        made[name].write_text(render(ANNUAL_FORMATS["html"], SAMPLES[sample](), language), "utf-8")
    return made


@pytest.mark.parametrize(
    ("name", "media", "scheme", "width"), [*AXE, *(pytest.param(*one, marks=pytest.mark.soak) for one in REST)]
)
def test_axe_finds_nothing(
    browser: Browser,
    statements: dict[str, Path],
    axe: str,
    name: str,
    media: Literal["screen", "print"],
    scheme: Literal["light", "dark"],
    width: int,
) -> None:
    with opened(browser, statements[name], width, scheme) as (page, asked, said):
        page.emulate_media(media=media, color_scheme=scheme)
        complaints, passes = looked_at(page, axe)
        assert complaints == []
        assert passes > 20
        assert asked == [statements[name].as_uri()]
        assert said == []


@pytest.mark.parametrize("name", some(NAMES, 2))
def test_nothing_is_wider_than_the_screen(browser: Browser, statements: dict[str, Path], name: str) -> None:
    with opened(browser, statements[name]) as (page, _, _):
        assert {width: too_wide(page, width) for width in WIDTHS} == {1280: [], 320: []}


def test_no_label_of_a_drawing_is_cut_off(browser: Browser, statements: dict[str, Path]) -> None:
    with opened(browser, statements["whole.it"]) as (page, _, _):
        out = page.evaluate(
            """() => [...document.querySelectorAll('.chart svg text')].filter((one) => {
                const box = one.getBoundingClientRect(), all = one.ownerSVGElement.getBoundingClientRect();
                return box.left < all.left - 1 || box.right > all.right + 1 || box.bottom > all.bottom + 1;
            }).map((one) => one.textContent)"""
        )
        assert out == []
        assert page.locator(".chart svg").count() > 2


@pytest.mark.parametrize("language", some(["it", "en"], 2))
def test_it_prints_with_numbers_the_months_across(browser: Browser, statements: dict[str, Path], language: str) -> None:
    reader = printed(browser, statements[f"whole.{language}"])
    found, (number, last) = texts(reader), WORDS[language]
    assert 8 <= len(found) <= 30
    for place, text in enumerate(found, 1):
        assert number.format(n=place, m=len(found)) in text
        assert "SLA-2026" in text
    assert last in found[-1]
    across = [page.mediabox.width > page.mediabox.height for page in reader.pages]
    assert any(across)
    assert not all(across)


def test_nothing_is_cut_off_on_paper(browser: Browser, statements: dict[str, Path]) -> None:
    context = browser.new_context(offline=True, viewport={"width": 680, "height": 900})
    page = context.new_page()
    page.goto(statements["whole.it"].as_uri())
    page.emulate_media(media="print")
    wide = page.evaluate(
        """() => [...document.querySelectorAll('.block:not(.wide) table, .chart svg')]
        .filter((one) => one.getBoundingClientRect().right > 681).map((one) => one.outerHTML.slice(0, 160))"""
    )
    page.set_viewport_size({"width": 1010, "height": 700})
    across = page.evaluate(
        """() => [...document.querySelectorAll('.wide table')]
        .filter((one) => one.getBoundingClientRect().right > 1011).map((one) => one.getBoundingClientRect().right)"""
    )
    context.close()
    assert wide == []
    assert across == []
