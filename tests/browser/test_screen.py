"""The page in a real browser: readable for everyone, at every width, and with no word to the outside."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Literal

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser

Scheme = Literal["light", "dark"]
WIDTHS = (1280, 320)
LOOKS: tuple[tuple[str, Scheme], ...] = (("screen", "light"), ("screen", "dark"), ("print", "light"))
ALL = [
    f"{name}.{language}" for name in ("rich", "provisional", "empty", "hostile", "large") for language in ("it", "en")
]
ALL += ["platform.it", "hostile-platform.en"]
RULES = "'wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'"
CONTRAST = "color-contrast"
THINNED = """() => {
    const look = (one) => [one.tagName, one.getAttribute('class'), one.getAttribute('style'), one.getAttribute('fill'),
        !!one.textContent.trim(), ...[...one.children].map(look)].join();
    for (const all of document.querySelectorAll('tbody, svg, ul, ol, dl')) {
        const seen = {};
        for (const one of [...all.children]) {
            const same = seen[look(one)] = (seen[look(one)] ?? 0) + 1;
            if (same > 2) one.remove();
        }
    }
}"""
"""Leaves two of each row, mark and item that look the same: looking at colours takes as long as the rest five times."""


@contextmanager
def opened(
    browser: Browser, path: Path, width: int = 1280, scheme: Scheme = "light"
) -> Iterator[tuple[Page, list[str], list[str]]]:
    """A page with what it asked for and what it complained of."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, offline=True)
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(path.as_uri())
    yield page, asked, said
    context.close()


def looked_at(page: Page, axe: str, where: str = "document") -> tuple[list[tuple[str, list[str]]], int]:
    """What axe complains of, rule by rule, and how many rules it found kept; colours it looks at on a thinned page."""
    page.evaluate(axe)
    everything = f"{{resultTypes: ['violations'], runOnly: [{RULES}], rules: {{'{CONTRAST}': {{enabled: false}}}}}}"
    found = [page.evaluate(f"async () => (await axe.run({where}, {everything}))")]
    page.evaluate(THINNED)
    found.append(
        page.evaluate(f"async () => (await axe.run({where}, {{resultTypes: ['violations'], runOnly: ['{CONTRAST}']}}))")
    )
    wrong = [one for each in found for one in each["violations"]]
    kept = sum(len(each["passes"]) for each in found)
    return [(one["id"], [node["html"][:120] for node in one["nodes"]]) for one in wrong], kept


AXE = [("rich.it", *LOOKS[0], 1280), ("rich.it", *LOOKS[1], 320), ("rich.it", *LOOKS[2], 1280)]
AXE += [(name, *LOOKS[0], 320) for name in ("provisional.it", "hostile.en")]


REST = [(name, *look, width) for name in ("rich.it", "rich.en") for look in LOOKS for width in WIDTHS]
REST += [
    ("platform.it", *LOOKS[0], 320),
    ("platform.en", *LOOKS[1], 1280),
    ("platform.it", *LOOKS[2], 1280),
    ("hostile-platform.it", *LOOKS[0], 320),
]
REST += [("empty.it", *LOOKS[0], 320), ("provisional.en", *LOOKS[1], 1280)]
MORE = [pytest.param(*one, marks=pytest.mark.soak) for one in REST if one not in AXE]
"""The same rules at every width and in the other language: the markup is one."""


@pytest.mark.parametrize(("name", "media", "scheme", "width"), [*AXE, *MORE])
def test_axe_finds_nothing(
    browser: Browser,
    pages: dict[str, Path],
    axe: str,
    name: str,
    media: Literal["screen", "print"],
    scheme: Scheme,
    width: int,
) -> None:
    with opened(browser, pages[name], width, scheme) as (page, _, _):
        page.emulate_media(media=media, color_scheme=scheme)
        complaints, passes = looked_at(page, axe)
        assert complaints == []
        assert passes > 20


def test_axe_finds_nothing_in_the_chapters_of_the_platform(browser: Browser, pages: dict[str, Path], axe: str) -> None:
    with opened(browser, pages["platform.en"], 320) as (page, _, _):
        complaints, passes = looked_at(page, axe, "{include: [['.c-components'], ['.c-clauses'], ['.c-alarms']]}")
        assert complaints == []
        assert passes > 10


def test_axe_finds_a_colour_that_cannot_be_read(browser: Browser, pages: dict[str, Path], axe: str) -> None:
    """Also where all of its kind have it, and only two of them are looked at."""
    with opened(browser, pages["empty.it"]) as (page, _, _):
        page.evaluate("document.querySelectorAll('td').forEach((one) => one.style.color = '#eee')")
        complaints, _ = looked_at(page, axe)
        assert [name for name, _ in complaints] == [CONTRAST]


