"""What is known of a service: operations under their agreed names, the usual week."""

from __future__ import annotations

from datetime import UTC, datetime

from slactl.alarming.watching import HOUR, MONDAY, WEEK, watched_of, weekly_of
from slactl.model.service import OperationRule, Service
from slactl.model.watched import Endpoint
from tests.alarming.scenes import signals

RULES = (OperationRule("GET /health", ignore=True), OperationRule("GET /users/*", name="GET /users/{id}"))
SERVICE = Service("api", "missions-api", "prod", rules=RULES)


def test_operations_are_counted_under_their_agreed_names() -> None:
    operations = ["POST /x", "GET /users/2", "GET /health", "InternalOperation", "GET /users/1"]
    streams = {name: signals(name) for name in operations}
    found = watched_of(SERVICE, signals(), list(streams.values()), {"GET /users/1": 3, "GET /users/2": 4}, (1,) * 168)
    assert found.endpoints == (
        Endpoint("GET /users/{id}", (streams["GET /users/2"], streams["GET /users/1"]), 7),
        Endpoint("POST /x", (streams["POST /x"],), 0),
    )
    assert found.ignored == ("GET /health", "InternalOperation")
    assert found.left_out == (streams["GET /health"],)
    assert (found.service, found.total, found.weekly) == ("api", signals(), (1,) * 168)


def test_the_usual_week_is_the_mean_of_four_rounded_down() -> None:
    monday = MONDAY + 2900 * WEEK
    until = monday + 5 * HOUR  # in the middle of a night
    hours: dict[int, float | None] = {monday + HOUR - week * WEEK: 7.0 for week in range(4)}
    hours[monday + HOUR] = 10  # 10 + 7 + 7 + 7 over four
    hours[monday - HOUR] = 3  # the last hour of a Sunday, once in four weeks
    hours[monday - 2 * HOUR] = None
    hours[monday - 5 * WEEK] = 1_000_000  # too long ago
    weekly = weekly_of(hours, until)
    assert len(weekly) == 168
    assert {hour: count for hour, count in enumerate(weekly) if count} == {1: 7}
    assert weekly_of({}, until) == ()


def test_the_first_monday() -> None:
    assert datetime.fromtimestamp(MONDAY, UTC).strftime("%A %H:%M") == "Monday 00:00"
