"""An SLO that stands in the form of one that is wanted, and where the two differ.

The one rule: only what the configuration decides is compared and sent; an update leaves alone what it does not name,
so what people set besides (investigations, exclusion windows) stays theirs.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from slactl.model.alarmplan import Difference, Form

SLI = "RequestBasedSliConfig"
PARTS = ("Description", SLI, "Goal", "BurnRateConfigurations")
"""What an update may name."""

_NOTHING: tuple[object, ...] = (None, "", [], {}, ())


def form_of(answer: Mapping[str, Any]) -> dict[str, object]:
    """What GetServiceLevelObjective tells of an SLO (times in seconds), as a creation would say it."""
    sli: Mapping[str, Any] = answer.get("RequestBasedSli") or {}
    metric: Mapping[str, Any] = sli.get("RequestBasedSliMetric") or {}
    counted = {key: metric[key] for key in ("TotalRequestCountMetric", "MonitoredRequestCountMetric") if key in metric}
    fields: dict[str, object] = {
        "Name": answer.get("Name"),
        "Description": answer.get("Description"),
        SLI: {"RequestBasedSliMetricConfig": counted} if counted else None,
        "Goal": answer.get("Goal"),
        "BurnRateConfigurations": answer.get("BurnRateConfigurations"),
    }
    return {key: value for key, value in fields.items() if value not in _NOTHING}


def settled(wanted: Form, standing: Form) -> Form:
    """What is wanted, with the first day of the SLO that stands where that is as good."""
    begins = _begins(standing)
    if begins is None or not _first_of_month(begins):
        return wanted
    goal = wanted["Goal"]
    assert isinstance(goal, Mapping)
    interval = {"CalendarInterval": {**goal["Interval"]["CalendarInterval"], "StartTime": begins}}
    return {**wanted, "Goal": {**goal, "Interval": interval}}


def differences(wanted: Form, standing: Form) -> tuple[Difference, ...]:
    """The fields that are not as wanted, by path, in the alphabet's order."""
    new, old = flat(wanted), flat(standing)
    paths = sorted(new.keys() | old.keys())
    return tuple(Difference(path, old.get(path), new.get(path)) for path in paths if old.get(path) != new.get(path))


def changed_parts(wanted: Form, found: tuple[Difference, ...]) -> dict[str, object]:
    """The parts of an update, each whole, that hold a difference."""
    named = {one.field.split(".")[0] for one in found}
    return {part: wanted[part] for part in PARTS if part in named and part in wanted}


def restarts(found: tuple[Difference, ...]) -> bool:
    """Whether AWS begins the history anew: another metric or another interval."""
    return any(one.field.startswith((f"{SLI}.", "Goal.Interval.")) for one in found)


def flat(form: Form) -> dict[str, object]:
    """What an update may name by path, in a form that is equal whenever the SLOs are."""
    return dict(_paths("", {key: form[key] for key in PARTS if key in form}))


def _paths(path: str, value: object) -> Iterator[tuple[str, object]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _paths(f"{path}.{key}" if path else str(key), inner)
    elif path.endswith("Dimensions") and isinstance(value, list | tuple):
        yield from ((f"{path}.{one['Name']}", one["Value"]) for one in value)
    elif path == "BurnRateConfigurations" and isinstance(value, list | tuple):
        yield path, tuple(sorted(one["LookBackWindowMinutes"] for one in value))
    elif path.endswith("CountMetric") and isinstance(value, list | tuple):
        for one in value:
            yield from _paths(
                f"{path}.{one['Id']}", {"ReturnData": True, **{k: v for k, v in one.items() if k != "Id"}}
            )
    elif value not in _NOTHING:
        number = isinstance(value, int | float) and not isinstance(value, bool)
        yield path, float(value) if number else value  # type: ignore[arg-type]


def _begins(form: Form) -> int | None:
    """When the calendar of an SLO of months begins."""
    goal = form.get("Goal")
    interval = goal.get("Interval", {}).get("CalendarInterval", {}) if isinstance(goal, Mapping) else {}
    begins = interval.get("StartTime")
    return int(begins) if isinstance(begins, int | float) else None


def _first_of_month(at: int) -> bool:
    when = datetime.fromtimestamp(at, UTC)
    return (when.day, at % 86_400) == (1, 0)