@pytest.mark.parametrize("name", ALL)
def test_nothing_is_wider_than_the_screen_nothing_is_asked_and_the_console_is_empty(
    browser: Browser, pages: dict[str, Path], name: str
) -> None:
    with opened(browser, pages[name]) as (page, asked, said):
        page.wait_for_load_state("networkidle")
        assert {width: too_wide(page, width) for width in WIDTHS} == {1280: [], 320: []}
        assert asked == [pages[name].as_uri()]
        assert said == []


def too_wide(page: Page, width: int) -> list[str]:
    """What reaches over the right edge of a screen of that width."""
    page.set_viewport_size({"width": width, "height": 900})
    out: list[str] = page.evaluate(
        """(width) => [...document.querySelectorAll('body *')]
        .filter((one) => one.getBoundingClientRect().right > width + 1 && !one.closest('.scroll'))
        .map((one) => one.outerHTML.slice(0, 80))""",
        width,
    )
    return [*out, *(["the page scrolls"] if page.evaluate("document.documentElement.scrollWidth") > width else [])]


def test_the_policy_lets_the_style_sheet_in_and_nothing_else(browser: Browser, pages: dict[str, Path]) -> None:
    with opened(browser, pages["rich.it"]) as (page, asked, said):
        refused: dict[str, str | None] = {}
        page.on("requestfailed", lambda request: refused.update({request.url: request.failure}))
        assert page.evaluate("getComputedStyle(document.querySelector('.verdict')).display") == "flex"
        page.evaluate("document.body.insertAdjacentHTML('beforeend', '<img src=\"https://example.com/x.png\">')")
        page.evaluate("document.body.setAttribute('style', 'display: none')")
        page.wait_for_timeout(200)
        assert page.evaluate("getComputedStyle(document.body).display") == "block"
        assert [url for url in asked if url.startswith("https:")] == list(refused)
        assert set(refused.values()) == {"csp"}
        assert len(said) == 2


def test_the_screen_may_be_dark_and_paper_never_is(browser: Browser, pages: dict[str, Path]) -> None:
    ground = "getComputedStyle(document.documentElement).backgroundColor"
    with opened(browser, pages["rich.it"], scheme="dark") as (page, _, _):
        assert page.evaluate(ground) == "rgb(17, 22, 28)"
        page.emulate_media(media="print", color_scheme="dark")
        assert page.evaluate(ground) == "rgb(255, 255, 255)"


def test_the_first_tab_leads_to_the_outcome(browser: Browser, pages: dict[str, Path]) -> None:
    with opened(browser, pages["rich.it"]) as (page, _, _):
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.className") == "skip"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.getAttribute('aria-labelledby')") == "outcome-binding"


def test_a_table_too_wide_for_a_phone_can_be_scrolled_by_keyboard(browser: Browser, pages: dict[str, Path]) -> None:
    with opened(browser, pages["rich.it"], width=320) as (page, _, _):
        wide = page.evaluate(
            """() => [...document.querySelectorAll('*')].filter((one) => one.scrollWidth > one.clientWidth + 1
            && ['auto', 'scroll'].includes(getComputedStyle(one).overflowX)).map((one) => one.tabIndex)"""
        )
        assert len(wide) > 5
        assert set(wide) == {0}


def test_hostile_names_run_nothing(browser: Browser, pages: dict[str, Path]) -> None:
    with opened(browser, pages["hostile.it"]) as (page, _, said):
        assert page.evaluate("document.scripts.length") == 0
        assert said == []


@pytest.mark.parametrize("name", ["rich.it", "provisional.it", "provisional.en"])
def test_no_label_of_a_drawing_is_cut_off(browser: Browser, pages: dict[str, Path], name: str) -> None:
    with opened(browser, pages[name]) as (page, _, _):
        out = page.evaluate(
            """() => [...document.querySelectorAll('.c-budget .chart svg text')].filter((one) => {
                const box = one.getBoundingClientRect(), all = one.ownerSVGElement.getBoundingClientRect();
                return box.left < all.left - 1 || box.right > all.right + 1 || box.top < all.top - 1
                    || box.bottom > all.bottom + 1;
            }).map((one) => one.textContent)"""
        )
        assert out == []
        assert page.locator(".c-budget .chart svg").count() == 6


def test_a_thousand_operations_are_open_at_once(browser: Browser, pages: dict[str, Path]) -> None:
    with opened(browser, pages["large.it"]) as (page, _, _):
        rows = page.locator("table.lean tbody tr")
        assert rows.count() == 1000
        assert rows.last.is_visible()
        cells = page.evaluate(
            "new Set([...document.querySelectorAll('table.lean tr')].map((row) => row.cells.length)).size"
        )
        assert cells == 1
