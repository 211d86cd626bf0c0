"""The demo's months and the bench's wide world."""

from __future__ import annotations

import email
import email.policy
from datetime import UTC, datetime
from itertools import pairwise

import numpy as np
import pytest
import yaml

from slactl.sandbox.buckets import Buckets, buckets_for
from slactl.sandbox.catalogue import MetricKey, dimensions
from slactl.sandbox.demo_files import demo_files
from slactl.sandbox.incidents import events_of, month_before, month_of
from slactl.sandbox.periodic import PeriodicStream
from slactl.sandbox.requests import Floats
from slactl.sandbox.scenario import bench_world, demo_world
from slactl.sandbox.statistics import parse_stat
from slactl.sandbox.streams import RequestStream
from slactl.sandbox.traffic import OPERATIONS, ZONE
from slactl.sandbox.world import World
from tests.sandbox.asking import NOW, SERVICE

MONTH = (datetime(2026, 10, 1, tzinfo=ZONE).timestamp(), datetime(2026, 11, 1, tzinfo=ZONE).timestamp())
EDGE = {"ApiName": "missions-public", "Stage": "prod"}


@pytest.fixture(scope="module")
def demo() -> World:
    return demo_world(1, NOW.timestamp())


def read(
    world: World,
    name: str,
    stat: str,
    period: int = 0,
    span: tuple[float, float] = MONTH,
    place: dict[str, str] = SERVICE,
) -> Floats:
    key = MetricKey("AWS/ApiGateway" if "ApiName" in place else "ApplicationSignals", name, dimensions(place))
    metric, wanted = world.catalogue.find(key), parse_stat(stat)
    length = period or int(span[1] - span[0])
    buckets = buckets_for(*span, length, world.now, world.anchoring, world.known_from)
    assert metric is not None
    assert wanted is not None
    assert buckets is not None
    points = metric.stream.aggregate(metric.measure, wanted, buckets, world.values)
    found = np.full(buckets.count, np.nan)
    found[points.bucket] = points.value
    return found


def test_a_seed_gives_the_same_numbers_whatever_was_asked_before(demo: World) -> None:
    again = demo_world(1, NOW.timestamp())
    read(again, "Latency", "Sum", span=(MONTH[0] - 40 * 86400, MONTH[0] - 9 * 86400))
    assert read(again, "Latency", "Sum", 3600) == pytest.approx(read(demo, "Latency", "Sum", 3600), nan_ok=True, rel=0)
    assert read(demo_world(2, NOW.timestamp()), "Latency", "Sum") != read(demo, "Latency", "Sum")


def test_parts_add_up_to_the_month_and_operations_to_the_service(demo: World) -> None:
    total = read(demo, "Latency", "SampleCount")[0]
    assert np.nansum(read(demo, "Latency", "SampleCount", 300)) == total
    parts = [read(demo, "Latency", "SampleCount", place={**SERVICE, "Operation": name})[0] for name in OPERATIONS]
    assert sum(parts) == total
    assert min(parts) > 0
    assert 200_000 < total < 500_000


def test_a_range_of_a_year_is_read_in_parts_that_fit_together(demo: World) -> None:
    year = (datetime(2026, 1, 1, tzinfo=ZONE).timestamp(), MONTH[1])
    hours = read(demo, "Latency", "SampleCount", 3600, year)
    assert np.nansum(hours) == read(demo, "Latency", "SampleCount", 0, year)[0]
    assert np.nansum(hours[-745:]) == read(demo, "Latency", "SampleCount")[0]


def test_last_month_holds_an_outage_slow_hours_a_silence_and_work(demo: World) -> None:
    events = {event.kind: event for event in events_of((2026, 10), (2026, 11))}
    assert set(events) == {"outage", "slow", "silence", "work"}
    outage = tuple(time / 1000 for time in events["outage"].span_ms)
    assert outage[1] - outage[0] == 38 * 60
    share = read(demo, "Fault", "Average", span=(outage[0] + 180, outage[0] + 1980))[0]
    assert 0.5 < share < 0.7
    silence = tuple(time / 1000 for time in events["silence"].span_ms)
    assert np.isnan(read(demo, "Latency", "SampleCount", span=(silence[0], silence[1]))).all()
    before = (silence[0] - 7 * 86400, silence[1] - 7 * 86400)
    assert read(demo, "Latency", "SampleCount", span=before)[0] > 70
    slow = events["slow"].span_ms[0] / 1000
    usual, worse = (read(demo, "Latency", "p50", span=(start, start + 7200))[0] for start in (slow - 7 * 86400, slow))
    assert worse > 2.5 * usual


def test_the_month_is_believable(demo: World) -> None:
    requests, faults, errors = (
        read(demo, name, stat)[0] for name, stat in (("Latency", "SampleCount"), ("Fault", "Sum"), ("Error", "Sum"))
    )
    assert 0.0005 < faults / requests < 0.005
    assert 0.01 < errors / requests < 0.03
    assert read(demo, "Latency", "TC(:999.999)")[0] / requests > 0.99
    reports = {**SERVICE, "Operation": "POST /reports"}
    assert 700 < read(demo, "Latency", "p50", place=reports)[0] < 1100
    days = read(demo, "Latency", "SampleCount", 86400)
    assert days[1] > 2 * days[3]  # a Friday against a Sunday


def test_the_gateway_saw_a_little_more_than_the_service(demo: World) -> None:
    edge, service = read(demo, "Count", "Sum", place=EDGE)[0], read(demo, "Latency", "SampleCount")[0]
    assert 0 < (edge - service) / edge < 0.001
    assert read(demo, "5XXError", "Sum", place=EDGE)[0] > read(demo, "Fault", "Sum")[0]
    assert read(demo, "Latency", "Maximum", place=EDGE)[0] > 29_000


