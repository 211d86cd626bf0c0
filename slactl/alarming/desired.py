"""Everything that should ring: of the promises, of what is known of the services, of who is to be told.

The one rule: a pure function; every alarm gets its name, description, tags and actions here, and only composites, and
what stands alone (slactl itself, budgets), carry actions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from slactl.alarming.kind import Cause, Kind, Scene, Unfit, Watch
from slactl.alarming.kinds import KINDS
from slactl.alarming.naming import alarm_name, child_name
from slactl.alarming.ownership import tags_of
from slactl.alarming.ruletext import groups
from slactl.alarming.wording import clause, description, place, say
from slactl.model.alarm import (
    SILENT,
    Actions,
    AllOf,
    AnyOf,
    CompositeAlarm,
    DesiredAlarm,
    MetricAlarm,
    Rings,
    Rule,
    Severity,
)
from slactl.model.alarmplan import Caution, Form, Unwatched, Wanted
from slactl.model.catalogue import Catalogue
from slactl.model.enforcement import Enforcement, KindSettings, ServiceAlarms
from slactl.model.general import Control, MetricTerm
from slactl.model.metric import Metric
from slactl.model.objective import Objective
from slactl.model.service import Service, SourceKind
from slactl.model.watched import Watched

COMPOSITE = "composite"
"""The kind of the composites that tell somebody."""

NO_KIND = "no kind of alarm that is switched on watches such a promise"
NO_METRIC = "AWS has no metric of it: only the kind entry-broken watches it, by what slactl check --publish tells"
RINGS_FOR = "Rings when one of {count} alarms does, each pair of windows as one."
NOBODY = ServiceAlarms()
MOST_TAKEN_OFF = 4
"""So many ignored operations can be taken off a share of failed requests: an alarm holds ten metrics."""
NOTHING_STANDS: Mapping[str, Form] = {}
Metrics = Mapping[MetricTerm, tuple[Metric, ...]]
NOTHING_LISTED: Metrics = {}
TELL_THE_END = (["sns"], ["lambda"])
"""The services that an alarm may call when all is well again."""


def desired(
    catalogue: Catalogue,
    enforcement: Enforcement,
    watched: Mapping[str, Watched],
    day: date,
    standing: Mapping[str, Form] = NOTHING_STANDS,
    metrics: Metrics = NOTHING_LISTED,
) -> Wanted:
    """The alarms of a catalogue.

    Args:
        catalogue: services and promises.
        enforcement: kinds, their options, who is told.
        watched: what is known of the services, by their keys.
        day: promises in force on this day of the contract's calendar are watched.
        standing: the fields of our alarms as they stand, by name: the choice of endpoints and windows, which depends
            on traffic, holds on to them within reason.
        metrics: of each term of general entries, without a region where it is the alarms' own.

    Raises:
        ValueError: if two alarms would bear one name.
    """
    office = _Office(catalogue, enforcement, standing, metrics)
    alarms: list[DesiredAlarm] = []
    unwatched: list[Unwatched] = []
    warnings: list[Caution] = []
    bearers = (*catalogue.services, *(one.service for one in catalogue.components))
    for service in (service for service in bearers if service.since is None or service.since <= day):
        promises = tuple(one for one in catalogue.objectives_of(service) if one.in_force_on(day))
        promises = promises if service.source is not SourceKind.METRICS else ()
        entries = tuple(one for one in entries_of(catalogue, service) if one.in_force_on(day))
        told = office.of_service(service, promises, watched.get(service.key), entries)
        alarms += told.alarms
        unwatched += told.unwatched
        warnings += told.warnings
    own = office.of_itself()
    names = [one.name for one in (*alarms, *own.alarms)]
    if doubles := sorted({name for name in names if names.count(name) > 1} if len(set(names)) < len(names) else ()):
        raise ValueError(f"two alarms would be called {doubles[0]!r}")
    return Wanted((*alarms, *own.alarms), tuple(unwatched), (*warnings, *own.warnings))


def entries_of(catalogue: Catalogue, bearer: Service) -> tuple[Objective, ...]:
    """The general entries of a service or component that bind somebody."""
    return tuple(one for one in catalogue.general if not one.advisory and one.services == (bearer.key,))


@dataclass(frozen=True, slots=True)
class _Rung:
    """A cause with its alarms and whom it concerns."""

    alarms: tuple[DesiredAlarm, ...]
    severity: Severity
    objective: Objective | None
    alone: bool

    @property
    def rule(self) -> Rule:
        names = tuple(Rings(one.name) for one in self.alarms)
        return names[0] if len(names) == 1 else AllOf(names)


@dataclass(frozen=True, slots=True)
class _Office:
    """Makes alarms out of causes."""

    catalogue: Catalogue
    enforcement: Enforcement
    standing: Mapping[str, Form]
    metrics: Metrics

    @property
    def language(self) -> str:
        """The report's, whoever asks: a description must not change with who plans."""
        return self.catalogue.report.language

    def of_service(
        self,
        service: Service,
        promises: tuple[Objective, ...],
        watched: Watched | None,
        entries: tuple[Objective, ...] = (),
    ) -> Wanted:
        causes: list[_Rung] = []
        unwatched: list[Unwatched] = []
        part = service.source is SourceKind.METRICS
        for kind, settings in self._switched_on(once=False):
            if part and not kind.general:
                continue  # it has no requests of its own
            mine = entries if kind.general else promises
            for found in kind.make(self._scene(service, mine, watched, settings)):
                if isinstance(found, Cause):
                    causes.append(self._cause(kind, settings, service, found))
                else:
                    unwatched.append(_unwatched(service.key, kind.name, found))
        children = [alarm for cause in causes for alarm in cause.alarms]
        composites = [one for level in (Severity.PAGE, Severity.TICKET) for one in self._tell(service, level, causes)]
        unwatched += _not_enforced(service, (*promises, *entries), children, unwatched)
        levels = dict.fromkeys(cause.severity for cause in causes)
        warnings = [one for level in levels for one in self._nobody_told(service.key, level)]
        return Wanted((*children, *composites), tuple(unwatched), (*warnings, *_ignored(service, watched)))

    def of_itself(self) -> Wanted:
        """What watches slactl: each alarm tells by itself whom everybody tells."""
        found: list[DesiredAlarm] = []
        warnings: list[Caution] = []
        for kind, settings in self._switched_on(once=True):
            for cause in kind.make(self._scene(None, (), None, settings)):
                if isinstance(cause, Cause):
                    found += [self._alarm(kind, settings.severity, None, cause, watch) for watch in cause.watches]
                    warnings += self._nobody_told("", settings.severity)
        return Wanted(tuple(found), (), tuple(warnings))

    def _switched_on(self, once: bool) -> Iterator[tuple[Kind, KindSettings]]:
        for name, kind in KINDS.items():
            settings = self.enforcement.kinds.get(name)
            if kind.once is once and settings and settings.severity is not Severity.NONE:
                yield kind, settings

    def _scene(
        self,
        service: Service | None,
        promises: tuple[Objective, ...],
        watched: Watched | None,
        settings: KindSettings,
    ) -> Scene:
        check = self.catalogue.check
        published = check.publish.dimensions if check else ()
        zone = self.catalogue.report.timezone
        prefix, space = self.enforcement.prefix, self.enforcement.namespace
        return Scene(
            service,
            promises,
            watched,
            settings,
            zone,
            space,
            published,
            prefix,
            self.standing,
            self.language,
            self.metrics,
        )

    def _cause(self, kind: Kind, settings: KindSettings, service: Service, cause: Cause) -> _Rung:
        """A promise that binds nobody wakes nobody."""
        advisory = cause.objective is not None and cause.objective.advisory
        severity = Severity.TICKET if advisory else settings.severity
        alarms = tuple(self._alarm(kind, severity, service, cause, watch) for watch in cause.watches)
        return _Rung(alarms, severity, cause.objective, kind.alone)

    def _alarm(
        self, kind: Kind, severity: Severity, service: Service | None, cause: Cause, watch: Watch
    ) -> DesiredAlarm:
        key = service.key if service else ""
        objective = cause.objective
        prefix, promised = self.enforcement.prefix, objective.id if objective else None
        name = child_name(prefix, key, promised, watch.what, cause.operation) if service else ""
        promise = clause(objective, self.language) if objective else ""
        alarm = MetricAlarm(
            name=name or alarm_name(prefix, (kind.name,)),
            description=description(promise, watch.says, cause.means, self._whom(key), self.language),
            terms=watch.terms,
            returned=watch.returned,
            crossing=watch.crossing,
            threshold=watch.threshold,
            evaluation_periods=watch.evaluation_periods,
            datapoints=watch.datapoints,
            missing=watch.missing,
            actions=self._actions(key, severity) if kind.alone else SILENT,
            low_samples=watch.low_samples,
            timezone=watch.timezone,
        )
        written = place(objective.reference) if objective else ""
        tags = tags_of(kind.name, key, severity, promised, written)
        return DesiredAlarm(alarm, kind.name, key, severity, promised, cause.operation, tags)

    def _tell(self, service: Service, severity: Severity, causes: Sequence[_Rung]) -> Iterator[DesiredAlarm]:
        """The composite of a severity, after the parts that its rule had to be cut into."""
        mine = [cause for cause in causes if cause.severity is severity and not cause.alone]
        if not mine:
            return
        promises = list(dict.fromkeys(cause.objective.id for cause in mine if cause.objective))
        titles = {one.objective.id: one.objective for one in mine if one.objective}
        clauses = " ".join(clause(titles[name], self.language, 150) for name in promises)
        runs = groups([cause.rule for cause in mine])
        number = 0
        while len(runs) > 1:
            parts: list[Rule] = []
            for run in runs:
                number += 1
                says = say(self.language, "A part of what rings {name}.", name=self._name(service, severity))
                part = self._composite(service, severity, says, clauses, run, SILENT, f"part {number}")
                parts.append(Rings(part.name))
                yield part
            runs = groups(parts)
        says = say(self.language, RINGS_FOR, count=sum(len(cause.alarms) for cause in mine))
        yield self._composite(service, severity, says, clauses, runs[0], self._actions(service.key, severity))

    def _composite(
        self,
        service: Service,
        severity: Severity,
        says: str,
        clauses: str,
        run: tuple[Rule, ...],
        actions: Actions,
        part: str = "",
    ) -> DesiredAlarm:
        name = self._name(service, severity, part)
        rule = run[0] if len(run) == 1 else AnyOf(run)
        means = say(self.language, "The alarms behind it say what each means for the budget.")
        told = description(says, clauses, means, self._whom(service.key), self.language)
        tags = tags_of(COMPOSITE, service.key, severity, None, "")
        return DesiredAlarm(
            CompositeAlarm(name, told, rule, actions), COMPOSITE, service.key, severity, None, None, tags
        )

    def _name(self, service: Service, severity: Severity, part: str = "") -> str:
        return alarm_name(self.enforcement.prefix, (service.key, severity.value, part))

    def _whom(self, service: str) -> ServiceAlarms:
        return self.enforcement.services.get(service, NOBODY)

    def _actions(self, service: str, severity: Severity) -> Actions:
        """Who is told of an alarm is told of its end too, where that is possible."""
        told = self.enforcement.told(service, severity)
        return Actions(alarm=told, ok=tuple(arn for arn in told if arn.split(":")[2:3] in TELL_THE_END))

    def _nobody_told(self, service: str, severity: Severity) -> Iterator[Caution]:
        if not self.enforcement.told(service, severity):
            whose = f"{severity} of {service}" if service else f"{severity}, of slactl itself"
            yield Caution("nobody-told", f"alarms.notify names nobody for {whose}: it rings unheard")


