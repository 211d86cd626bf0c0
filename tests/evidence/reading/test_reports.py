"""A report from evidence says what the report from CloudWatch said."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from slactl.evidence.store import open_archive
from slactl.model.evidence import Dropped, Kind
from slactl.model.period import Month
from slactl.model.span import Span
from tests.evidence.reading.conftest import EDGE, HITS, SPAN
from tests.evidence.reading.shops import DAY, HOUR, NOW, OCTOBER, Shop, around, rows, traffic
from tests.fakes import Hit, instant

WORST = ("BREACHED", "INSUFFICIENT_DATA", "WARNING", "OK", "NOT_RATED")
Shops = Callable[..., Shop]
ON_GRID = "{id: W1, start: 2026-10-14T02:00, end: 2026-10-14T05:00, announced: 2026-10-01T10:00, reason: x}"
OFF_GRID = "{id: W2, start: 2026-10-24T23:03, end: 2026-10-25T03:31, announced: 2026-10-01T10:00, reason: x}"
OVER_THE_END = "{id: W3, start: 2026-10-31T22:00, end: 2026-11-01T02:00, announced: 2026-10-01T10:00, reason: x}"
LONG = "{id: W4, start: 2026-10-20T01:07, end: 2026-10-23T02:00, announced: 2026-10-01T10:00, reason: x}"
SEVERAL = f"{ON_GRID}, {OFF_GRID}, {OVER_THE_END}"


@pytest.mark.parametrize(
    "changed",
    [
        {},
        {"service": EDGE},
        {"windows": ON_GRID},
        {"windows": SEVERAL, "service": EDGE},
        {"service": "    since: 2026-10-12\n", "windows": OFF_GRID},
    ],
    ids=["plain", "edge", "window", "windows and edge", "since"],
)
def test_counts_and_verdicts_are_those_from_cloudwatch(shop: Shops, changed: dict[str, Any]) -> None:
    one = shop(**changed)
    live, proved = one.live(), one.proved()
    assert rows(proved, brackets=False) == rows(live, brackets=False)
    assert proved["exclusions"] == live["exclusions"]
    assert proved["gaps"] == live["gaps"]
    assert proved["status"] == live["status"]


def test_a_percentile_of_a_month_that_is_not_closed_lies_between_two_kept_rungs(shop: Shops) -> None:
    one = shop()
    live, proved = rows(one.live()), rows(one.proved())
    for key, row in proved.items():
        if row["indicator"] == "percentile" and row["value"] is not None:
            exact = live[key]
            assert row["low"] <= exact["high"]
            assert exact["low"] <= row["high"]
            noted = {note["code"] for note in row["notes"]}
            assert ("coarse-ladder" in noted) == (row["high"] > row["low"] * 1.01)


def test_of_a_closed_month_percentiles_too_are_those_from_cloudwatch(shop: Shops, rome: Path, tmp_path: Path) -> None:
    one = shop(service=EDGE, windows=ON_GRID)
    one.place = Path(shutil.copytree(rome, tmp_path / "closed"))
    one.close(OCTOBER)
    live, proved = one.live(), one.proved(now=NOW + 300 * DAY)
    assert rows(proved) == rows(live)
    assert proved["gaps"] == live["gaps"]
    assert [day["p95"] for service in proved["services"] for day in service["days"]] == [
        day["p95"] for service in live["services"] for day in service["days"]
    ]


def test_a_window_that_changed_after_closing_leaves_a_wider_bracket_and_exact_counts(
    shop: Shops, rome: Path, tmp_path: Path
) -> None:
    one = shop(windows=ON_GRID)
    one.place = Path(shutil.copytree(rome, tmp_path / "closed"))
    one.close(OCTOBER)
    one.windows = LONG
    live, proved = rows(one.live()), rows(one.proved())
    assert rows(one.proved(), brackets=False) == rows(one.live(), brackets=False)
    changed = [key for key in proved if proved[key] != live[key]]
    assert changed, "the share of what is excluded is not known as finely as it was asked"
    for key in changed:
        assert proved[key]["indicator"] == "percentile"
        assert "coarse-ladder" in {note["code"] for note in proved[key]["notes"]}


def lost(one: Shop, span_start: int, days: int, to: Path) -> None:
    """Takes days out of a copy of the store."""
    one.place = Path(shutil.copytree(one.place or to, to))
    names = {f"{instant_day(span_start + day * DAY)}" for day in range(days)}
    with open_archive(one.store, create=False) as archive:
        items = [item for kind in (Kind.COUNTS, Kind.STREAMS) for item in archive.items(kind)]
        archive.commit("test", NOW, [], [Dropped(item, "purged") for item in items if item.place.when in names])


def instant_day(at: int) -> str:
    from datetime import UTC, datetime

    return f"{datetime.fromtimestamp(at, UTC):%Y-%m-%d}"


def test_lost_days_are_unknown_and_no_figure_is_better_for_it(shop: Shops, tmp_path: Path) -> None:
    one = shop()
    whole = rows(one.proved())
    lost(one, instant("2026-10-10T00:00:00Z"), 3, tmp_path / "holes")
    document = one.proved()
    uptime = rows(document)["uptime", None, None, "month"]
    assert uptime["detail"]["seconds"]["unknown"] >= 3 * DAY
    assert sum(uptime["detail"]["seconds"].values()) == 745 * HOUR
    assert uptime["worst_case"]["value"] < whole["uptime", None, None, "month"]["value"]
    for key, row in rows(document).items():
        assert WORST.index(row["status"]) <= WORST.index(whole[key]["status"])
        if row["indicator"] in ("latency", "error-rate", "percentile"):
            assert row["status"] != "OK"
    gone = [gap for gap in document["gaps"] if gap["code"] == "not-in-evidence"]
    assert [(gap["start"], gap["end"]) for gap in gone] == [("2026-10-10T00:00:00Z", "2026-10-13T00:00:00Z")]


def test_what_was_not_collected_yet_is_not_told_as_forgotten(tmp_path: Path) -> None:
    """Hours of a running month after the last collect, and an edge that was named later: CloudWatch has both."""
    span = replace(around(OCTOBER, "Europe/Rome", weeks=0), end=instant("2026-10-18T12:00:00Z"))
    one = Shop(tmp_path, traffic(span.start, span.end, every=3000), service="    since: 2026-10-01\n")
    one.keep(span)
    now = instant("2026-10-18T18:10:00Z")
    running = one.proved(now=now)
    missed = [(gap["code"], gap["start"]) for gap in running["gaps"] if gap["code"] != "unexplained-silence"]
    assert missed == [("not-in-evidence", "2026-10-18T12:00:00Z")]
    assert rows(running)["p95", None, None, "month"]["reason"]["code"] == "not-in-evidence"
    one.service += EDGE
    edged = one.proved(now=now)
    assert {gap["code"] for gap in edged["gaps"]} == {"not-in-evidence"}
    assert {row["reason"]["code"] for row in edged["results"]} <= {"not-in-evidence", "unknown-decides"}
    assert "no-longer-kept" in {gap["code"] for gap in one.live(now=now + 500 * DAY)["gaps"]}


def test_a_month_before_that_was_not_collected_is_named_as_the_store_knows_it(tmp_path: Path) -> None:
    september = ("2026-08-31T22:00:00Z", "2026-09-30T22:00:00Z")
    span = replace(around(OCTOBER, "Europe/Rome", weeks=0), start=instant(september[1]))
    one = Shop(tmp_path, traffic(span.start, span.end), service="    since: 2026-09-01\n", span="year")
    one.keep(span)
    told = [(gap["code"], gap["start"], gap["end"]) for gap in one.proved()["gaps"]]
    assert [gap for gap in told if gap[0] != "unexplained-silence"] == [("not-in-evidence", *september)]
    late = NOW + 440 * DAY
    assert ("no-longer-kept", *september) in [(g["code"], g["start"], g["end"]) for g in one.live(now=late)["gaps"]]
    assert rows(one.proved())["uptime", None, None, "year-to-date"]["reason"]["code"] == "not-in-evidence"


def test_a_part_of_a_month_before_that_was_not_collected_is_named_too(tmp_path: Path) -> None:
    """The year's row is uncertain because of it, so the report must say which seconds they are."""
    begun, hole = instant("2026-09-24T00:00:00Z"), instant("2026-09-27T00:00:00Z")
    end = around(OCTOBER, "Europe/Rome", weeks=0).end
    one = Shop(tmp_path, traffic(begun, end, every=3000), service="    since: 2026-09-20\n", span="year")
    one.keep(Span(begun, hole))
    one.keep(Span(hole + DAY, end))
    document = one.proved()
    told = [gap for gap in document["gaps"] if gap["code"] == "not-in-evidence"]
    spans = [("2026-09-19T22:00:00Z", "2026-09-24T00:00:00Z"), ("2026-09-27T00:00:00Z", "2026-09-28T00:00:00Z")]
    assert [(gap["start"], gap["end"]) for gap in told] == spans
    assert {gap["objective"] for gap in told} == {"uptime"}
    named = sum(gap["seconds"] for gap in document["gaps"])
    assert named == rows(document)["uptime", None, None, "year-to-date"]["detail"]["seconds"]["unknown"]


