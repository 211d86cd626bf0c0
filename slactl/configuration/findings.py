"""What is legal in a configuration and yet hardly meant: the warnings of ``slactl config check``.

The one rule: a finding never stops a report; whatever stops one is a mistake.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date

from slactl.configuration.catalogue import Loaded
from slactl.configuration.incidents import PlacedIncident
from slactl.configuration.maintenance import PlacedWindow
from slactl.configuration.mistakes import quoted
from slactl.configuration.objectives import Placed
from slactl.configuration.promises import Finding, finding, of_answers, of_documents, of_goals, of_packs
from slactl.configuration.quantities import duration_text
from slactl.model.general import Control
from slactl.model.maintenance import RecurringWindow, Window
from slactl.model.objective import Availability, Evaluation, Objective
from slactl.model.service import OperationRule, Service

GRID = 300


def find(
    loaded: Loaded, today: date | None = None, misfits: Callable[[Control], Iterable[str]] | None = None
) -> tuple[Finding, ...]:
    """All findings, by file and line.

    Without a day (``today``) nothing is said of what runs out; ``misfits`` tells what of a control no call takes.
    """
    found = [*_of_controls(loaded, misfits)] if misfits else []
    found += [*_of_objectives(loaded), *_of_services(loaded), *_of_windows(loaded), *_of_incidents(loaded)]
    found += [*of_packs(loaded), *of_documents(loaded), *of_answers(loaded, today), *of_goals(loaded)]
    order = {name: index for index, name in enumerate(loaded.opened)}
    return tuple(sorted(found, key=lambda each: (order[each.file], each.line)))


def _of_objectives(loaded: Loaded) -> Iterator[Finding]:
    for placed in loaded.objectives:
        yield from _of_class(placed, loaded.catalogue.services)
        yield from _of_reference(placed)
        yield from _of_slice(placed, _grid(loaded))


def _of_controls(loaded: Loaded, misfits: Callable[[Control], Iterable[str]]) -> Iterator[Finding]:
    for placed in loaded.objectives:
        indicator = placed.objective.indicator
        for what in misfits(indicator) if isinstance(indicator, Control) else ():
            key = "select" if what.startswith("asks") else "with"
            yield finding("misfit", placed.fields, key, what, "slactl doctor asks once, and says what AWS answers")


def _of_class(placed: Placed, services: tuple[Service, ...]) -> Iterator[Finding]:
    objective = placed.objective
    wanted = objective.operation_class
    given = {name for service in services if objective.concerns(service.key) for name in service.classes}
    if wanted is not None and wanted not in given:
        hint = f"without it nothing is rated; add {{match: ..., class: {wanted}}} to a service's operations"
        yield finding("class-without-match", placed.fields, "class", f"wants a class no match gives: {wanted}", hint)


def _of_reference(placed: Placed) -> Iterator[Finding]:
    reference = placed.objective.reference
    if reference is None or not reference.quote:
        hint = "an auditor wants to read the promise: reference: {document: ..., section: ..., quote: ...}"
        yield finding("no-quote", placed.fields, "reference", "quotes no promise", hint)


def _grid(loaded: Loaded) -> int:
    """How finely a month can still be read when it is reported: as CloudWatch keeps it, or evidence."""
    evidence = loaded.catalogue.evidence
    return evidence.resolution if evidence else GRID


def _of_slice(placed: Placed, grid: int) -> Iterator[Finding]:
    indicator = placed.objective.indicator
    if isinstance(indicator, Availability) and indicator.slice_seconds % grid:
        hint = "CloudWatch keeps one minute for 15 days only: use 5m, or keep evidence with resolution: 1m"
        length = duration_text(indicator.slice_seconds)
        yield finding("slice-off-grid", placed.fields, "slice", f"has slices of {length}", hint)


def _of_services(loaded: Loaded) -> Iterator[Finding]:
    for placed in loaded.services:
        rules = placed.service.rules
        for index, (rule, fields) in enumerate(zip(rules, placed.rules, strict=True)):
            earlier = _hidden_by(rule, rules[:index])
            if earlier:
                what = f"is never reached, {quoted(earlier.match)} before it matches all of {quoted(rule.match)}"
                yield finding(
                    "never-reached", fields, "match", what, "the first match wins: put the narrower one first"
                )


def _hidden_by(rule: OperationRule, before: tuple[OperationRule, ...]) -> OperationRule | None:
    """An earlier rule that matches whatever this one does: its pattern matches this one's, stars and all."""
    return next((earlier for earlier in before if earlier.matches(rule.match)), None)


