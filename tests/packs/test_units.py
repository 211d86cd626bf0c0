"""What units, names and regions trip over: MemoryDB's microseconds, percentages of a limit, names letter by letter."""

from __future__ import annotations

from fractions import Fraction

import pytest

from slactl.model.report import Result
from slactl.model.status import Status
from tests.fakes import instant
from tests.packs.stage import Platform, month_that_holds, own_rows

HOUR = 3_600_000
FIRST, LAST = (instant(day) * 1000 for day in ("2026-10-01T00:00:00+00:00", "2026-10-31T22:00:00+00:00"))
TIMES = list(range(FIRST, LAST, HOUR))
NODE = {"ClusterName": "leaderboard", "NodeName": "leaderboard-0001-001"}


def row_with(
    pack: str, entry: str, names: dict[str, str], values: list[float], node: str = "", **series: str
) -> Result:
    """An entry's row where its metric has these samples, over and over, and no others."""
    platform = Platform(pack, {}, {"node_dimension": node} if node else {})
    for key, _ in list(platform.world.catalogue):
        if (key.namespace, key.name) == (series["namespace"], series["name"]):
            platform.world.add_series(key.namespace, key.name, dict(key.dimensions), series["unit"], [], [])
    many = [values[number % len(values)] for number in range(len(TIMES) if values else 0)]
    platform.world.add_series(series["namespace"], series["name"], names, series["unit"], TIMES[: len(many)], many)
    found: Result = own_rows(platform.report(month_that_holds(pack)[1]))[entry]
    return found


@pytest.mark.parametrize(
    ("microseconds", "status"),
    [(0.9, Status.OK), (999.0, Status.OK), (1000.0, Status.BREACHED), (1001.0, Status.BREACHED)],
)
def test_a_millisecond_of_memorydb_is_a_thousand_of_its_units(microseconds: float, status: Status) -> None:
    told = {"namespace": "AWS/MemoryDB", "name": "SuccessfulReadRequestLatency", "unit": "Microseconds"}
    row = row_with("memorydb", "memorydb-read-latency", NODE, [microseconds], **told)
    assert (row.status, row.value, row.unit) == (status, Fraction(str(microseconds)) / 1000, "ms")


@pytest.mark.parametrize(("most", "status"), [(799.0, Status.OK), (800.0, Status.BREACHED), (80.0, Status.OK)])
def test_concurrency_is_a_share_of_the_limit_and_no_percentage_of_itself(most: float, status: Status) -> None:
    told = {"namespace": "AWS/Lambda", "name": "ClaimedAccountConcurrency", "unit": "Count"}
    row = row_with("lambda", "lambda-concurrency", {}, [1.0, most, 2.0], **told)
    assert (row.status, row.value) == (status, Fraction(int(most), 1000))


def test_throttles_that_are_not_published_where_there_were_none_are_none() -> None:
    """Whether a function publishes them as 0 or not at all."""
    told = {"namespace": "AWS/Lambda", "name": "Throttles", "unit": "Count"}
    row = row_with("lambda", "lambda-no-throttles", {"FunctionName": "missions-api"}, [], **told)
    assert (row.status, row.value) == (Status.OK, Fraction(0))


def test_deleted_keys_are_summed_and_not_counted() -> None:
    told = {"namespace": "AWS/DynamoDB", "name": "TimeToLiveDeletedItemCount", "unit": "Count"}
    row = row_with("idempotency", "idempotency-expired", {"TableName": "idempotency"}, [25.0], **told)
    assert row.value == 25 * len(TIMES)


def test_a_metric_with_other_dimensions_is_another_metric() -> None:
    told = {"namespace": "AWS/MemoryDB", "name": "SuccessfulReadRequestLatency", "unit": "Microseconds"}
    wrong = {"ClusterName": "leaderboard", "NodeId": "0001-001"}
    assert row_with("memorydb", "memorydb-read-latency", wrong, [100.0], **told).status is Status.INSUFFICIENT_DATA
    assert row_with("memorydb", "memorydb-read-latency", wrong, [100.0], "NodeId", **told).status is Status.OK