def test_what_only_lambda_counts_too_much_is_not_counted(tmp_path: Path) -> None:
    span = around(OCTOBER, "Europe/Rome", weeks=0)
    hits = traffic(span.start, span.end, every=3000)
    one = Shop(tmp_path, hits, over=[Hit(hit.at, None, hit.ms, hit.status) for hit in hits[::2]])
    one.service = "    since: 2026-10-01\n"
    one.keep(span)
    live, proved = one.live(), one.proved()
    assert rows(proved, brackets=False) == rows(live, brackets=False)
    assert proved["services"][0]["requests"] == live["services"][0]["requests"]


@pytest.mark.parametrize("zone", ["Asia/Kolkata", "Australia/Lord_Howe", "America/St_Johns"])
def test_zones_with_half_hours(tmp_path: Path, zone: str) -> None:
    month = Month(2026, 10)
    span = around(month, zone, weeks=0)
    one = Shop(tmp_path, traffic(span.start, span.end, every=3000), zone=zone, service="    since: 2026-10-01\n")
    one.keep(span)
    live, proved = one.live(), one.proved()
    assert rows(proved, brackets=False) == rows(live, brackets=False)


def test_where_some_days_are_kept_by_the_hour_only_bounds_are_known(tmp_path: Path) -> None:
    span = around(OCTOBER, "Europe/Rome", weeks=0)
    one = Shop(tmp_path, traffic(span.start, span.end, every=1500), service="    since: 2026-10-01\n")
    middle = instant("2026-10-10T00:00:00Z")
    one.keep(replace(span, end=middle))
    one.keep(replace(span, start=middle, end=middle + 5 * DAY), width=HOUR)
    one.keep(replace(span, start=middle + 5 * DAY))
    live, proved = one.live(), one.proved()
    assert (
        rows(proved, brackets=False)["errors", None, None, "month"]
        == rows(live, brackets=False)["errors", None, None, "month"]
    )
    exact, bounds = (rows(one)["uptime", None, None, "month"] for one in (live, proved))
    assert sum(bounds["detail"]["seconds"].values()) == 745 * HOUR
    assert bounds["detail"]["seconds"]["unknown"] > exact["detail"]["seconds"]["unknown"]
    down = bounds["detail"]["seconds"]["down"]
    assert down <= exact["detail"]["seconds"]["down"] <= down + bounds["detail"]["seconds"]["unknown"]
    assert [one["code"] for one in proved["limitations"]].count("hours-only") == 1


