"""Names that lists no longer tell of: the row says so, and holds nothing where others may have told it all."""

from __future__ import annotations

from fractions import Fraction

import pytest

from slactl.model.general import Measured, Ratio, Silence, Statistic, Statistical, WeightedAverage
from slactl.model.status import Code, Status

from .stage import END, HOUR, START, Put, Stage, catalogue, every, goal, objective, term

DAY = 24 * HOUR
EACH = {"Cluster": "a", "Node": "*"}
TOOK, READS, FAILED = (term(name, **EACH) for name in ("Took", "Reads", "Failed"))
RANK = Statistic(
    TOOK, Statistical.PERCENTILE, "count", rank=Fraction(99, 100), silence=Silence.QUIET, breakdown="Cluster"
)
MOST = Statistic(TOOK, Statistical.MAXIMUM, "count", silence=Silence.QUIET)
PART = Ratio((FAILED,), (READS,), counts_good=False, silence=Silence.QUIET)
MEAN = WeightedAverage(TOOK, READS, unit="count", silence=Silence.QUIET)
KINDS = pytest.mark.parametrize("indicator", [RANK, MOST, PART, MEAN], ids=["rank", "most", "part", "mean"])


def put(start: int, node: str = "n", end: int = END) -> list[Put]:
    """A node that is there for a part of October."""
    told = {"Took": 0.5, "Reads": 9.0, "Failed": 3.0}
    return [
        Put("App", name, {"Cluster": "a", "Node": node}, every(HOUR, value, start, end)) for name, value in told.items()
    ]


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    return Stage(monkeypatch)


@KINDS
def test_whoever_came_late_may_have_had_one_before_him(stage: Stage, indicator: Measured) -> None:
    """From midnight of the second day on a day is missing; an hour sooner only the note is there."""
    for late, status in ((DAY, Status.INSUFFICIENT_DATA), (DAY - HOUR, Status.OK), (0, Status.OK)):
        for row in stage.rows(catalogue(objective(indicator, goal("< 0.9"))), put(START + late)).values():
            assert row.status is status, late
            assert (row.value is None) is (status is Status.INSUFFICIENT_DATA)
            assert Code.LISTING_INCOMPLETE in {note.code for note in row.notes}
            assert row.reason is None or row.reason.code is Code.LISTING_INCOMPLETE
    (row, *_) = stage.rows(catalogue(objective(indicator, goal("< 0.1"))), put(START + DAY)).values()
    assert row.status is Status.BREACHED


@KINDS
def test_where_lists_are_kept_nothing_is_in_doubt(stage: Stage, indicator: Measured) -> None:
    stage.remembers = True
    (row, *_) = stage.rows(catalogue(objective(indicator, goal("< 0.9"))), put(START + 9 * DAY)).values()
    assert (row.status, row.reason) == (Status.OK, None)
    assert Code.LISTING_INCOMPLETE not in {note.code for note in row.notes}


def test_a_value_that_is_new_has_a_name_of_its_own(stage: Stage) -> None:
    """A tenant's metric is wholly named: before its first point there was none, not somebody else's."""
    took = term("Took", Tenant="*")
    most = Statistic(took, Statistical.MAXIMUM, "count", silence=Silence.QUIET, breakdown="Tenant")
    puts = [
        Put("App", "Took", {"Tenant": name}, every(HOUR, 0.5, START + days * DAY))
        for name, days in (("old", 0), ("new", 9))
    ]
    rows = stage.rows(catalogue(objective(most, goal("< 0.9"))), puts)
    assert {name: row.status for name, row in rows.items()} == dict.fromkeys((None, "old", "new"), Status.OK)
    (_, new) = puts
    rows = stage.rows(catalogue(objective(most, goal("< 0.9"))), [new])
    assert {name: row.status for name, row in rows.items()} == {None: Status.INSUFFICIENT_DATA, "new": Status.OK}


def test_a_share_of_all_is_in_doubt_where_all_are(stage: Stage) -> None:
    each = (term("Reads", Tenant="*"),)
    share = Ratio(each, each, counts_good=False, silence=Silence.QUIET, breakdown="Tenant", largest=True)
    puts = [Put("App", "Reads", {"Tenant": "new"}, every(HOUR, 0.5, START + 9 * DAY))]
    rows = stage.rows(catalogue(objective(share, goal("< 2"))), puts)
    assert {row.status for row in rows.values()} == {Status.INSUFFICIENT_DATA}
