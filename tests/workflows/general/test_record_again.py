"""Crossings and delays, computed a second time from single requests and raw events."""

from __future__ import annotations

from fractions import Fraction
from random import Random
from typing import Any

import pytest

from tests.fakes import FakeReader, Hit
from tests.oracle.ringing import Windows, alarming, crossed, told
from tests.workflows.general.test_record import (
    DAY,
    END,
    HOUR,
    NOTIFIED,
    STANDING,
    START,
    TOPIC,
    WATCHED,
    Days,
    acted,
    changed,
    page,
    reported,
    row,
    turned,
)

ALLOWED = Fraction(1, 1000)
PAIRS = (
    Windows(HOUR, 300, ALLOWED * Fraction("14.4"), 10, 3),
    Windows(6 * HOUR, 1800, ALLOWED * 6, 10, 3),
)
BEFORE, AFTER = 180 + 300, 900
"""A call may come a little before what the counts of five minutes say, and a quarter of an hour after the end."""


def month(random: Random) -> tuple[list[Hit], list[int]]:
    """Requests of a month with some bad stretches, and when somebody was called: of most of them, and of nothing."""
    hits = {START + at: 200 for at in range(-2 * DAY, 31 * DAY, 1200)}
    calls = []
    for day in random.sample(range(1, 30), 5):
        begin, length = START + day * DAY + random.randrange(0, 80_000), random.randrange(300, 3 * HOUR)
        share = random.choice((0.02, 0.2, 0.7))
        hits |= {at: 500 if random.random() < share else 200 for at in range(begin, begin + length, 11)}
        if random.random() < 0.7:
            calls.append(begin + random.randrange(60, length + 1800))
    calls.append(START + random.randrange(0, 31 * DAY))
    return [Hit(at, status=status) for at, status in sorted(hits.items())], sorted(calls)


@pytest.mark.parametrize("seed", range(4))
def test_a_second_computation_finds_the_same_crossings_and_delays(seed: int) -> None:
    hits, calls = month(Random(seed))
    found = reported(Days([acted(at) for at in calls], STANDING), NOTIFIED, reader=FakeReader(hits))
    wanted = list(
        told(crossed([(one.at, one.status >= 500) for one in hits], (START, END), PAIRS), calls, BEFORE, AFTER)
    )
    (promise,) = found.watched or ()
    assert [(one.at, one.action, one.delay) for one in promise.crossings] == wanted
    assert wanted
    heard = row(found, NOTIFIED)
    assert (heard.good, heard.total) == (sum(call is not None for _, call, _ in wanted), len(wanted))


@pytest.mark.parametrize("seed", [1, 2, 5])
def test_a_second_computation_takes_no_all_clear_for_a_notification(seed: int) -> None:
    """Every change of the state calls the same topic, and any of these calls may fail."""
    random = Random(seed)
    hits, rings = month(random)
    changes = [(START - DAY + 5, "OK")]
    for at in (one for one in rings if one > START):
        if at > changes[-1][0]:
            changes += [(at, "ALARM"), (at + random.randrange(300, 2400), random.choice(("OK", "INSUFFICIENT_DATA")))]
    calls = [at for at, state in changes if random.random() < (0.5 if state == "ALARM" else 0.9)]
    states = [before for _, before in changes]
    events = [turned(at, before, after) for before, (at, after) in zip(["OK", *states], changes, strict=False)]
    fields = {**page()[2], "OKActions": [TOPIC], "InsufficientDataActions": [TOPIC]}
    standing = (*STANDING[:2], (page()[0], "page", fields, page()[3]))
    found = reported(Days([*events, *(acted(at) for at in calls)], standing), NOTIFIED, reader=FakeReader(hits))
    over = crossed([(one.at, one.status >= 500) for one in hits], (START, END), PAIRS)
    wanted = list(told(over, alarming(changes, calls), BEFORE, AFTER))
    assert wanted != list(told(over, calls, BEFORE, AFTER)), "an all-clear would make a difference"
    (promise,) = found.watched or ()
    assert [(one.at, one.action, one.delay) for one in promise.crossings] == wanted


@pytest.mark.parametrize("seed", range(3))
def test_a_second_computation_finds_the_same_watched_time(seed: int) -> None:
    """Actions are switched off and on again, the topic is taken away and named again, at any instants."""
    random = Random(seed)
    times = sorted(random.sample(range(START - DAY, END), 8))
    enabled, named, since, watched = True, True, START, 0
    events = []
    for at in times:
        watched += max(0, at - since) if enabled and named else 0
        since = max(at, START)
        before = _shape(enabled, named)
        enabled, named = (not enabled, named) if random.random() < 0.5 else (enabled, not named)
        after = _shape(enabled, named)
        old = {name: value for name, value in before.items() if after[name] != value}
        events.append(changed(at, "Update", updatedAlarm=after, originalUpdatedFields=old))
    watched += END - since if enabled and named else 0
    kind, name, fields, tags = page(enabled)
    told_of_now = dict(fields) if named else {**fields, "AlarmActions": []}
    standing = (*STANDING[:2], (kind, name, told_of_now, tags))
    hours = row(reported(Days(events, standing), WATCHED), WATCHED)
    assert (hours.good, hours.total) == (watched, 31 * DAY)


def _shape(enabled: bool, named: bool) -> dict[str, Any]:
    """The composite as the history tells of it."""
    rule = 'ALARM("a") AND ALARM("b")'
    return {"alarmName": "page", "alarmRule": rule, "actionsEnabled": enabled, "alarmActions": [TOPIC] if named else []}