def test_where_minutes_are_kept_a_window_is_cut_to_the_minute(tmp_path: Path) -> None:
    span = around(OCTOBER, "Europe/Rome", weeks=0)
    one = Shop(tmp_path, traffic(span.start, span.end, every=3000), service="    since: 2026-10-01\n", windows=OFF_GRID)
    one.keep(span, width=60)
    document = one.proved()
    window = document["exclusions"][0]["services"][0]
    assert window["excluded_seconds"] == window["requested_seconds"] == 5 * HOUR + 28 * 60
    seconds = rows(document)["uptime", None, None, "month"]["detail"]["seconds"]
    assert seconds["excluded"] == 5 * HOUR + 28 * 60
    assert seconds["unknown"] == rows(one.live())["uptime", None, None, "month"]["detail"]["seconds"]["unknown"]


def test_a_month_read_too_early_is_not_final(tmp_path: Path) -> None:
    span = around(OCTOBER, "Europe/Rome", weeks=0)
    one = Shop(tmp_path, traffic(span.start, span.end, every=9000), service="    since: 2026-10-01\n")
    one.keep(replace(span, end=span.end - DAY))
    one.keep(replace(span, start=span.end - DAY), final=False)
    assert one.live()["period"]["final"] is True
    assert one.proved()["period"]["final"] is False


def test_the_report_names_the_store_it_was_made_from(shop: Shops) -> None:
    document = shop().proved()
    (source,) = document["sources"]
    assert source["kind"] == "evidence"
    assert (source["account"], source["region"], source["calls"]) == ("123456789012", "eu-west-1", 0)
    with open_archive(shop().store, create=False) as archive:
        assert source["store"]["head"] == archive.head.sha256
    assert source["store"]["items"] >= 32
    assert "from-evidence" in {one["code"] for one in document["limitations"]}


def test_the_same_evidence_gives_the_same_report(shop: Shops) -> None:
    assert shop(service=EDGE, windows=SEVERAL).proved() == shop(service=EDGE, windows=SEVERAL).proved()
    assert len(HITS) > 1000
    assert SPAN.seconds > 40 * DAY


def test_what_was_not_collected_is_not_told_as_silence(tmp_path: Path) -> None:
    """A busy day fell silent, and the second half of the month was never read: no reason may mix the two."""
    span = around(OCTOBER, "Europe/Rome")
    quiet, half = instant("2026-10-15T00:00:00Z"), instant("2026-10-18T13:00:00Z")
    hits = [hit for hit in traffic(span.start, span.end) if not quiet <= hit.at < quiet + DAY]
    one = Shop(tmp_path, hits)
    one.keep(replace(span, end=half))
    proved = one.proved()
    [row] = [each for each in proved["results"] if (each["objective"], each["operation"]) == ("uptime", None)]
    assert {"not-in-evidence", "unexplained-silence"} <= {gap["code"] for gap in proved["gaps"]}
    assert row["status"] == "INSUFFICIENT_DATA"
    assert row["reason"]["code"] == "unknown-decides"
