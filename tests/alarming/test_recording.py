"""Who was told of a crossing, and what a window that mutes excuses."""

from __future__ import annotations

import pytest

from slactl.alarming.recording import AlarmPast, Mute, Teller, Told, told_of
from slactl.model.replay import Rung
from slactl.model.span import Span
from slactl.model.watch import Crossing, Muted

DAY = 86_400
ALL = (Span(0, 3 * DAY),)
AT = DAY
RUNG = Rung((Span(AT, AT + 7200),), (), 300)
LATER = AT + 3600
"""When the mute ends."""


def calling(*at: int) -> tuple[Teller, ...]:
    return (Teller(AlarmPast("page", ALL, ALL, acted=at), ALL),)


@pytest.mark.parametrize(
    ("admitted", "acted", "told"),
    [
        (True, (), Crossing(LATER)),
        (True, (LATER + 60,), Crossing(LATER, LATER + 60)),
        (False, (), Crossing(AT)),
        (False, (LATER + 60,), Crossing(AT, LATER + 60)),
        (False, (AT + 7200 + 900,), Crossing(AT)),
    ],
)
def test_only_a_window_that_is_admitted_excuses_until_it_ends(
    admitted: bool, acted: tuple[int, ...], told: Crossing
) -> None:
    mute = Mute("W", Span(AT - 600, LATER), admitted)
    assert told_of(RUNG, calling(*acted), ALL, (mute,)) == Told((told,), 0, (Muted(AT, "W", admitted),))


def test_a_crossing_that_is_over_when_an_admitted_mute_ends_is_none() -> None:
    mutes = (Mute("late", Span(AT - 600, AT + 9000), False), Mute("W", Span(AT - 300, AT + 8000), True))
    assert told_of(RUNG, (), ALL, mutes) == Told((), 0, (Muted(AT, "W", True),))


def test_an_action_that_no_mute_held_back_is_told_with_it() -> None:
    told = told_of(RUNG, calling(AT + 60), ALL, (Mute("W", Span(AT - 600, AT + 9000), False),))
    assert told == Told((Crossing(AT, AT + 60),), 0, (Muted(AT, "W", False, AT + 60),))
    assert told.crossings[0].delay == 60
