"""The record of a collect: what was asked, seen and missed, and the agreement as it stood.

The one rule: it is written canonically (sorted keys, no spaces, ASCII), so that the same collect gives
the same bytes. Windows stand in it as they were configured at that instant: a window that a record
from before its start names with the same times was known then (rule 14, ``recorded``).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from slactl.compliance.recurrence import expand_all
from slactl.model.catalogue import Catalogue
from slactl.model.general import Control
from slactl.model.incident import Incident
from slactl.model.maintenance import MaintenanceCalendar, Window
from slactl.model.objective import Objective
from slactl.model.service import Service
from slactl.model.span import Span
from slactl.workflows.collecting.outcome import Outcome

SCHEMA = "slactl.evidence-run/1"
DAY = 86_400
AHEAD = 397 * DAY
"""Thirteen months: occurrences of recurring windows are recorded so far ahead."""
BEHIND = 62 * DAY


@dataclass(frozen=True, slots=True)
class Made:
    """Who collects: ``version`` of slactl, account, region and caller as AWS tells them."""

    version: str
    account: str
    region: str
    caller: str
    clock_set: bool


@dataclass(frozen=True, slots=True)
class SeenWindow:
    """A window as a record names it; ``services`` None are all, ``proof`` the grade it had by itself."""

    id: str
    span: Span
    announced: int | None
    services: tuple[str, ...] | None
    worked: Span | None
    cancelled: bool
    proof: str


@dataclass(frozen=True, slots=True)
class SeenRun:
    """When a collect looked at the calendar, and what stood in it."""

    id: str
    at: int
    windows: tuple[SeenWindow, ...]


def run_body(outcome: Outcome, catalogue: Catalogue, made: Made, *, complete: bool) -> bytes:
    """The record's bytes; ``complete`` is false of one that was written before anything was read."""
    told = {
        "schema": SCHEMA,
        "id": outcome.run,
        "at": _time(outcome.at),
        "until": _time(outcome.until),
        "complete": complete,
        "version": made.version,
        "account": made.account,
        "region": made.region,
        "caller": made.caller,
        "clock_set": made.clock_set,
        "configuration": [{"name": file.name, "sha256": file.sha256} for file in catalogue.files],
        **agreement(catalogue, outcome.at),
        "incidents": [_incident(one) for one in sorted(catalogue.incidents, key=lambda one: (one.start, one.id))],
        **_happened(outcome),
    }
    return canonical(told)


def agreement(catalogue: Catalogue, at: int) -> dict[str, Any]:
    """What a record of that instant says of the agreement: windows, the rules for them, targets, services."""
    return {
        "windows": [_window(window) for window in windows_at(catalogue.maintenance, at)],
        "policy": _policy(catalogue.maintenance),
        "objectives": [_objective(one) for one in catalogue.objectives],
        "services": [_service(one) for one in catalogue.services],
    }


def canonical(told: Mapping[str, Any]) -> bytes:
    """JSON in one way of writing."""
    return (json.dumps(told, ensure_ascii=True, sort_keys=True, separators=(",", ":")) + "\n").encode()


def windows_at(calendar: MaintenanceCalendar, at: int) -> tuple[Window, ...]:
    """Every single window, and the occurrences of recurring ones from two months before to 13 after."""
    occurrences = expand_all(calendar.recurring, Span(at - BEHIND, at + AHEAD))
    return tuple(sorted((*calendar.windows, *occurrences), key=lambda window: (window.span, window.id)))


def read_run(body: bytes) -> SeenRun:
    """The calendar of a record.

    Raises:
        ValueError: if it is no record of a collect.
    """
    try:
        told = json.loads(body)
        if told["schema"] != SCHEMA:
            raise ValueError(f"not {SCHEMA}")
        return SeenRun(told["id"], _instant(told["at"]), tuple(_seen(one) for one in told["windows"]))
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not {SCHEMA}: {error!r}") from error


def lost_spans(body: bytes) -> frozenset[tuple[str, str, int, int]]:
    """What a record says is lost: service, reason, start, end.

    Raises:
        ValueError: if it is no record of a collect.
    """
    try:
        told = json.loads(body)["lost"]
        return frozenset((one["service"], one["why"], _instant(one["start"]), _instant(one["end"])) for one in told)
    except (KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"not {SCHEMA}: {error!r}") from error


