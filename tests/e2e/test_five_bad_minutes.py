"""Five bad minutes on the first day of a month: a warning of the month, and no page for days."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby

import pytest

from slactl.sandbox.server import Server
from slactl.sandbox.world import World
from tests.e2e.checking import Desk, Office
from tests.e2e.harness import log_of
from tests.oracle.examples import DAY, ROME, UPTIME, case_of
from tests.oracle.facts import Case, Dict
from tests.oracle.spans import HOUR
from tests.oracle.times import instant
from tests.oracle.traces import beat, burst

FIRST = instant("2026-11-01T00:00", ROME)
BAD = instant("2026-11-01T10:00", ROME)
SEEN = BAD + 300 + 600
"""When the first check may know of all of them."""
ERRORS: Dict = {"id": "error-rate", "indicator": "error-rate", "counts": "faults", "goal": "<= 0.1%"}


def five_bad_minutes() -> Case:
    """Two requests a minute, of which the ten of the bad five minutes fail."""
    requests = beat("GET /missions", FIRST - 8 * DAY, FIRST + 6 * DAY, 30)
    requests = [one for one in requests if not BAD <= one.at_ms // 1000 < BAD + 300]
    requests += [one for second in range(BAD, BAD + 300, 30) for one in burst("GET /missions", second * 1000, 0, 1)]
    requests.sort(key=lambda one: one.at_ms)
    return case_of(requests, (UPTIME, ERRORS), "2026-11", now=FIRST + 6 * DAY, since="2026-10-24")


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    with Server(World(log_of([])), keep_params=False) as server:
        yield Office(server).desk(five_bad_minutes(), tmp_path_factory.mktemp("desk"))


def says(desk: Desk, window: str, now: int) -> dict[str, str]:
    """What a window says of each objective; the sandbox has the same clock."""
    return {row["objective"]: row["status"] for row in desk.check(window, now=now).document["results"]}


@pytest.mark.parametrize(("window", "seconds"), [("1h", HOUR), ("6h", 6 * HOUR), ("24h", DAY)])
def test_a_short_window_pages_for_as_long_as_it_sees_them(desk: Desk, window: str, seconds: int) -> None:
    """Ten requests are bad, the fewest that mean anything: told as soon as they are settled, and no longer."""
    for now, status in (
        (SEEN - 1, "OK"),
        (SEEN, "BREACHED"),
        (SEEN + seconds - 301, "BREACHED"),
        (SEEN + seconds, "OK"),
    ):
        assert says(desk, window, now) == {"uptime": status, "error-rate": status}, now - SEEN


def test_a_week_does_not_care(desk: Desk) -> None:
    assert [set(says(desk, "7d", SEEN + after).values()) for after in (0, DAY)] == [{"OK"}, {"OK"}]


def test_the_month_warns_until_it_is_mended_and_never_pages(desk: Desk) -> None:
    """A thousand times five minutes have passed after three days and eleven hours: nothing of it is left."""
    mended = FIRST + 300_000 + 600
    told = [says(desk, "month-to-date", now) for now in (SEEN - 1, SEEN, SEEN + DAY, mended - 1, mended)]
    assert told == [
        dict.fromkeys(("uptime", "error-rate"), status) for status in ("OK", "WARNING", "WARNING", "WARNING", "OK")
    ]
    assert [desk.check("month-to-date", now=now).code for now in (SEEN - 1, SEEN, mended)] == [0, 1, 0]


@pytest.mark.soak
@pytest.mark.parametrize(("window", "minutes"), [("1h", 60), ("6h", 360), ("24h", 1440)])
def test_what_rings_from_run_to_run(desk: Desk, window: str, minutes: int) -> None:
    """A cron of five minutes: one page, which ends when the window has passed."""
    times = range(BAD, SEEN + minutes * 60 + HOUR, 300)
    runs = [says(desk, window, now)["error-rate"] for now in times]
    rings = [(status, 5 * len(list(group))) for status, group in groupby(runs)]
    assert [ring for ring in rings if ring[0] != "OK"] == [("BREACHED", minutes)]
