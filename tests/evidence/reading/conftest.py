"""One shop in Rome, kept once: its October, and the two weeks before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.evidence.reading.shops import OCTOBER, Shop, around, traffic

EDGE = "    edge: {api: shop-public, stage: prod}\n"
SPAN = around(OCTOBER, "Europe/Rome", weeks=2)
HITS = traffic(SPAN.start, SPAN.end)


@pytest.fixture(scope="session")
def rome(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("rome")
    shop = Shop(folder, HITS, service=EDGE)
    shop.keep(SPAN)
    return Path(shop.store)


@pytest.fixture
def shop(rome: Path, tmp_path: Path) -> Callable[..., Shop]:
    """The shop in Rome under another configuration; its evidence is for reading only."""
    return lambda **changed: Shop(tmp_path, HITS, place=rome, **changed)
