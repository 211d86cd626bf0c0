"""The SLOs of a catalogue: one for each objective of each service that AWS can express.

The one rule: a pure function of the agreement, of the series found and of the month; only ``Goal``'s first day
depends on the month, and one that stands is as good as today's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime

from slactl.alarming.ownership import CLAUSE, KIND, MANAGED, OBJECTIVE, SERVICE, tag_value
from slactl.alarming.slos.counting import MOST_QUERIES, Counted, counted
from slactl.alarming.slos.limits import differences, general, hindrance
from slactl.alarming.slos.naming import slo_name
from slactl.alarming.wording import clause, description, place, say
from slactl.model.catalogue import Catalogue
from slactl.model.enforcement import ServiceAlarms
from slactl.model.metric import Stream
from slactl.model.objective import Objective, Percentile
from slactl.model.service import Service
from slactl.model.slo import DesiredSlo, Limit, WantedSlos
from slactl.model.watched import Watched

KIND_OF_SLO = "slo"
LOOKBACKS = (60, 360, 1440, 4320)
"""Minutes: 1 h, 6 h, 24 h and 3 d, unless the agreement shows others beside its budgets."""
LONGEST_LOOKBACK, MOST_LOOKBACKS = 10_080, 10


def wanted_slos(
    catalogue: Catalogue, watched: Mapping[str, Watched], day: date, begins: int, prefix: str
) -> WantedSlos:
    """The SLOs that should stand, and what AWS cannot express.

    Args:
        catalogue: services and promises.
        watched: what is known of the services by their keys; one that is missing was not read.
        day: promises in force on this day of the contract's calendar are made SLOs.
        begins: when the calendar of a new SLO begins, in seconds since the epoch (``month_begins``).
        prefix: begins every name.

    Raises:
        ValueError: if two SLOs would bear one name.
    """
    slos: list[DesiredSlo] = []
    limits: list[Limit] = []
    owed = [one for one in catalogue.services if one.since is None or one.since <= day]
    for service in (one for one in owed if one.key in watched):
        for objective in catalogue.objectives_of(service):
            if not objective.in_force_on(day):
                continue
            for found in _made(catalogue, service, objective, watched[service.key], begins, prefix):
                if isinstance(found, DesiredSlo):
                    slos.append(found)
                else:
                    limits.append(found)
    names = [one.name for one in slos]
    if doubles := sorted({name for name in names if names.count(name) > 1}):
        raise ValueError(f"two SLOs would be called {doubles[0]!r}")
    unread = frozenset(one.key for one in owed if one.key not in watched)
    return WantedSlos(tuple(slos), (*general(catalogue), *limits), unread)


def month_begins(now: int) -> int:
    """Midnight of UTC on the first of the month of an instant, both in seconds since the epoch."""
    day = datetime.fromtimestamp(now, UTC)
    return int(datetime(day.year, day.month, 1, tzinfo=UTC).timestamp())


def _made(
    catalogue: Catalogue, service: Service, objective: Objective, watched: Watched, begins: int, prefix: str
) -> Iterator[DesiredSlo | Limit]:
    if obstacle := hindrance(service.key, objective):
        yield obstacle
        return
    found, doubts = _counted(service, objective, watched)
    yield from doubts
    if found is None:
        return
    yield from differences(service.key, objective)
    name = slo_name(prefix, service.key, objective.id)
    whom = catalogue.enforcement.services.get(service.key) if catalogue.enforcement else None
    language = catalogue.report.language
    promise = clause(objective, language)
    fields = {
        "Name": name,
        "Description": description(promise, say(language, "Made by slactl."), "", whom or ServiceAlarms(), language),
        "RequestBasedSliConfig": {"RequestBasedSliMetricConfig": _metrics(found)},
        "Goal": _goal(objective, begins),
        "BurnRateConfigurations": [{"LookBackWindowMinutes": one} for one in _lookbacks(catalogue)],
    }
    yield DesiredSlo(name, service.key, objective.id, fields, _tags(service, objective))


def _counted(service: Service, objective: Objective, watched: Watched) -> tuple[Counted | None, list[Limit]]:
    """The queries, or why there are none; what stays in them though the agreement ignores it is told."""
    of_class = objective.operation_class
    if of_class is not None:
        found = counted(objective, _of_class(service, watched, of_class))
        if found is None:
            return None, [_unmade(service, objective, "no-operations", f"no operation of the class {of_class} is seen")]
        if not found.fits:
            text = f"the class {of_class} has more operations than an SLO can add up ({MOST_QUERIES} queries)"
            return None, [_unmade(service, objective, "too-many-operations", text)]
        text = "AWS knows no classes: the SLO adds up today's operations, and another one begins its history anew"
        return found, [Limit(service.key, objective.id, "class", text)]
    named = {rule.match for rule in service.rules if rule.ignore and "*" not in rule.match}
    off = tuple(one for one in watched.left_out if one.operation in named)
    found = counted(objective, (watched.total,), off)
    if found and not found.fits:
        found, off = counted(objective, (watched.total,)), ()
    stays = sorted({one.operation or "" for one in watched.left_out} - {one.operation or "" for one in off})
    text = f"the service's own series holds operations that the agreement ignores: {', '.join(stays[:5])}"
    return found, [Limit(service.key, objective.id, "ignored", text)] if stays else []


def _unmade(service: Service, objective: Objective, code: str, text: str) -> Limit:
    return Limit(service.key, objective.id, code, text, made=False)


def _of_class(service: Service, watched: Watched, of_class: str) -> Sequence[Stream]:
    streams = (one for endpoint in watched.endpoints for one in endpoint.streams)
    found = [one for one in streams if service.place(one.operation or "").operation_class == of_class]
    return sorted(found, key=lambda one: one.operation or "")


def _metrics(found: Counted) -> dict[str, object]:
    kind = "GoodCountMetric" if found.good else "BadCountMetric"
    return {
        "TotalRequestCountMetric": list(found.total),
        "MonitoredRequestCountMetric": {kind: list(found.monitored)},
    }


def _goal(objective: Objective, begins: int) -> dict[str, object]:
    indicator = objective.indicator
    share = indicator.rank if isinstance(indicator, Percentile) else 1 - objective.goal.allowed_share
    interval = {"StartTime": begins, "DurationUnit": "MONTH", "Duration": 1}
    return {
        "Interval": {"CalendarInterval": interval},
        "AttainmentGoal": float(share * 100),
        "WarningThreshold": float(objective.warning * 100),
    }


def _lookbacks(catalogue: Catalogue) -> Sequence[int]:
    """Minutes; whole ones that AWS takes, the shortest first."""
    shown = {one.seconds // 60 for one in catalogue.burn.shown if one.seconds % 60 == 0}
    return sorted(one for one in shown if one <= LONGEST_LOOKBACK)[:MOST_LOOKBACKS] or LOOKBACKS


def _tags(service: Service, objective: Objective) -> dict[str, str]:
    told = {MANAGED: "true", KIND: KIND_OF_SLO, SERVICE: service.key, OBJECTIVE: objective.id}
    told |= {CLAUSE: place(objective.reference)}
    return {key: fitting for key, value in told.items() if (fitting := tag_value(value))}
