"""How the limits stand that alarms enforce: ringing, without data, or not enforced at all.

The one rule: a limit rings when one of its causes does, all alarms of the cause together; one of a pair alone is no
alarm. What should watch and does not stand, or stands otherwise, is told as loudly as what rings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from slactl.alarming.form import switched_off
from slactl.alarming.plan import plan as compare
from slactl.alarming.ruletext import children
from slactl.model.alarm import AnyOf, CompositeAlarm, DesiredAlarm, Rule
from slactl.model.alarmplan import Blocked, Change, Create, Plan, Standing, Update, Wanted
from slactl.ports.enforcing import AlarmStore, Seen
from slactl.workflows.enforcing.planning import sure

RINGS, UNKNOWN = "ALARM", "INSUFFICIENT_DATA"
BROKEN = ("PARTIAL_DATA", "EVALUATION_FAILURE", "EVALUATION_ERROR")


class LimitState(StrEnum):
    """How a limit stands, the gravest first."""

    IN_ALARM = "in-alarm"
    NOT_ENFORCED = "not-enforced"
    PARTLY_ENFORCED = "partly-enforced"
    NO_DATA = "no-data"
    OK = "ok"


class Trouble(StrEnum):
    """Why an alarm does not watch as it should."""

    MISSING = "missing"
    NAME_TAKEN = "name-taken"
    DIFFERS = "differs"
    NOT_EVALUATED = "not-evaluated"
    ACTIONS_OFF = "actions-off"
    NOBODY_TOLD = "nobody-told"


GRAVE = (Trouble.MISSING, Trouble.NAME_TAKEN, Trouble.NOT_EVALUATED)
"""What leaves a limit unwatched."""


@dataclass(frozen=True, slots=True)
class AlarmView:
    """A wanted alarm as it stands; ``state`` is empty where none does, ``since`` is when it last changed (RFC 3339)."""

    name: str
    kind: str
    severity: str
    operation: str | None
    state: str = ""
    since: str = ""
    troubles: tuple[Trouble, ...] = ()


@dataclass(frozen=True, slots=True)
class Limit:
    """A promise of a service, or, with ``objective`` None, who is told of all its alarms (``kind``).

    ``ringing`` names the alarms of the causes that ring; ``text`` says why nothing watches it, where nothing does.
    """

    service: str
    objective: str | None
    kind: str
    state: LimitState
    alarms: tuple[AlarmView, ...]
    ringing: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class Status:
    """Every limit, in the order of the catalogue; ``leftover`` are alarms of ours that nobody wants any more."""

    account: str
    region: str
    prefix: str
    limits: tuple[Limit, ...]
    leftover: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()

    def count(self, state: LimitState) -> int:
        return sum(1 for one in self.limits if one.state is state)


def status(wanted: Wanted, seen: Seen, store: AlarmStore, prefix: str) -> Status:
    """How everything that should be watched is."""
    alarms = sure(wanted.alarms, seen.alarms, store, prefix)
    plan = compare(wanted.alarms, alarms, prefix)
    views = _views(wanted.alarms, plan, {one.name: one for one in alarms})
    return Status(
        account=store.account,
        region=store.region,
        prefix=prefix,
        limits=tuple(_limits(wanted, views)),
        leftover=tuple(sorted({one.name for one in plan.deletes} - views.keys())),
        doubts=seen.doubts,
    )


def _views(wanted: Sequence[DesiredAlarm], plan: Plan, there: Mapping[str, Standing]) -> dict[str, AlarmView]:
    changes: dict[str, Change] = {one.name: one for one in plan.changes}
    changes |= {one.name: one for one in plan.creates}
    changes |= {one.name: one for one in plan.blocked}
    inner = frozenset(name for cause in _causes(wanted) for name in cause)
    return {one.name: _view(one, changes[one.name], there.get(one.name), inner) for one in wanted}


def _view(one: DesiredAlarm, change: Change, there: Standing | None, inner: frozenset[str]) -> AlarmView:
    stands = there if not isinstance(change, Create | Blocked) else None
    fields = stands.fields if stands else {}
    return AlarmView(
        name=one.name,
        kind=one.kind,
        severity=one.severity.value,
        operation=one.operation,
        state=str(fields.get("StateValue", "")),
        since=str(fields.get("StateTransitionedTimestamp") or fields.get("StateUpdatedTimestamp") or ""),
        troubles=tuple(_troubles(one, change, stands, inner)),
    )


def _troubles(one: DesiredAlarm, change: Change, stands: Standing | None, inner: frozenset[str]) -> Iterator[Trouble]:
    """What is wrong with an alarm; those ``inner`` to a composite tell nobody themselves."""
    if isinstance(change, Create):
        yield Trouble.MISSING
    if isinstance(change, Blocked):
        yield Trouble.NAME_TAKEN
    if isinstance(change, Update):
        yield Trouble.DIFFERS
    if stands is None:
        return
    if stands.fields.get("EvaluationState") in BROKEN:
        yield Trouble.NOT_EVALUATED
    if switched_off(stands.fields) and one.alarm.actions.all:
        yield Trouble.ACTIONS_OFF
    if one.name not in inner and not one.alarm.actions.all:
        yield Trouble.NOBODY_TOLD


def _limits(wanted: Wanted, views: Mapping[str, AlarmView]) -> Iterator[Limit]:
    """The promises of each service, then who is told of them; at the end what watches slactl itself."""
    causes = _causes(wanted.alarms)
    unwatched = {(one.service, one.objective): one.text for one in wanted.unwatched if not one.kind and one.objective}
    promised = dict.fromkeys((one.service, one.objective) for one in wanted.alarms if one.objective)
    services = dict.fromkeys([*(service for service, _ in promised), *(service for service, _ in unwatched)])
    services |= dict.fromkeys(one.service for one in wanted.alarms)
    for service in sorted(services, key=lambda key: (not key, list(services).index(key))):
        for objective in (name for of, name in promised if of == service):
            mine = [one for one in wanted.alarms if (one.service, one.objective) == (service, objective)]
            yield _limit(service, objective, mine, causes, views)
        for of, objective in (key for key in unwatched if key[0] == service):
            yield Limit(of, objective, "", LimitState.NOT_ENFORCED, (), (), unwatched[of, objective])
        others = [one for one in wanted.alarms if one.service == service and not one.objective]
        for kind in dict.fromkeys((one.kind, one.severity.value) for one in others):
            mine = [one for one in others if (one.kind, one.severity.value) == kind]
            yield _limit(service, None, mine, causes, views)


def _limit(
    service: str,
    objective: str | None,
    mine: Sequence[DesiredAlarm],
    causes: Sequence[frozenset[str]],
    views: Mapping[str, AlarmView],
) -> Limit:
    alarms = tuple(views[one.name] for one in mine)
    names = {one.name for one in mine}
    own = [cause for cause in causes if cause & names]
    own += [frozenset({name}) for name in names if not any(name in cause for cause in own)]
    ringing = sorted({name for cause in own for name in cause if all(views[one].state == RINGS for one in cause)})
    kind = mine[0].kind if objective is None else ""
    return Limit(service, objective, kind, _state(alarms, ringing), alarms, tuple(ringing))


def _state(alarms: Sequence[AlarmView], ringing: Sequence[str]) -> LimitState:
    unwatching = [one for one in alarms if set(one.troubles) & set(GRAVE)]
    if ringing:
        return LimitState.IN_ALARM
    if len(unwatching) == len(alarms):
        return LimitState.NOT_ENFORCED
    if any(one.troubles for one in alarms):
        return LimitState.PARTLY_ENFORCED
    return LimitState.NO_DATA if any(one.state == UNKNOWN for one in alarms) else LimitState.OK


def _causes(wanted: Iterable[DesiredAlarm]) -> list[frozenset[str]]:
    """The alarms that ring somebody together, by the rules of the composites."""
    return [
        frozenset(children(part))
        for one in wanted
        if isinstance(one.alarm, CompositeAlarm)
        for part in _parts(one.alarm.rule)
    ]


def _parts(rule: Rule) -> tuple[Rule, ...]:
    return rule.parts if isinstance(rule, AnyOf) else (rule,)
