"""Debian's Chromium through Playwright, offline. The one rule: a missing browser fails, nothing skips."""

from __future__ import annotations

import shutil
from functools import partial
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from slactl.formats import FORMATS
from tests.formats.platforms import hostile_platform, platform
from tests.formats.sample import SAMPLES, large

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from slactl.model.report import Report

MADE: dict[str, Callable[[], Report]] = {
    **SAMPLES,
    "large": large,
    "long": partial(large, 300),
    "platform": platform,
    "hostile-platform": hostile_platform,
}
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--font-render-hinting=none"]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser, once for all tests."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=found, args=FLAGS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core, from the package that carries it."""
    return files("axe_playwright_python").joinpath("axe.min.js").read_text("utf-8")


class Pages(dict[str, "Path"]):
    """Samples as files, by names like ``rich.it`` and ``large.en``; each is rendered when it is asked for."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder

    def __missing__(self, key: str) -> Path:
        name, language = key.split(".")
        path = self.folder / f"{key}.html"
        path.write_text(FORMATS["html"].render(MADE[name](), language), "utf-8")
        self[key] = path
        return path


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every sample as a file, in both languages."""
    return Pages(tmp_path_factory.mktemp("pages"))
