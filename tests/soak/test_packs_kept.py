"""All packs of the sandbox, collected through a month: what evidence says is what the sandbox says.

The one rule: the figures are held against those that are read from the sandbox itself, and where it has forgotten by
then (single minutes, lists, Cloudflare's counts) against its own samples.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest

from slactl.sandbox.packs import PACKS
from slactl.sandbox.packs.base import Plan
from slactl.sandbox.packs.r2 import cloudflare
from slactl.sandbox.traffic import SLOTS
from tests.cli.gathered import epoch
from tests.cli.test_collect_components import Place
from tests.failures.stage import Stage

pytestmark = pytest.mark.soak
MEASURED = tuple(name for name in PACKS if name != "monitoring")
"""Whose entries are made of metrics, or of configuration alone."""
COLLECTED = tuple(f"2026-{day}T06:00:00Z" for day in ("10-02", "10-12", "10-22", "10-30", "11-04"))
"""Ten days apart: lists reach back two weeks, minutes fifteen days."""
SINCE = epoch("2026-09-25T00:00:00Z")
FIRST, LAST = epoch("2026-10-01T00:00:00Z"), epoch("2026-11-01T00:00:00Z")
FIGURES = ("status", "value", "low", "high", "good", "total", "unit", "worst_case", "best_case")
Row = Mapping[str, Any]
Key = tuple[str, str, str | None]


@pytest.fixture
def place(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Place:
    made = Place(stage, monkeypatch)
    made.show(*MEASURED, since=SINCE)
    done = [made.run(when, "collect", "--since", "2026-10-01", "--format", "json") for when in COLLECTED]
    assert [one.code for one in done] == [0] * len(COLLECTED), done
    assert {one["service"] for one in done[-1].report["closed"]} == set(MEASURED) | {"api"}
    return made


def rows(place: Place, way: str) -> dict[Key, Row]:
    """The rows of what is measured."""
    asked = ("report", "--month", "2026-10", "--format", "json", "-o", "-", "--from", way)
    report = place.run(COLLECTED[-1], "--quiet", *asked).report
    measured = (one for one in report["results"] if one["indicator"] in ("ratio", "statistic", "weighted-average"))
    return {(one["service"], one["objective"], one["operation"]): one for one in measured}


def requests(bucket: str | None, status: str | None) -> int:
    """What R2 counted in October, by the sandbox's own table."""
    table = cloudflare(Plan(1, SINCE, {})).tables["accounts"]["r2OperationsAdaptiveGroups"]
    found = Counter[tuple[str, str]]()
    for day in range(FIRST // 86_400, LAST // 86_400):
        for (name, _, told), counts in table.counts(day).items():
            found[name, told] += int(counts[:SLOTS].sum())
    return sum(count for (name, told), count in found.items() if bucket in (None, name) and status in (None, told))


def test_of_every_pack_evidence_tells_what_the_sandbox_told(place: Place) -> None:
    kept, live = rows(place, "evidence"), rows(place, "cloudwatch")
    assert live.keys() <= kept.keys()
    alike, weighted, fuller = set(), set(), set()
    for key, row in live.items():
        mine = kept[key]
        if all(mine[name] == row[name] for name in FIGURES):
            alike.add(key)
        elif row["indicator"] == "weighted-average":
            weighted.add(key)
            assert (row["low"] or row["value"]) <= mine["value"] <= (row["high"] or row["value"]), key
        else:
            fuller.add(key)
            assert key[0] == "r2" or mine["total"] >= row["total"], key
    assert {service for service, *_ in alike} == set(MEASURED) - {"r2", "cloudfront"} | {"cloudfront"} & {
        one[0] for one in alike
    }
    assert {service for service, *_ in weighted} <= {"cloudfront"}
    assert {service for service, *_ in fuller} <= {"r2", "dynamodb"}, "what lists, or Cloudflare, forgot by then"
    assert len(alike) > 4 * (len(weighted) + len(fuller))
    for bucket in (None, "media", "eu_documents"):
        row = kept["r2", "r2-errors", bucket]
        assert (row["total"], row["total"] - row["good"]) == (requests(bucket, None), requests(bucket, "internalError"))
