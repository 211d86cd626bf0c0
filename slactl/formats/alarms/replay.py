"""A month played again with the planned alarms: ``slactl.alarms-replay/1``.

The one rule: what is a bound is written as one; every key is always there. The published form is
``alarms-replay.schema.json``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.alarms.json import dumped
from slactl.formats.times import utc

if TYPE_CHECKING:
    from slactl.model.replay import AlarmReplay, CauseReplay, History, Noticed, Replay, Ring
    from slactl.model.span import Span, Spans

SCHEMA = "slactl.alarms-replay/1"


def render_json(replay: Replay) -> str:
    """The document, ending with a newline."""
    return dumped(
        {
            "schema": SCHEMA,
            "month": replay.month,
            "period": {**_span(replay.span), "timezone": replay.timezone},
            "resolution": [
                {"service": one.service, "seconds": one.step, "unread": _spans(one.unread)} for one in replay.coarse
            ],
            "rings": [_ring(one) for one in replay.rings],
            "measured": [_noticed(one) for one in replay.noticed],
            "alarms": [_alarm(one) for one in replay.alarms],
            "not_replayed": [
                {"alarm": one.name, "code": one.unfit.code, "text": one.unfit.text} for one in replay.unfit if one.unfit
            ],
            "history": _history(replay.history) if replay.history else None,
            "doubts": list(replay.doubts),
        }
    )


def _span(span: Span) -> dict[str, object]:
    return {"start": utc(span.start), "end": utc(span.end)}


def _spans(spans: Spans) -> list[dict[str, object]]:
    return [_span(one) for one in spans]


def _ring(one: Ring) -> dict[str, object]:
    shortest = max(0, one.span.seconds - (0 if one.after else one.step))
    return {
        "alarm": one.alarm,
        "service": one.service or None,
        "severity": one.severity.value,
        **_span(one.span),
        "begins_after": utc(one.earliest),
        "ends_after": utc(one.span.end if one.after else one.span.end - one.step),
        "seconds_at_least": shortest,
        "seconds_at_most": one.span.seconds + (0 if one.before else one.step),
        "rang_before": one.before,
        "rings_on": one.after,
        "told_at": utc(one.told_at) if one.told_at is not None else None,
        "muted": one.told_at is None or one.told_at > one.span.start,
        "causes": [_cause(cause) for cause in one.causes],
    }


def _cause(one: CauseReplay) -> dict[str, object]:
    return {"kind": one.kind, "objective": one.objective, "operation": one.operation, "alarms": list(one.alarms)}


def _noticed(one: Noticed) -> dict[str, object]:
    late = one.late
    return {
        "what": "downtime" if one.span else "objective",
        "service": one.service,
        "objective": one.objective,
        "operation": one.operation,
        "start": utc(one.span.start) if one.span else None,
        "end": utc(one.span.end) if one.span else None,
        "budget_gone_at": utc(one.gone_at) if one.gone_at is not None else None,
        "noticed": one.seen.value,
        "told_at": utc(one.at) if one.at is not None else None,
        "late_seconds_at_most": late,
        "late_seconds_at_least": None if late is None else max(0, late - one.step) if one.span else late - one.step,
        "alarm": one.alarm,
        "severity": one.severity.value if one.severity else None,
    }


def _alarm(one: AlarmReplay) -> dict[str, object]:
    return {
        "name": one.name,
        "kind": one.kind,
        "service": one.service or None,
        "objective": one.objective,
        "operation": one.operation,
        "severity": one.severity.value,
        "tells": one.tells,
        "replayed": one.unfit is None,
        "step_seconds": one.rung.step,
        "rang": _spans(one.rung.spans),
        "unknown": _spans(one.rung.doubt),
    }


def _history(history: History) -> dict[str, object]:
    return {
        "read": _spans(history.read),
        "compared": [
            {"alarm": one.alarm, "agreement": one.agreement.value, **_span(one.span)} for one in history.compared
        ],
        "not_standing": list(history.absent),
    }