def _happened(outcome: Outcome) -> dict[str, Any]:
    return {
        "read": [
            {
                "service": one.service,
                **_span(one.span),
                "bin": one.bin,
                "final": one.final,
                "streams": one.streams,
                one.what: one.requests,
            }
            for one in sorted(outcome.kept)
        ],
        "closed": [{"service": one.service, "month": one.label, "answers": one.answers} for one in outcome.closed],
        "missing": [
            {"service": one.service, **_span(one.span), "why": one.why.value, "text": one.text}
            for one in sorted(outcome.missing)
        ],
        "lost": [{"service": one.service, **_span(one.span), "why": one.why.value} for one in sorted(outcome.lost)],
        "sources": [
            {"kind": use.kind, "calls": use.calls, "queries": use.queries, "datapoints": use.datapoints}
            for use in outcome.uses
        ],
    }


def _window(window: Window) -> dict[str, Any]:
    announcement = window.announcement
    return {
        "id": window.id,
        **_span(window.span),
        "announced": None if window.announced is None else _time(window.announced),
        "services": None if window.services is None else sorted(window.services),
        "worked": window.worked and _span(window.worked),
        "cancelled": window.cancelled,
        "proof": window.proof.word,
        "reason": window.reason,
        "announcement": {
            "channel": announcement.channel,
            "to": announcement.to,
            "url": announcement.url,
            "file": announcement.file,
            "sha256": announcement.sha256,
        },
    }


def _seen(told: Mapping[str, Any]) -> SeenWindow:
    services, worked = told["services"], told["worked"]
    return SeenWindow(
        id=told["id"],
        span=_read_span(told),
        announced=None if told["announced"] is None else _instant(told["announced"]),
        services=None if services is None else tuple(services),
        worked=None if worked is None else _read_span(worked),
        cancelled=bool(told["cancelled"]),
        proof=str(told["proof"]),
    )


def _policy(calendar: MaintenanceCalendar) -> dict[str, Any]:
    policy = calendar.policy
    return {
        "notice": policy.notice,
        "max_per_month": policy.max_per_month,
        "max_per_year": policy.max_per_year,
        "require_proof": policy.require_proof.word,
    }


def _objective(one: Objective) -> dict[str, Any]:
    return {
        "id": one.id,
        "goal": one.goal.text,
        "text": dict(one.title),
        "indicator": one.indicator.kind,
        "over": "year" if one.over_year else "month",
        "exclude": "maintenance" if one.excludes_maintenance else "none",
        "advisory": one.advisory,
        "services": _names(one.services),
        **({"control": _control(one.indicator)} if isinstance(one.indicator, Control) else {}),
    }


def _control(one: Control) -> dict[str, Any]:
    """What a control asks and expects: kept samples are held against it."""
    return {
        "call": one.call,
        "with": dict(one.parameters),
        "for_each": list(one.each),
        "select": one.select,
        "region": one.region,
        "expect": {one.expects.how.value: one.expects.value},
    }


def _service(one: Service) -> dict[str, Any]:
    stage = one.edge or one.gateway
    return {
        "key": one.key,
        "name": one.name,
        "environment": one.environment,
        "source": one.source.value,
        "since": None if one.since is None else one.since.isoformat(),
        "stage": None if stage is None else {"api": stage.api, "stage": stage.stage},
        "account_id": one.account_id,
    }


def _incident(one: Incident) -> dict[str, Any]:
    """What an incident declares, and the digest of the file that says the rest: claims that may come later."""
    return {
        "id": one.id,
        "services": sorted(one.services),
        "start": _time(one.start),
        "end": None if one.end is None else _time(one.end),
        "add_downtime": one.add_downtime,
        "sha256": one.sha256,
    }


def _names(names: Sequence[str] | None) -> list[str] | None:
    return None if names is None else sorted(names)


def _span(span: Span) -> dict[str, str]:
    return {"start": _time(span.start), "end": _time(span.end)}


def _read_span(told: Mapping[str, Any]) -> Span:
    return Span(_instant(told["start"]), _instant(told["end"]))


def _time(instant: int) -> str:
    return f"{datetime.fromtimestamp(instant, UTC):%Y-%m-%dT%H:%M:%SZ}"


def _instant(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp())


def stamp_of(instant: int) -> str:
    """An instant as a record has it; such texts stand in the order of time."""
    return _time(instant)


def stamp(instant: int) -> str:
    """An instant as a name has it: 20261007T060000Z."""
    return f"{datetime.fromtimestamp(instant, UTC):%Y%m%dT%H%M%SZ}"


def digest_parts(parts: Iterable[str]) -> str:
    """What a run's id is told from others of the same second by: eight digits of a SHA-256."""
    return sha256("\n".join(parts).encode()).hexdigest()[:8]
