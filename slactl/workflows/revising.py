"""Holds two reports of the same month against each other, row by row.

The one rule: only figures count. Texts, titles, the clock and what was asked of AWS may differ; a
value, a count, a status, an exclusion may not. Works on plain JSON reports, so that a report of years
ago compares like one of today.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from slactl.model.revision import Cause, Change, Told

Report = Mapping[str, Any]
Key = tuple[str, str, str | None, str | None, str]
TEXTS = frozenset({"text", "display", "title", "description", "note"})
DRAWN = frozenset({"distribution", "resolution"})
"""What a chart is drawn from: finer or coarser with the source that was read, the same figures all the same."""
EFFECTS = frozenset({"measured_effect", "sha256"})
SECTIONS = ("exclusions", "deviations", "gaps", "services", "status")
OF_A_YEAR = ("availability", "others")
CLAUSES = "clauses"
TOLD = ("value", "status", "good", "total", "goal")


def figures_digest(report: Report) -> str:
    """SHA-256 of what a report comes to: its status, rows, exclusions and deviations without their texts.

    What people and suppliers answer of clauses counts where there is any.
    """
    names = ("status", "results", "exclusions", "deviations", *(name for name in OF_A_YEAR if name in report))
    figures = {name: _bare(report.get(name)) for name in names}
    if answered := _answers(report):
        figures[CLAUSES] = answered
    return hashlib.sha256(json.dumps(figures, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def changes(old: Report, new: Report) -> tuple[Change, ...]:
    """The rows that differ, in the order of the new report; rows that are gone come last."""
    before, after = _rows(old), _rows(new)
    general = causes(old, new)
    keys = [*after, *(key for key in before if key not in after)]
    differing = [key for key in keys if differ(before.get(key), after.get(key))]
    return tuple(_change(key, before.get(key), after.get(key), old, new, general) for key in differing)


def causes(old: Report, new: Report) -> tuple[Cause, ...]:
    """Everything that differs between what two reports were made from."""
    was, now = old.get("provenance", {}), new.get("provenance", {})
    found = {
        Cause.NEW_DATA: was.get("data_sha256") != now.get("data_sha256"),
        Cause.WINDOW: differ(old.get("exclusions"), new.get("exclusions")),
        Cause.TARGET: differ(old.get("objectives"), new.get("objectives")),
        Cause.INCIDENT: _incidents(old) is not None and differ(_incidents(old), _incidents(new)),
        Cause.TOOL_VERSION: was.get("version") != now.get("version"),
    }
    told = tuple(cause for cause, differs in found.items() if differs)
    if told:
        return told
    return (Cause.CONFIGURATION,) if was.get("config_sha256") != now.get("config_sha256") else (Cause.UNKNOWN,)


def reasons(old: Report, new: Report, found: Sequence[Change]) -> tuple[Cause, ...]:
    """The causes of all changes together, in the order of their kinds."""
    named = {cause for change in found for cause in change.why}
    return tuple(cause for cause in Cause if cause in named) or causes(old, new)


def other_sections(old: Report, new: Report) -> tuple[str, ...]:
    """The sections outside the rows whose figures differ."""
    found = [name for name in (*SECTIONS, *OF_A_YEAR) if name in old and name in new and differ(old[name], new[name])]
    both = CLAUSES in old and CLAUSES in new
    return (*found, *((CLAUSES,) if both and differ(_answers(old), _answers(new)) else ()))


def differ(old: Any, new: Any) -> bool:
    """Whether two parts of reports tell other figures; a key that only one tool version writes is none.

    Brackets of a day differ where they have no latency in common: one may be read more finely than the other.
    """
    if old == new:
        return False
    if isinstance(old, Mapping) and isinstance(new, Mapping):
        if set(old) == set(new) == {"low", "high"}:
            return bool(old["low"] > new["high"] or new["low"] > old["high"])
        return any(differ(old[key], new[key]) for key in old if key in new and key not in TEXTS | DRAWN)
    if isinstance(old, list) and isinstance(new, list):
        return len(old) != len(new) or any(differ(was, now) for was, now in zip(old, new, strict=True))
    return bool(old != new)


def _rows(report: Report) -> dict[Key, Mapping[str, Any]]:
    return {
        (row["service"], row["objective"], row["operation"], row["class"], row["span"]): row
        for row in report.get("results", ())
    }


def _change(
    key: Key,
    was: Mapping[str, Any] | None,
    now: Mapping[str, Any] | None,
    old: Report,
    new: Report,
    general: Sequence[Cause],
) -> Change:
    service, objective, operation, operation_class, span = key
    why = tuple(cause for cause in general if _concerns(cause, key, (was, now), (old, new)))
    return Change(service, objective, operation, operation_class, span, _told(was), _told(now), why or (Cause.UNKNOWN,))


def _concerns(
    cause: Cause,
    key: Key,
    rows: tuple[Mapping[str, Any] | None, Mapping[str, Any] | None],
    reports: tuple[Report, Report],
) -> bool:
    """Whether a cause may have changed this row; what can't be told apart is named all the same."""
    if cause is Cause.TARGET:
        return len({json.dumps(_objective(report, key[1])) for report in reports}) > 1
    if cause is Cause.WINDOW:
        return len({json.dumps(_excluded(report, key[0])) for report in reports}) > 1
    if cause is Cause.NEW_DATA:
        return not _same_data(rows)
    return True


def _objective(report: Report, objective: str) -> Any:
    return [_bare(one) for one in report.get("objectives", ()) if one.get("id") == objective]


def _excluded(report: Report, service: str) -> Any:
    return [
        (one["id"], part["applied"], part["excluded_seconds"])
        for one in report.get("exclusions", ())
        for part in one["services"]
        if part["service"] == service
    ]


def _same_data(rows: tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]) -> bool:
    """Whether both rows say the same, or would without maintenance: then no new data made the difference."""
    was, now = rows
    if was is None or now is None:
        return False
    if all(was.get(name) == now.get(name) for name in ("value", "good", "total")):
        return True
    plain = [_without_exclusions(row) for row in (was, now)]
    return plain[0] is not None and plain[0] == plain[1]


def _without_exclusions(row: Mapping[str, Any]) -> Any:
    """A row's figure with no maintenance taken out: its own, where none was."""
    other = row.get("without_exclusions")
    return row.get("value") if other is None else other.get("value")


def _incidents(report: Report) -> Any:
    """What incidents said, without what they were found to explain."""
    told = report.get("deviations")
    if told is None:
        return None
    return [{key: part for key, part in _bare(one).items() if key not in EFFECTS} for one in told.get("incidents", ())]


def _answers(report: Report) -> list[Any]:
    """What people and suppliers say of clauses; what is measured of them stands in the rows."""
    told = [(one["id"], one["attested"], one["inherited"]) for one in report.get(CLAUSES, ())]
    return [list(one) for one in told if one[1] or one[2]]


def _told(row: Mapping[str, Any] | None) -> Told | None:
    if row is None:
        return None
    value, status, good, total, goal = (row.get(name) for name in TOLD)
    return Told(value, str(status), good, total, str(goal), row.get("unit"), row.get("display"))


def _bare(value: Any) -> Any:
    """A value without what is only said."""
    if isinstance(value, dict):
        return {key: _bare(part) for key, part in value.items() if key not in TEXTS}
    if isinstance(value, list):
        return [_bare(part) for part in value]
    return value
