"""Statistics against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from slactl.sandbox.histogram import Histogram
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.statistics import compute, parse_stat
from slactl.sandbox.world import World
from tests.sandbox.asking import NOW, Show, query

# Ten requests in one bucket, 100 to 1000 ms; three of them fail, one is refused.
LATENCIES = [100.0, 200.0, 300.0, 400.0, 500.0, 600.0, 700.0, 800.0, 900.0, 1000.0]
STATUSES = [200, 200, 500, 503, 404, 200, 599, 200, 204, 301]
ROWS = [
    (f"2026-11-03T10:0{number % 5}:30Z", "GET /a", latency, status)
    for number, (latency, status) in enumerate(zip(LATENCIES, STATUSES, strict=True))
]
SPAN = ("2026-11-03T10:00", "2026-11-03T10:05")


@pytest.mark.parametrize(
    ("stat", "value"),
    [
        ("SampleCount", 10),
        ("Sum", 5500),
        ("Average", 550),
        ("Minimum", 100),
        ("Maximum", 1000),
        ("p50", 550),
        ("p90", 910),
        ("p99.5", 995.5),
        ("p0", 100),
        ("p100", 1000),
        ("TC(:500)", 5),
        ("TC(500:)", 5),
        ("TC(:499.999)", 4),
        ("TC(200:500)", 3),
        ("PR(:300)", 30),
        ("PR(:50)", 0),
        ("TS(:300)", 600),
        ("TM(:300)", 200),
        ("TM(10%:90%)", 550),
        ("TC(0%:50%)", 5),
        ("TS(0%:20%)", 300),
        ("WM(:300)", 270),
        ("WM(20%:80%)", 550),
        ("tm50", 300),
        ("tc50", 5),
        ("IQM", 550),
    ],
)
def test_a_statistic_of_ten_known_latencies(show: Show, stat: str, value: float) -> None:
    client = show(World(RequestLog.from_rows(ROWS), now=NOW.timestamp()))
    assert client.values(query("Latency", stat), *SPAN) == [pytest.approx(value)]


def test_faults_are_5xx_and_errors_4xx_one_sample_a_request(show: Show) -> None:
    client = show(World(RequestLog.from_rows(ROWS), now=NOW.timestamp()))
    answers = {
        (name, stat): client.values(query(name, stat), *SPAN)
        for name in ("Fault", "Error")
        for stat in ("Sum", "SampleCount", "Average", "Maximum")
    }
    assert answers == {
        ("Fault", "Sum"): [3.0],
        ("Fault", "SampleCount"): [10.0],
        ("Fault", "Average"): [0.3],
        ("Fault", "Maximum"): [1.0],
        ("Error", "Sum"): [1.0],
        ("Error", "SampleCount"): [10.0],
        ("Error", "Average"): [0.1],
        ("Error", "Maximum"): [1.0],
    }


@pytest.mark.parametrize("values", ["exact", "histogram"])
def test_a_trimmed_count_of_nothing_is_absent(show: Show, values: str) -> None:
    client = show(World(RequestLog.from_rows(ROWS), now=NOW.timestamp(), values=values))  # type: ignore[arg-type]
    assert client.values(query("Latency", "TC(:50)"), *SPAN) == []
    assert client.values(query("Fault", "Sum"), *SPAN) == [3.0]


@pytest.mark.parametrize("stat", ["p101", "TC", "TC(:)", "PR(1%:2%)", "P50", "tc(:5)", "Mean", "TC(1%:5)", ""])
def test_a_name_that_cloudwatch_does_not_know(stat: str) -> None:
    assert parse_stat(stat) is None


def test_percentiles_of_many_buckets_equal_those_of_single_ones() -> None:
    rng = np.random.default_rng(3)
    values = rng.lognormal(5, 1, 4000)
    cuts = np.unique(np.concatenate([[7], rng.integers(7, 4000, 60), [4000]]))
    stat = parse_stat("p95")
    assert stat is not None
    together = compute(stat, values, cuts).value
    alone = [compute(stat, values, cuts[at : at + 2]).value[0] for at in range(len(cuts) - 1)]
    assert len(together) > 8
    assert together == pytest.approx(alone)


def test_a_histogram_moves_a_value_by_at_most_five_percent() -> None:
    values = np.random.default_rng(1).lognormal(5, 2, 10_000)
    off = np.abs(Histogram(values).midpoints / values - 1)
    assert 0.04 < off.max() < 0.049
    assert Histogram(np.zeros(3)).midpoints.tolist() == [0.0, 0.0, 0.0]


def histogram_tc(values: np.ndarray, bound: float) -> float:
    stat = parse_stat(f"TC(:{bound})")
    assert stat is not None
    found = Histogram(values).compute(stat, np.array([0, len(values)])).value
    return float(found[0]) if len(found) else 0.0


def test_a_trimmed_count_inside_a_cell_is_a_fraction_by_hand() -> None:
    # 1.1^48 = 97.02 and 1.1^49 = 106.72 hold 100; other values lie far on both sides of that cell.
    values = np.array([10.0, 100.0, 100.0, 1000.0])
    low, high = 1.1**48, 1.1**49
    assert histogram_tc(values, 100.0) == pytest.approx(1 + 2 * (100 - low) / (high - low))


def test_trimmed_counts_of_parts_do_not_quite_add_up() -> None:
    values = np.random.default_rng(2).lognormal(5, 0.5, 400)
    whole = histogram_tc(values, 150.0)
    parts = sum(histogram_tc(values[at : at + 4], 150.0) for at in range(0, 400, 4))
    assert whole != pytest.approx(parts)
    assert whole == pytest.approx(parts, rel=0.1)


def test_a_histogram_never_contradicts_its_own_extremes() -> None:
    values = np.random.default_rng(4).lognormal(5, 0.5, 50)
    middles = Histogram(values).midpoints
    assert histogram_tc(values, float(middles.max())) == pytest.approx(50)
    assert histogram_tc(values, float(middles.min()) - 0.001) == 0


def test_percentiles_of_a_histogram_lie_near_the_truth() -> None:
    values = np.random.default_rng(5).lognormal(5, 0.5, 5000)
    for name in ("p50", "p95", "p99"):
        stat = parse_stat(name)
        assert stat is not None
        (found,) = Histogram(values).compute(stat, np.array([0, 5000])).value
        assert found == pytest.approx(np.percentile(values, float(name[1:])), rel=0.05)


def test_histogram_mode_over_http_is_coarse_and_counts_stay_exact(show: Show) -> None:
    client = show(World(RequestLog.from_rows(ROWS), now=NOW.timestamp(), values="histogram"))
    assert client.values(query("Latency", "SampleCount"), *SPAN) == [10.0]
    assert client.values(query("Latency", "Maximum"), *SPAN) == [pytest.approx(1.1**72.5)]
    (inside,) = client.values(query("Latency", "TC(:500)"), *SPAN)
    assert inside != round(inside)
    assert inside == pytest.approx(4.5, abs=0.6)