def _of_windows(loaded: Loaded) -> Iterator[Finding]:
    notice = loaded.catalogue.maintenance.policy.notice or 0
    for placed in loaded.windows:
        yield from _of_edges(placed, _grid(loaded))
        yield from _of_announcement(placed, notice)


def _of_edges(placed: PlacedWindow, grid: int) -> Iterator[Finding]:
    for key, at in _edges(placed.window):
        if at % grid:
            name, whole = ("five-minute", "five minutes") if grid == GRID else ("one-minute", "minutes")
            hint = f"what is left out is shrunk inward to whole {whole}"
            yield finding("off-grid", placed.fields, key, f"has an edge off the {name} grid: {key}", hint)


def _edges(window: Window | RecurringWindow) -> tuple[tuple[str, int], ...]:
    if isinstance(window, RecurringWindow):
        times = (("start", window.start), ("end", window.end))
        return tuple((key, moment.minute * 60 + moment.second) for key, moment in times)
    edges = (("start", window.span.start), ("end", window.span.end))
    worked = window.worked
    return edges if worked is None else (*edges, ("worked", worked.start), ("worked", worked.end))


def _of_announcement(placed: PlacedWindow, notice: int) -> Iterator[Finding]:
    recurring = isinstance(placed.window, RecurringWindow)
    window = placed.template
    if window.cancelled:
        return
    if window.announced is None:
        yield finding(
            "not-announced", placed.fields, "id", "was never announced", "it will not be left out of any figure"
        )
    elif window.span.start - window.announced < notice:
        which = "its first occurrence" if recurring else "it"
        given = duration_text(max(0, window.span.start - window.announced))
        what = f"was announced {given} before, the agreement wants {duration_text(notice)}"
        yield finding(
            "late-announcement", placed.fields, "announced", what, f"{which} will not be left out of any figure"
        )


def _of_incidents(loaded: Loaded) -> Iterator[Finding]:
    for placed in loaded.incidents:
        yield from _of_story(placed)
        yield from _of_declared(placed, loaded.catalogue.objectives)


def _of_story(placed: PlacedIncident) -> Iterator[Finding]:
    """What an auditor asks for, once it is over."""
    incident = placed.incident
    given = {"impact": incident.impact, "correction": incident.correction, "corrective_action": incident.actions}
    missing = [key for key, value in given.items() if not value]
    if missing and incident.end is not None:
        hint = "an auditor wants to read what customers noticed, what ended it, and what keeps it from coming back"
        yield finding("incident-incomplete", placed.fields, "id", f"is over and has no {', no '.join(missing)}", hint)


def _of_declared(placed: PlacedIncident, objectives: tuple[Objective, ...]) -> Iterator[Finding]:
    incident = placed.incident
    if not incident.add_downtime or any(_counts_time(one, incident.services) for one in objectives):
        return
    hint = "only an availability by time slices counts seconds"
    yield finding(
        "declared-not-counted", placed.fields, "add_downtime", "declares downtime that no figure counts", hint
    )


def _counts_time(objective: Objective, services: tuple[str, ...]) -> bool:
    indicator = objective.indicator
    by_time = isinstance(indicator, Availability) and indicator.evaluation is Evaluation.TIME_SLICES
    return by_time and any(objective.concerns(service) for service in services)
