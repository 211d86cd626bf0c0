"""Debian's Chromium through Playwright, offline. The one rule: a missing browser fails, nothing skips."""

from __future__ import annotations

import shutil
from importlib.resources import files
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import sync_playwright

from slactl.formats import FORMATS
from tests.formats.platforms import hostile_platform, platform
from tests.formats.sample import SAMPLES, large

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

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


@pytest.fixture(scope="session")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Every sample as a file, in both languages, by names like ``rich.it`` and ``large.en``."""
    folder = tmp_path_factory.mktemp("pages")
    made = {}
    for name, sample in {**SAMPLES, "large": large, "platform": platform, "hostile-platform": hostile_platform}.items():
        report = sample()
        for language in ("it", "en"):
            made[f"{name}.{language}"] = folder / f"{name}.{language}.html"
            made[f"{name}.{language}"].write_text(FORMATS["html"].render(report, language), "utf-8")
    return made
