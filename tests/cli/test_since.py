"""``--since`` as people write it, in the agreement's zone."""

from __future__ import annotations

import pytest

from slactl.cli.since import instant_of
from tests.fakes import instant, zone

ROME = zone("Europe/Rome")
NOW = instant("2026-11-23T08:00:00Z")
"""A Monday, nine o'clock in Rome."""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("today", "2026-11-23T00:00:00+01:00"),
        ("yesterday", "2026-11-22T00:00:00+01:00"),
        (" Yesterday ", "2026-11-22T00:00:00+01:00"),
        ("sunday", "2026-11-22T00:00:00+01:00"),
        ("tuesday", "2026-11-17T00:00:00+01:00"),
        ("monday", "2026-11-16T00:00:00+01:00"),
        ("12h", "2026-11-22T20:00:00Z"),
        ("90m", "2026-11-23T06:30:00Z"),
        ("14d", "2026-11-09T08:00:00Z"),
        ("2026-11-22", "2026-11-22T00:00:00+01:00"),
        ("2026-11-22T08:00", "2026-11-22T08:00:00+01:00"),
        ("2026-11-22T08:00Z", "2026-11-22T08:00:00Z"),
        ("2026-11-22T08:00-05:00", "2026-11-22T13:00:00Z"),
    ],
)
def test_a_beginning(text: str, expected: str) -> None:
    assert instant_of(text, NOW, ROME) == instant(expected)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "a day, a time or a length"),
        ("someday", "a day, a time or a length"),
        ("12", "a day, a time or a length"),
        ("-3h", "a day, a time or a length"),
        ("12w", "a day, a time or a length"),
        ("2026-13-01", "a day, a time or a length"),
        ("0h", "in the past"),
        ("2026-11-23T09:00", "in the past"),
        ("2027-01-01", "in the past"),
        ("15d", "14 days at most"),
        ("2026-11-01", "14 days at most"),
    ],
)
def test_what_is_no_beginning(text: str, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        instant_of(text, NOW, ROME)


@pytest.mark.parametrize(
    ("now", "text"),
    [("2026-10-26T08:00:00Z", "2026-10-25T02:30"), ("2026-03-30T08:00:00Z", "2026-03-29T02:30")],
    ids=["twice", "never"],
)
def test_a_time_that_the_clocks_change_is_refused(now: str, text: str) -> None:
    with pytest.raises(ValueError, match="no time, or two times"):
        instant_of(text, instant(now), ROME)
    assert instant_of(f"{text}+01:00", instant(now), ROME) == instant(f"{text}:00+01:00")


def test_yesterday_has_the_hours_that_it_had() -> None:
    now = instant("2026-10-26T00:30:00+01:00")
    assert now - instant_of("yesterday", now, ROME) == 25 * 3600 + 1800
