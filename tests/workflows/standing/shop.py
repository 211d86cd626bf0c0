"""A shop at the end of an October, asked how it stands: every figure can be counted by hand.

Fifteen requests an hour, one at least in every slice; some of them fail as a test wants it; twenty failures in
each of two slices are an outage.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

from slactl.configuration import load_catalogue
from slactl.model.catalogue import Catalogue
from slactl.model.check import Target, Window
from slactl.model.service import SourceKind
from slactl.model.standing import Handover, Standing
from slactl.workflows.checking.check import Asked
from slactl.workflows.report import Circumstances
from slactl.workflows.standing.handover import make_handover
from slactl.workflows.standing.standing import make_standing
from tests.fakes import STAGE, FakeInventory, FakeReader, Hit, hourly, instant

NOW = instant("2026-10-31T12:00:00Z")
START = instant("2026-10-19T22:00:00Z")
SETTLED = NOW - 600
OPERATIONS = ("GET /a", "POST /b")
EACH = [Hit(at, OPERATIONS[at // 240 % 2]) for at in range(5, 3600, 240)]
MAIN = """version: 1
report: {title: Shop, id: "SLA-{month}", language: en, timezone: Europe/Rome}
services:
  shop: {name: shop, environment: "eks:prod", since: 2026-10-20}
objectives:
  - {id: uptime, indicator: availability, goal: ">= 99%"}
  - {id: errors, indicator: error-rate, goal: "< 1%"}
  - {id: posts, indicator: latency, threshold: "< 1000ms", goal: ">= 99%"}
  - {id: coverage, indicator: coverage, goal: ">= 99%", advisory: true}
"""


def traffic(more: Sequence[Hit] = (), until: int = NOW) -> list[Hit]:
    """The usual requests, and others."""
    usual = hourly(START, (until - START) // 3600, EACH)
    return sorted([*usual, *more], key=lambda hit: hit.at)


def failing(*texts: str, operation: str = "POST /b") -> list[Hit]:
    """One failed request at each of some instants."""
    return [Hit(instant(text), operation, status=500) for text in texts]


def outage(text: str) -> list[Hit]:
    """Ten minutes in which everything fails: two slices of twenty requests."""
    return [Hit(instant(text) + second, "GET /a", status=503) for second in range(0, 600, 15)]


def agreement(place: Path, more: str = "", text: str = MAIN, **files: str) -> Catalogue:
    """The agreement, with other files beside it."""
    for name, content in files.items():
        (place / f"{name}.yaml").write_text(content, encoding="utf-8")
    main = place / "slactl.yaml"
    main.write_text(text + more, encoding="utf-8")
    return load_catalogue(main)


def inventories() -> dict[SourceKind, FakeInventory]:
    """What the service's own signals and its stage know."""
    return {kind: FakeInventory(OPERATIONS, kind) for kind in SourceKind}


def circumstances(now: int = NOW) -> Circumstances:
    return Circumstances(now, True, "test", "3", "1", "2026", "0" * 64, "slactl status")


def at_the_edge(catalogue: Catalogue) -> Catalogue:
    """The same shop behind a stage, which decides."""
    service = replace(catalogue.services[0], edge=STAGE)
    return replace(catalogue, services=(service,))


def standing(
    catalogue: Catalogue, hits: Sequence[Hit], window: Window = Window.MONTH, now: int = NOW, **told: Any
) -> Standing:
    """How the shop stands."""
    return make_standing(catalogue, Asked(window), FakeReader(hits, **told), inventories(), circumstances(now))


def handover(catalogue: Catalogue, hits: Sequence[Hit], since: str, now: int = NOW, **told: Any) -> Handover:
    """What changed at the shop since an instant."""
    reader = FakeReader(hits, **told)
    return make_handover(catalogue, Asked(Window.MONTH), instant(since), reader, inventories(), circumstances(now))


def target(found: Standing, objective: str) -> Target:
    return next(one for one in found.check.targets if one.row.objective == objective)


def october(day: int) -> date:
    return date(2026, 10, day)
