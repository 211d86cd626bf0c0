"""How the enforced limits stand: lines for people, and ``slactl.alarms-status/1``.

The one rule: what needs somebody stands first; a limit that nobody watches is never one line among many.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from slactl.formats.alarms.json import dumped
from slactl.formats.sanitize import plain
from slactl.workflows.enforcing.status import LimitState

if TYPE_CHECKING:
    from slactl.workflows.enforcing.status import AlarmView, Limit, Status

SCHEMA = "slactl.alarms-status/1"
MOST = 5
WORDS = {
    LimitState.IN_ALARM: "in alarm",
    LimitState.NOT_ENFORCED: "not enforced",
    LimitState.PARTLY_ENFORCED: "partly enforced",
    LimitState.NO_DATA: "no data",
    LimitState.OK: "quiet",
}
TROUBLES = {
    "missing": "does not stand",
    "name-taken": "an alarm that is not ours bears its name",
    "differs": "stands otherwise than it should",
    "not-evaluated": "CloudWatch does not evaluate it",
    "actions-off": "its actions are switched off",
    "nobody-told": "tells nobody",
}


def text(status: Status) -> str:
    """The limits as text, the gravest first, ending with a newline."""
    return "\n".join(_lines(status)) + "\n"


def _lines(status: Status) -> Iterator[str]:
    order = list(LimitState)
    for one in sorted(status.limits, key=lambda limit: order.index(limit.state)):
        yield f"{WORDS[one.state]:<16} {plain(_subject(one))}"
        yield from (f"    {plain(line)}" for line in _details(one))
    counted = [f"{status.count(state)} {WORDS[state]}" for state in LimitState if status.count(state)]
    yield f"Limits: {', '.join(counted) or 'none'}."
    if status.leftover:
        yield f"{len(status.leftover)} alarms of ours that nobody wants any more: slactl alarms plan names them."


def _subject(limit: Limit) -> str:
    if limit.objective:
        return f"{limit.service}/{limit.objective}"
    severity = limit.alarms[0].severity if limit.alarms else ""
    return f"{limit.service}: who is told ({severity})" if limit.service else f"slactl itself: {limit.kind}"


def _details(limit: Limit) -> Iterator[str]:
    if limit.text:
        yield limit.text
    ringing = [one for one in limit.alarms if one.name in limit.ringing]
    yield from (f"{one.name}: {one.state} since {one.since or '?'}" for one in ringing)
    troubled = [one for one in limit.alarms if one.troubles]
    for one in troubled[:MOST]:
        yield f"{one.name}: {'; '.join(TROUBLES[trouble.value] for trouble in one.troubles)}"
    if len(troubled) > MOST:
        yield f"and {len(troubled) - MOST} more; slactl alarms plan names them all"
    if limit.state is LimitState.NO_DATA:
        yield from (f"{one.name}: no data" for one in limit.alarms[:MOST] if one.state == "INSUFFICIENT_DATA")


def render_json(status: Status) -> str:
    """The document, ending with a newline."""
    return dumped(
        {
            "schema": SCHEMA,
            "account": status.account,
            "region": status.region,
            "prefix": status.prefix,
            "summary": {state.value: status.count(state) for state in LimitState},
            "limits": [_limit(one) for one in status.limits],
            "leftover": list(status.leftover),
            "doubts": list(status.doubts),
        }
    )


def _limit(one: Limit) -> dict[str, object]:
    return {
        "service": one.service or None,
        "objective": one.objective,
        "kind": one.kind or None,
        "state": one.state.value,
        "ringing": list(one.ringing),
        "text": one.text or None,
        "alarms": [_alarm(alarm) for alarm in one.alarms],
    }


def _alarm(one: AlarmView) -> dict[str, object]:
    return {
        "name": one.name,
        "kind": one.kind,
        "severity": one.severity,
        "operation": one.operation,
        "state": one.state or None,
        "since": one.since or None,
        "troubles": [trouble.value for trouble in one.troubles],
    }
