"""Instants, days and lengths as a reader sees them."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slactl.formats.language import speak
from slactl.formats.times import (
    duration,
    local_iso,
    long_date,
    moment,
    month_name,
    short_day,
    utc,
    weekday_names,
)
from tests.formats.agreement import MONTH, ROME, at

IT, EN = speak("it"), speak("en")


def test_evidence_is_dated_with_its_offset() -> None:
    assert utc(MONTH.start) == "2026-09-30T22:00:00Z"
    assert local_iso(MONTH.start, ROME) == "2026-10-01T00:00+02:00"
    assert local_iso(MONTH.end, ROME) == "2026-11-01T00:00+01:00"
    assert local_iso(MONTH.end + 1, ROME) == "2026-11-01T00:00:01+01:00"


def test_half_hour_zones_keep_their_offset() -> None:
    assert local_iso(at("2026-10-14T02:00"), ZoneInfo("Asia/Kolkata")) == "2026-10-14T05:30+05:30"


def test_days_and_months_speak_the_readers_language() -> None:
    assert long_date(date(2026, 10, 25), IT) == "25 ottobre 2026"
    assert short_day(date(2026, 10, 14), IT) == "mer 14 ott"
    assert month_name(date(2026, 10, 1), IT) == "ottobre 2026"
    assert month_name(date(2026, 10, 1), EN) == "October 2026"
    assert weekday_names(IT)[0] == "lun"
    assert moment(at("2026-10-25T12:00"), ROME, IT) == "25 ottobre 2026, 12:00 (+01:00)"


@pytest.mark.parametrize(
    ("seconds", "short"),
    [
        (0, "0 s"),
        (1, "1 s"),
        (5400, "1 h 30 min"),
        (2676, "44 min 36 s"),
        (745 * 3600, "745 h"),
        (3661, "1 h 1 min 1 s"),
    ],
)
def test_lengths_are_exact(seconds: int, short: str) -> None:
    assert duration(seconds, IT) == short


@given(st.integers(0, 10**9))
def test_a_length_read_back_is_the_length(seconds: int) -> None:
    size = {"h": 3600, "min": 60, "s": 1}
    words = duration(seconds, EN).replace(",", "").split()
    assert sum(int(number) * size[unit] for number, unit in zip(words[::2], words[1::2], strict=True)) == seconds


def test_a_negative_length_says_so() -> None:
    assert duration(-924, EN) == "\N{MINUS SIGN}15 min 24 s"
