"""Windows of maintenance told to CloudWatch: what of the calendar mutes, and carrying a plan of mute rules out.

The one rule: whether a window counts does not matter here: announced too late it mutes all the same, unless it says
``mute: false``; one that was called off or never announced mutes nothing. What failed inside a window is still in the
windows of alarms when it ends, so muting outlasts it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import takewhile

from slactl.alarming.muting import MOST_RULES, WINDOW, Muting, mutable, plan
from slactl.compliance.recurrence import expand, parse_rule
from slactl.model.maintenance import MaintenanceCalendar, RecurringWindow, Window
from slactl.model.muting import MutePlan, Occasion, Quiet, Repeat, Unmuted
from slactl.model.span import Span
from slactl.ports.enforcing import AlarmStore, NotDone
from slactl.ports.muting import MuteStore

YEAR = 400 * 86_400


@dataclass(frozen=True, slots=True)
class Muted:
    """A change of a rule and what became of it: ``what`` is create, update or delete; ``text`` says why it failed."""

    what: str
    name: str
    text: str = ""


def quiet_windows(
    calendar: MaintenanceCalendar, now: int, after: int = 0
) -> tuple[tuple[Quiet, ...], tuple[Unmuted, ...]]:
    """The windows that mute from now on, and those that don't though they are not over, each by id.

    Args:
        calendar: the windows.
        now: seconds since the epoch.
        after: a window that ended less than so many seconds ago is not over yet, as far as muting goes.
    """
    since = now - after
    found = sorted((*_singles(calendar, since), *_recurring(calendar, since)), key=lambda one: one[0].id)
    muting = tuple(quiet for window, quiet in found if _why_not(window) is None)
    ahead = [window for window, quiet in found if any(one.span.end > now for one in quiet.occasions)]
    silent = tuple(Unmuted(window.id, why) for window in ahead if (why := _why_not(window)) is not None)
    return muting, silent


def _singles(calendar: MaintenanceCalendar, now: int) -> Iterator[tuple[Window, Quiet]]:
    for window in calendar.windows:
        if window.span.end > now:
            yield window, Quiet(window.id, window.reason, window.services, (Occasion(window.span),))


def _recurring(calendar: MaintenanceCalendar, now: int) -> Iterator[tuple[Window, Quiet]]:
    for one in calendar.recurring:
        ahead = tuple(
            Occasion(window.span, window.id.rpartition("@")[2])
            for window in expand(one, Span(now, now + YEAR))
            if window.span.end > now
        )
        if ahead:
            repeat = Repeat(_starts(one), one.end - one.start)
            yield one.template, Quiet(one.template.id, one.template.reason, one.template.services, ahead, repeat)


def _starts(recurring: RecurringWindow) -> tuple[datetime, ...]:
    until = recurring.until
    return tuple(takewhile(lambda start: until is None or start <= until, parse_rule(recurring)))


def _why_not(window: Window) -> str | None:
    if window.cancelled:
        return "it was called off"
    if not window.mute:
        return "it says mute: false"
    return "it was never announced" if window.announced is None else None


def plan_mutes(calendar: MaintenanceCalendar, alarms: AlarmStore, mutes: MuteStore, muting: Muting) -> MutePlan:
    """What is to be done so that the alarms of the windows' services keep quiet while they last, and a while after.

    Raises:
        NotDone: if more rules would be needed than there may be.
        AwsFailure: if alarms, rules or their tags can't be read.
    """
    quiet, silent = quiet_windows(calendar, muting.now, muting.longest)
    seen = alarms.standing(muting.prefix)
    made = plan(quiet, mutable(seen.alarms), mutes.rules(muting.prefix), muting)
    wanted = len(made.creates) + len(made.updates) + len(made.keeps)
    if wanted > MOST_RULES:
        raise NotDone(f"{wanted} mute rules would be needed, a region has at most {MOST_RULES}")
    unmuted = tuple(sorted((*made.unmuted, *silent), key=lambda one: one.window))
    return replace(made, unmuted=unmuted, doubts=seen.doubts)


def apply_mutes(made: MutePlan, mutes: MuteStore) -> tuple[Muted, ...]:
    """Carries a plan out, puts first, so that a window that was moved is never left unmuted.

    A change that fails is told, and the others are done all the same.

    Raises:
        AwsFailure: when no other call can succeed either.
    """
    puts = [("create", form) for form in made.creates] + [("update", form) for form in made.updates]
    outcomes = [_tried(what, form.name, partial(mutes.put, form, made.tags[form.name])) for what, form in puts]
    held = {made.tags[one.name].get(WINDOW) for one in outcomes if one.text}
    for name in made.deletes:
        if made.tags[name].get(WINDOW) in held:
            outcomes.append(Muted("delete", name, "left, because what should follow it could not be put"))
        else:
            outcomes.append(_tried("delete", name, partial(mutes.delete, name)))
    return tuple(outcomes)


def _tried(what: str, name: str, change: Callable[[], None]) -> Muted:
    try:
        change()
    except NotDone as refused:
        return Muted(what, name, refused.reason)
    return Muted(what, name)
