"""Which actions of an alarm told of a fault, of what its history keeps.

The one rule: only a change to ALARM tells of a fault; what calls when an alarm is OK again, or has no data, is an
all-clear or a hint, whichever topic it goes to. Of what state an action was the message that it sent says, else the
state that the alarm was in, else its definition where only one state names the topic; else nobody knows.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from slactl.alarming.linting.reading import texts
from slactl.model.span import Span, Spans, subtract
from slactl.workflows.enforcing.rang import instant

Event = Mapping[str, Any]
ALARM, SUCCEEDED, DONE = "ALARM", "succeeded", "Successfully executed action"
NAMED = {"alarmactions": ALARM, "okactions": "OK", "insufficientdataactions": "INSUFFICIENT_DATA"}
_CHANGED = re.compile(r"\bupdated from (\w+) to (\w+)")
_ACTION, _STATE = "Action", "StateUpdate"
Changes = Sequence[tuple[str, str, str]]
"""When a state changed, from which to which, ascending."""


def calls(
    events: Iterable[Event], forms: Iterable[Mapping[str, Any]], read: Spans
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The instants (seconds) of the actions that told of a fault, and of those that may have.

    Args:
        events: what happened to an alarm.
        forms: its definitions over the time, fields in small letters.
        read: where the history is known; over a hole no state is carried.
    """
    events = sorted(events, key=lambda one: str(one["at"]))
    changes = {what: _changes(events, what) for what in {_family(one) + _STATE for one in events}}
    by_topic = _by_topic(forms)
    surely: set[int] = set()
    perhaps: set[int] = set()
    for one in events:
        if _succeeded(one):
            state = (
                _told(one) or _state_at(changes[_family(one) + _STATE], one["at"], read) or by_topic.get(_topic(one))
            )
            if state in (None, ALARM):
                (surely if state else perhaps).add(instant(one["at"]))
    return tuple(sorted(surely)), tuple(sorted(perhaps - surely))


def _family(event: Event) -> str:
    """What the kinds of events of one contributor of an alarm begin with; nothing for the alarm's own."""
    return str(event["what"]).removesuffix(_ACTION).removesuffix(_STATE)


def _succeeded(event: Event) -> bool:
    """Whether an action worked; where CloudWatch cut off what it tells of it, only the summary says so."""
    action = event.get("action")
    if action is not None:
        return str(action.get("state", "")).casefold() == SUCCEEDED
    return str(event["what"]).endswith(_ACTION) and str(event.get("summary", "")).startswith(DONE)


def _told(event: Event) -> str | None:
    return (event.get("action") or {}).get("told")


def _topic(event: Event) -> str:
    return str((event.get("action") or {}).get("resource", ""))


def _changes(events: Iterable[Event], what: str) -> Changes:
    found = []
    for one in (one for one in events if one["what"] == what):
        states = (one.get("old") or {}).get("value"), (one.get("new") or {}).get("value")
        spoken = _CHANGED.search(str(one.get("summary", "")))
        before, after = states if states[1] or not spoken else spoken.groups()
        if after:
            found.append((str(one["at"]), str(before or ""), str(after)))
    return found


def _state_at(changes: Changes, at: str, read: Spans) -> str | None:
    """The state at an instant, with what changed in it; None where no change says it."""
    number = bisect_right(changes, at, key=lambda one: one[0])
    return next((state for state in _said(changes, number, at, read) if state), None)


def _said(changes: Changes, number: int, at: str, read: Spans) -> Iterator[str]:
    """How the change before left it, and how the one after found it, where nothing is lost between."""
    if number and _known(changes[number - 1][0], at, read):
        yield changes[number - 1][2]
    if number < len(changes) and _known(at, changes[number][0], read):
        yield changes[number][1]


def _known(start: str, end: str, read: Spans) -> bool:
    first, last = instant(start), instant(end)
    return not subtract((Span(first, max(first + 1, last)),), read)


def _by_topic(forms: Iterable[Mapping[str, Any]]) -> Mapping[str, str]:
    """The state of each topic that was named for one state alone."""
    found: dict[str, set[str]] = {}
    for form in forms:
        for name, state in NAMED.items():
            for topic in texts(form, name):
                found.setdefault(topic, set()).add(state)
    return {topic: next(iter(states)) for topic, states in found.items() if len(states) == 1}
