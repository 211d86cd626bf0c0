"""What of an alarm is kept: which alarms name a clause, and which of their fields are needed.

The one rule: descriptions and tags may hold anything, so a field is kept only if it is listed here or
its words give no sign of a secret or a person; what was withheld is named.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from slactl.model.objective import Objective, Reference
from slactl.ports.alarms import AlarmEvent, MuteRule, StandingAlarm
from slactl.workflows.collecting.names import looks_like

CLAUSE, OWN = "clause", "slactl:"
STATES = ("OK", "ALARM", "INSUFFICIENT_DATA")
_ALARM = ("createdAlarm", "updatedAlarm", "deletedAlarm")
_FIELDS = frozenset(
    name.casefold()
    for name in (
        "AlarmName", "AlarmArn", "ActionsEnabled", "OKActions", "AlarmActions", "InsufficientDataActions",
        "AlarmConfigurationUpdatedTimestamp", "Namespace", "MetricName", "Dimensions", "Statistic", "ExtendedStatistic",
        "Period", "Unit", "EvaluationPeriods", "DatapointsToAlarm", "Threshold", "ThresholdMetricId",
        "ComparisonOperator", "TreatMissingData", "EvaluateLowSampleCountPercentile", "Metrics", "EvaluationState",
        "EvaluationWindow", "EvaluationCriteria", "EvaluationInterval", "WarmUpConfiguration", "AlarmRule",
        "ActionsSuppressor", "ActionsSuppressorWaitPeriod", "ActionsSuppressorExtensionPeriod",
        "ScheduledQueryConfiguration", "QueryResultsToEvaluate", "QueryResultsToAlarm",
    )
)  # fmt: skip
"""Fields of a definition; the history writes them with small first letters."""


def clauses(
    alarm: StandingAlarm, tags: Mapping[str, str], objectives: Iterable[Objective]
) -> tuple[tuple[str, str], ...]:
    """What clauses an alarm names, each with where it does: ``(("tag clause", "Uptime"), ...)``."""
    return tuple(dict.fromkeys((*_by_tag(tags), *_by_description(alarm.description, objectives))))


def _by_tag(tags: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for key, value in sorted(tags.items()):
        if key.casefold() == CLAUSE or key.startswith(OWN):
            yield f"tag {key}", spoken(value) or ""


def _by_description(text: str, objectives: Iterable[Objective]) -> Iterator[tuple[str, str]]:
    for objective in objectives:
        reference = objective.reference
        if reference and _names(text, reference):
            yield "description", ", ".join(part for part in (reference.document, reference.section) if part)


def _names(text: str, reference: Reference) -> bool:
    """Whether a text names the document and the section, each as whole words."""
    words = (word for word in (reference.document, reference.section) if word)
    return all(re.search(rf"(?<!\w){re.escape(word)}(?!\w)", text, re.IGNORECASE) for word in words)


def spoken(text: str) -> str | None:
    """A text that people wrote, if it seems to hold no secret and nobody's data."""
    return None if looks_like(text) else text


def watched(alarm: StandingAlarm, tags: Mapping[str, str], named: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """An alarm that names a clause, as it is kept."""
    told = {key: spoken(value) for key, value in sorted(tags.items())}
    description = spoken(alarm.description)
    withheld = [*(["description"] if description is None else []), *(f"tag {key}" for key in told if told[key] is None)]
    return {
        "name": alarm.name,
        "arn": alarm.arn,
        "kind": alarm.kind.value,
        "clauses": [{"by": by, "clause": clause} for by, clause in named],
        "description": description,
        "tags": told,
        "withheld": withheld,
        "definition": _definition(alarm.definition),
    }


def muting(rule: MuteRule) -> dict[str, Any]:
    """A mute rule, as it is kept; instants stay seconds since the epoch until they are written."""
    return {
        "name": rule.name,
        "description": spoken(rule.description),
        "expression": rule.expression,
        "duration": rule.duration,
        "timezone": rule.timezone,
        "alarms": sorted(rule.targets),
        "status": rule.status,
    }


def happened(event: AlarmEvent) -> dict[str, Any]:
    """What happened to an alarm, as it is kept: no description, no message that was sent."""
    told: dict[str, Any] = {
        "alarm": event.alarm,
        "kind": event.kind.value,
        "what": event.what,
        "summary": event.summary,
    }
    data = event.data
    if "newState" in data:
        told["old"], told["new"] = _state(data.get("oldState")), _state(data["newState"])
    if "actionState" in data:
        told["action"] = {"state": data["actionState"], "resource": data.get("notificationResource")} | _told(data)
    if "type" in data:
        told["change"] = _change(data)
    return told


def _told(data: Mapping[str, object]) -> dict[str, str]:
    """The new state that a message told of, if it is one to a topic; nothing else of it is kept."""
    try:
        message = json.loads(json.loads(str(data.get("publishedMessage")))["default"])
        state = message["NewStateValue"]
    except (ValueError, TypeError, KeyError):
        return {}
    return {"told": state} if state in STATES else {}


def _state(told: object) -> dict[str, Any] | None:
    if not isinstance(told, Mapping):
        return None
    return {"value": told.get("stateValue"), "reason": spoken(str(told.get("stateReason", "")))}


def _change(data: Mapping[str, object]) -> dict[str, Any]:
    alarm = next((data[name] for name in _ALARM if name in data), None)
    before = data.get("originalUpdatedFields")
    return {
        "type": data["type"],
        "alarm": _definition(alarm) if isinstance(alarm, Mapping) else None,
        "before": _definition(before) if isinstance(before, Mapping) else None,
        "changed": sorted(before) if isinstance(before, Mapping) else [],
    }


def _definition(fields: Mapping[str, object]) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name.casefold() in _FIELDS}