def test_traffic_begins_with_the_first_month_and_ends_now(demo: World) -> None:
    first = datetime(2025, 8, 1, tzinfo=ZONE).timestamp()
    assert demo.first_seen == first
    assert not demo.signals.stream("missions-api").active(int((first - 86400) * 1000), int(first * 1000))
    assert demo.signals.stream("missions-api").active(int(first * 1000), int((first + 3600) * 1000))


def test_the_running_month_has_no_events_and_earlier_ones_smaller_ones() -> None:
    running = month_of(NOW.timestamp())
    assert events_of(running, running) == ()
    small = events_of(month_before(running, 3), running)
    assert {event.kind for event in small} == {"outage", "slow", "work"}
    assert all(event.minutes <= 60 for event in small)
    assert month_before((2026, 1), 2) == (2025, 11)


def test_the_files_tell_what_happened() -> None:
    files = demo_files(NOW.timestamp())
    settings, maintenance = yaml.safe_load(files["slactl.yaml"]), yaml.safe_load(files["maintenance.yaml"])
    assert settings["report"]["language"] == "it"
    assert settings["services"]["missions-api"]["edge"] == {"api": "missions-public", "stage": "prod"}
    last = [window for window in maintenance["windows"] if str(window["start"]).startswith("2026-10")]
    notices = sorted(
        (datetime.fromisoformat(window["start"]) - datetime.fromisoformat(window["announced"])).total_seconds() / 3600
        for window in last
    )
    assert notices[0] < 48 < notices[1]
    for window in last:
        mail = email.message_from_string(files[window["announcement"]["file"]], policy=email.policy.default)
        assert window["id"] in mail["Subject"]
        assert mail["Date"].datetime.strftime("%Y-%m-%dT%H:%M") == window["announced"]
    assert len({window["id"] for window in maintenance["windows"]}) == len(maintenance["windows"])


def test_the_outage_is_explained_and_the_late_work_is_not() -> None:
    running = (2026, 11)
    (outage,) = [event for event in events_of(month_before(running, 1), running) if event.kind == "outage"]
    (incident,) = yaml.safe_load(demo_files(NOW.timestamp())["incidents.yaml"])["incidents"]
    start, end = (datetime.fromisoformat(incident[edge]).replace(tzinfo=ZONE) for edge in ("start", "end"))
    assert start < outage.start < end
    assert outage.span_ms[1] / 1000 < end.timestamp()


def test_announced_work_is_where_the_requests_failed(demo: World) -> None:
    windows = yaml.safe_load(demo_files(NOW.timestamp())["maintenance.yaml"])["windows"]
    for window in [window for window in windows if str(window["start"]).startswith("2026-10")]:
        start = datetime.fromisoformat(window["start"]).replace(tzinfo=ZONE).timestamp()
        end = datetime.fromisoformat(window["end"]).replace(tzinfo=ZONE).timestamp()
        assert read(demo, "Fault", "Average", span=(start, end))[0] > 0.3


RNG = np.random.default_rng(7)
DAY_MS = 86_400_000
TIMES = np.sort(RNG.integers(0, DAY_MS, 500))
LATENCY = np.round(RNG.lognormal(5, 1, 500), 3)
STATUS = RNG.choice(np.array([200, 404, 500], dtype=np.int16), 500)
ORIGIN = int(datetime(2026, 10, 1, tzinfo=UTC).timestamp() * 1000)


@pytest.mark.parametrize("stat", ["SampleCount", "Sum", "Average", "Minimum", "Maximum", "p95", "TC(:150)", "PR(:90)"])
@pytest.mark.parametrize("hours", [0.25, 1, 7, 24, 31, 72, 240])
@pytest.mark.parametrize("values", ["exact", "histogram"])
def test_a_repeated_day_answers_as_the_days_written_out(stat: str, hours: float, values: str) -> None:
    days = ORIGIN + DAY_MS * np.arange(10)
    written = RequestStream((days[:, None] + TIMES).ravel(), np.tile(LATENCY, 10), np.tile(STATUS, 10))
    step = int(hours * 3_600_000)
    buckets = Buckets(ORIGIN, step, 10 * DAY_MS // step, ORIGIN + 1_800_000, ORIGIN + 9 * DAY_MS)
    wanted = parse_stat(stat)
    assert wanted is not None
    asked = ("latency", wanted, buckets, values)
    repeated = PeriodicStream(TIMES, LATENCY, STATUS).aggregate(*asked)  # type: ignore[arg-type]
    expected = written.aggregate(*asked)  # type: ignore[arg-type]
    assert repeated.bucket.tolist() == expected.bucket.tolist()
    assert repeated.value == pytest.approx(expected.value)


def test_the_bench_has_traffic_in_every_five_minutes_of_every_operation() -> None:
    world = bench_world(3, NOW.timestamp())
    for key in world.signals.operations():
        place = {**SERVICE, "Operation": key.operation}
        counts = read(world, "Latency", "SampleCount", 300, place=place)
        assert counts.min() >= 1
    total = read(world, "Latency", "SampleCount")[0]
    assert total == 3 * 3 * 288 * (31 + 1 / 24)
    edges = [MONTH[0] + hours * 3600 for hours in (0, 5, 100, 745)]
    assert sum(read(world, "Fault", "Sum", span=span)[0] for span in pairwise(edges)) == read(world, "Fault", "Sum")[0]
