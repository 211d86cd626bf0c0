"""What happened to alarms, as DescribeAlarmHistory tells it.

The one rule: history is kept for thirty days, of deleted alarms too; who names no type is told of
metric alarms only.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from slactl.sandbox.errors import validation_error
from slactl.sandbox.paging import page

METRIC_ALARM = "MetricAlarm"
KEPT = 30 * 86_400
PAGE, MOST = 50, 100
LONGEST = 4095
Entry = dict[str, Any]
"""An AlarmHistoryItem; its time is seconds since the epoch."""
Standing = tuple[str, str, str]
"""A state, its reason, and what the reason is made of as JSON (or an empty text)."""


def configuration_entry(
    kind: str, definition: Mapping[str, Any], now: float, before: Mapping[str, Any] | None = None, deleted: bool = False
) -> Entry:
    """An alarm was made, changed (``before`` is how it was put) or deleted."""
    word = "deleted" if deleted else "created" if before is None else "updated"
    told: dict[str, Any] = {"version": "1.0", "type": {"updated": "Update", "created": "Create"}.get(word, "Delete")}
    told[f"{word}Alarm"] = {_lower(name): value for name, value in definition.items()}
    if before is not None:
        fields = sorted(name for name in {*before, *definition} if before.get(name) != definition.get(name))
        told["originalUpdatedFields"] = {_lower(name): before.get(name) for name in fields}
    return _entry(
        kind, definition["AlarmName"], now, "ConfigurationUpdate", f'Alarm "{_name(definition)}" {word}', told
    )


def state_entry(kind: str, name: str, now: float, before: Standing, after: Standing) -> Entry:
    """An alarm went from a state to another, each with its reason and its reason data."""
    told = {"version": "1.0", "oldState": _standing(before), "newState": _standing(after)}
    return _entry(kind, name, now, "StateUpdate", f"Alarm updated from {before[0]} to {after[0]}", told)


def _standing(told: Standing) -> dict[str, Any]:
    state, reason, data = told
    try:
        more = {"stateReasonData": json.loads(data)} if data else {}
    except ValueError:  # SetAlarmState takes any text
        more = {"stateReasonData": data}
    return {"stateValue": state, "stateReason": reason, **more}


def contributor_entry(entry: Entry, contributor: str, attributes: Mapping[str, str]) -> Entry:
    """The same of one contributor of an alarm."""
    what = f"AlarmContributor{entry['HistoryItemType']}"
    return entry | {
        "HistoryItemType": what,
        "AlarmContributorId": contributor,
        "AlarmContributorAttributes": dict(attributes),
    }


def action_entry(kind: str, definition: Mapping[str, Any], now: float, arn: str, error: str | None) -> Entry:
    """An action was set off, and worked or failed."""
    message = {"AlarmName": _name(definition), "AlarmDescription": definition.get("AlarmDescription")}
    told = {
        "actionState": "Failed" if error else "Succeeded",
        "stateUpdateTimestamp": int(now * 1000),
        "notificationResource": arn,
        "publishedMessage": json.dumps({"default": json.dumps(message)}),
        **({"error": error} if error else {}),
    }
    failed = f'Failed to execute action {arn}. Received error: "{error}"'
    summary = failed if error else f"Successfully executed action {arn}"
    return _entry(kind, _name(definition), now, "Action", summary, told)


def describe_history(history: Iterable[Entry], params: Mapping[str, Any], now: float) -> dict[str, Any]:
    """The answer of DescribeAlarmHistory.

    Raises:
        AwsError: ValidationError, InvalidNextToken.
    """
    size = params.get("MaxRecords") or PAGE
    if not 1 <= size <= MOST:
        raise validation_error(f"MaxRecords must be between 1 and {MOST}.")
    start = max(params.get("StartDate") or 0, now - KEPT)
    end = min(params.get("EndDate") or now, now)
    found = [entry for entry in history if start <= entry["Timestamp"] <= end and _wanted(entry, params)]
    found.sort(key=lambda entry: float(entry["Timestamp"]), reverse=params.get("ScanBy") != "TimestampAscending")
    shown, following = page(found, params, size)
    return {"AlarmHistoryItems": shown, **following}


def _wanted(entry: Entry, params: Mapping[str, Any]) -> bool:
    return (
        entry["AlarmType"] in (params.get("AlarmTypes") or [METRIC_ALARM])
        and params.get("AlarmName") in (None, entry["AlarmName"])
        and params.get("AlarmContributorId") in (None, entry.get("AlarmContributorId"))
        and params.get("HistoryItemType") in (None, entry["HistoryItemType"])
    )


def _entry(kind: str, name: str, now: float, what: str, summary: str, told: Mapping[str, Any]) -> Entry:
    return {
        "AlarmName": name,
        "AlarmType": kind,
        "Timestamp": round(now, 3),
        "HistoryItemType": what,
        "HistorySummary": summary[:255],
        "HistoryData": json.dumps(told)[:LONGEST],
    }


def _name(definition: Mapping[str, Any]) -> str:
    return str(definition["AlarmName"])


def _lower(name: str) -> str:
    return name[:1].lower() + name[1:]
