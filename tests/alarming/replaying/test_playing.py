"""Bins, windows, expressions and alarms over them, small enough to count by hand."""

from __future__ import annotations

from fractions import Fraction

import pytest

from slactl.alarming.replaying.bins import Grid, added, extreme
from slactl.alarming.replaying.formula import Column, Unreadable, computed
from slactl.alarming.replaying.needs import rows_of
from slactl.alarming.replaying.playing import play, play_contributors
from slactl.model.alarm import Crossing, MetricAlarm, MetricTerm, Missing
from slactl.model.metric import Metric
from slactl.model.replay import Rung, Unfit
from slactl.model.span import Span

METRIC = Metric("N", "m", ())
MONTH = Span(86_400, 2 * 86_400)


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("100 * a / b", [50.0, None, 0.0, None]),
        ("a + b", [3.0, 4.0, 5.0, None]),
        ("b - a", [1.0, -4.0, 5.0, None]),
        ("IF(a >= 2 AND b >= 0, 7, 0)", [0.0, 0.0, 0.0, None]),
        ("IF(a > 0 || b > 0, a, 1)", [1.0, 4.0, 0.0, None]),
        ("FILL(a, 0)", [1.0, 4.0, 0.0, 0.0]),
        ("(a + 1) * 2", [4.0, 10.0, None, None]),
    ],
)
def test_expressions(text: str, values: Column) -> None:
    assert computed(text, {"a": [1.0, 4.0, None, None], "b": [2.0, None, 5.0, None]}) == values


@pytest.mark.parametrize(
    "text", ["", "a +", "c", "RATE(a)", "a a", "1 + 1", "FILL(a, REPEAT)", "a $ b", "(a", "a / 1 / 0 /"]
)
def test_what_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(Unreadable):
        computed(text, {"a": [1.0]})


def test_windows_of_bins() -> None:
    row: Column = [None, 3.0, 1.0, None, None, 2.0]
    windows = [(0, 1), (0, 3), (1, 4), (3, 5), (3, 6)]
    assert added(row, windows) == [None, 4.0, 4.0, None, 2.0]
    assert extreme(row, windows, least=True) == [None, 1.0, 1.0, None, 2.0]
    assert extreme(row, windows, least=False) == [None, 3.0, 3.0, None, 2.0]


def alarm(missing: Missing, period: int = 300, datapoints: tuple[int, int] = (1, 1), stat: str = "Sum") -> MetricAlarm:
    terms = (MetricTerm("m", METRIC, stat, period),)
    needed, periods = datapoints
    return MetricAlarm("a", "", terms, "m", Crossing.AT_LEAST, Fraction(5), periods, needed, missing)


def rung(one: MetricAlarm, points: dict[int, float], unread: tuple[Span, ...] = ()) -> Rung:
    grid = Grid(Span(0, MONTH.end), 300, unread)
    found = play(
        one, grid, {(METRIC, "Sum"): grid.row({MONTH.start + at * 300: value for at, value in points.items()})}, MONTH
    )
    assert isinstance(found, Rung)
    return found


def bins(first: int, end: int) -> Span:
    return Span(MONTH.start + first * 300, MONTH.start + end * 300)


def test_a_lone_datapoint_rings_until_two_older_ones_no_longer_stand_in() -> None:
    assert rung(alarm(Missing.NOT_BREACHING), {10: 5.0}).spans == (bins(11, 14),)
    assert rung(alarm(Missing.NOT_BREACHING), {10: 5.0, 11: 0.0}).spans == (bins(11, 12),)


def test_missing_data_as_they_are_told_to_count() -> None:
    steady = dict.fromkeys(range(-10, 288), 0.0)
    holes = {number: value for number, value in steady.items() if not 20 <= number < 30}
    assert rung(alarm(Missing.BREACHING), holes).spans == (bins(23, 31),)
    assert rung(alarm(Missing.NOT_BREACHING), holes).spans == ()
    assert rung(alarm(Missing.IGNORE), holes | {19: 9.0}).spans == (bins(20, 31),)


def test_two_of_three() -> None:
    steady = dict.fromkeys(range(-10, 288), 0.0)
    assert rung(alarm(Missing.NOT_BREACHING, datapoints=(2, 3)), steady | {40: 9.0, 42: 9.0}).spans == (bins(43, 44),)
    assert rung(alarm(Missing.NOT_BREACHING, datapoints=(2, 3)), steady | {40: 9.0}).spans == ()


def test_what_was_not_read_is_doubt_and_never_silence() -> None:
    steady = {number: 0.0 for number in range(-10, 288) if not 50 <= number < 52}
    found = rung(alarm(Missing.BREACHING), steady, (bins(50, 52),))
    assert (found.spans, found.doubt) == ((), (bins(51, 53),))
    hour = rung(alarm(Missing.NOT_BREACHING, period=3600), steady, (bins(50, 52),))
    assert (hour.spans, hour.doubt) == ((), (bins(51, 64),))


def test_bins_that_make_up_no_window() -> None:
    grid = Grid(Span(0, MONTH.end), 3600)
    found = play(alarm(Missing.BREACHING), grid, {(METRIC, "Sum"): grid.row({})}, MONTH)
    assert isinstance(found, Unfit)
    assert found.code == "resolution"


def test_a_mean_does_not_come_of_counts() -> None:
    found = rows_of(alarm(Missing.BREACHING, stat="Average"))
    assert isinstance(found, Unfit)
    assert (found.code, "Average" in found.text) == ("statistic", True)


def test_one_contributor_is_enough() -> None:
    grid = Grid(Span(0, MONTH.end), 300)
    rows = [grid.row({MONTH.start + at * 300: 5.0, MONTH.start + at * 300 + 300: 0.0}) for at in (10, 30)]
    found = play_contributors(alarm(Missing.NOT_BREACHING), grid, rows, MONTH)
    assert isinstance(found, Rung)
    assert found.spans == (bins(11, 12), bins(31, 32))
