"""What a collect says at its end: as JSON for programs, in lines for people.

The one rule: both say the same; what is missing or lost is never left to the other one.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

from slactl.model.span import Span, union
from slactl.workflows.collecting.forecast import Forecast
from slactl.workflows.collecting.outcome import KeptSpan, Lost, Missing, Outcome, Why

SCHEMA = "slactl.collect/1"
TOLD = {
    Why.HOURS_ONLY: "only hours are left of it at CloudWatch",
    Why.EXPIRED: "where it came from it is forgotten",
    Why.PROVISIONAL: "it was kept within 72 hours of its end, and can't be read again",
    Why.FIVE_MINUTES: "kept by five minutes: minutes are not left of it at CloudWatch",
}


def document(outcome: Outcome, status: str) -> dict[str, Any]:
    """A run as JSON; ``status`` is complete, incomplete or busy."""
    return {
        "schema": SCHEMA,
        "status": status,
        "run": outcome.run,
        "at": _time(outcome.at),
        "until": _time(outcome.until),
        "kept": [_kept(one) for one in sorted(outcome.kept)],
        "closed": [
            {"service": one.service, "month": one.label, "answers": one.answers} for one in sorted(outcome.closed)
        ],
        "missing": [_told(one) | {"text": one.text} for one in sorted(outcome.missing)],
        "lost": [_told(one) | {"text": TOLD[one.why]} for one in sorted(outcome.lost)],
        "plan": None,
        "head": None,
        "sources": [
            {"kind": use.kind, "calls": use.calls, "queries": use.queries, "datapoints": use.datapoints}
            for use in outcome.uses
        ],
    }


def planned(outcome: Outcome, forecasts: Sequence[Forecast]) -> dict[str, Any]:
    """What a run would do, as JSON."""
    return document(outcome, "planned") | {
        "plan": [
            {
                "service": one.service,
                "what": one.what,
                "spans": [{"start": _time(span.start), "end": _time(span.end)} for span in one.spans],
                "days": one.days,
                "streams": one.streams,
                "calls": one.calls,
                "minutes": one.minutes,
                "trouble": one.trouble,
            }
            for one in forecasts
        ]
    }


def idle(at: int) -> dict[str, Any]:
    """What a run says that left the work to another one, as JSON."""
    return document(Outcome("", at, at), "busy")


def lines(outcome: Outcome, services: Iterable[str]) -> list[str]:
    """What was kept, a line for each service."""
    found = []
    for service in services:
        mine = [one for one in outcome.kept if one.service == service]
        closed = [one.label for one in outcome.closed if one.service == service]
        parts = [*([_read(mine)] if mine else []), *([f"closed {', '.join(closed)}"] if closed else [])]
        found.append(f"{service}: {'; '.join(parts) or 'nothing new'}")
    return found


def plan_lines(forecasts: Sequence[Forecast]) -> list[str]:
    """What a run would read, a line for each service, and for each component's metrics and controls."""
    return [_plan_line(one) for one in forecasts]


def _plan_line(one: Forecast) -> str:
    if one.calls is None:
        return f"{one.service}: {_count(one.streams, 'look')} at configuration"
    spans, calls = ", ".join(map(shown, one.spans)) or "nothing to read", _count(one.calls, "call")
    days = f"{one.service}: {_count(one.days, 'day')}{'' if one.what == 'counts' else f' of {one.what}'} ({spans})"
    return f"{days}, {one.trouble}" if one.trouble else f"{days}, at most {calls}, {one.minutes} min"


def missing_lines(missing: Iterable[Missing]) -> list[str]:
    """What is missing, and why."""
    return [f"{one.service} {shown(one.span)} is not kept ({one.why}): {one.text}" for one in sorted(missing)]


def lost_lines(lost: Iterable[Lost]) -> list[str]:
    """What can no longer be had."""
    return [
        f"{one.service} {shown(one.span)} can no longer be had ({one.why}): {TOLD[one.why]}" for one in sorted(lost)
    ]


def shown(span: Span) -> str:
    """A span for people, in UTC: whole days by their dates, an instant by its minute."""
    start, end = _time(span.start), _time(span.end)
    if span.seconds == 1:
        return f"{start[:16]}Z"
    if start.endswith("T00:00:00Z") and end.endswith("T00:00:00Z"):
        last = _time(span.end - 1)[:10]
        return start[:10] if start[:10] == last else f"{start[:10]}..{last}"
    return f"{start[:16]}Z..{end[:16]}Z"


def _read(kept: Sequence[KeptSpan]) -> str:
    """What was read: the spans of each kind with what they hold."""
    return "; ".join(_of_kind([one for one in kept if one.what == what], what) for what in _kinds(kept))


def _kinds(kept: Iterable[KeptSpan]) -> list[str]:
    return sorted({one.what for one in kept}, reverse=True)


def _of_kind(kept: Sequence[KeptSpan], what: str) -> str:
    spans = union(one.span for one in kept)
    return f"kept {', '.join(map(shown, spans))}, {sum(one.requests for one in kept):,} {what}"


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"


def _kept(one: KeptSpan) -> dict[str, Any]:
    return {
        "service": one.service,
        "start": _time(one.span.start),
        "end": _time(one.span.end),
        "bin": one.bin,
        "final": one.final,
        "streams": one.streams,
        one.what: one.requests,
    }


def _told(one: Missing | Lost) -> dict[str, Any]:
    span = {"start": _time(one.span.start), "end": _time(one.span.end)}
    return {"service": one.service, **span, "why": one.why.value}


def _time(instant: int) -> str:
    return f"{datetime.fromtimestamp(instant, UTC):%Y-%m-%dT%H:%M:%SZ}"