def _ignored(service: Service, watched: Watched | None) -> Iterator[Caution]:
    """What a rule of the agreement leaves out, and some alarms count all the same."""
    names = [one.operation or "" for one in (watched.left_out if watched else ())]
    if not names:
        return
    named = ", ".join(names[:3]) + (f" (+{len(names) - 3})" if len(names) > 3 else "")
    which = "no-traffic, p95, p99, slow-share" if len(names) <= MOST_TAKEN_OFF else "the alarms as a whole"
    yield Caution("ignored-counted", f"of {service.key}, {which} count {named} too, the report does not")


def _unwatched(service: str, kind: str, found: Unfit) -> Unwatched:
    return Unwatched(service, found.objective.id if found.objective else None, kind, found.code, found.text)


def _not_enforced(
    service: Service, promises: Sequence[Objective], alarms: Sequence[DesiredAlarm], why: Sequence[Unwatched]
) -> list[Unwatched]:
    """The promises that no alarm watches."""
    watched = {one.objective for one in alarms}
    found = []
    for name, promise in {one.id: one for one in promises if one.id not in watched}.items():
        reasons = [f"{one.kind}: {one.text}" for one in why if one.objective == name]
        text = "; ".join(reasons) or (NO_METRIC if isinstance(promise.indicator, Control) else NO_KIND)
        found.append(Unwatched(service.key, name, "", "not-enforced", text))
    return found
