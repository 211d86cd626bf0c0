"""A plan with all that is to be known before it is carried out: warnings, cost, quota, effort, objections.

The one rule: planning only reads; whatever stands in the way is told with the plan, never found out half-way.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from slactl.alarming.cost import bill
from slactl.alarming.form import metrics_in
from slactl.alarming.ownership import managed, ours
from slactl.alarming.plan import plan as compare
from slactl.alarming.safety import Consent, Effort, Objection, after, effort, objections
from slactl.model.alarm import DesiredAlarm
from slactl.model.alarmplan import Caution, Form, Plan, SavedPlan, Standing, Unwatched, Wanted
from slactl.model.enforcement import Enforcement
from slactl.ports import MetricReader
from slactl.ports.enforcing import AlarmStore, NotDone, Seen, Topic, TopicState
from slactl.workflows.enforcing.data import without_data
from slactl.workflows.enforcing.knowing import Known

MOST_ASKED = 100
LOOKUPS_A_SECOND, TAGGINGS_A_SECOND = 8, 15


@dataclass(frozen=True, slots=True)
class Room:
    """How many alarms the region takes (``told`` by AWS, or what it takes by default), and how many there will be."""

    quota: int
    told: bool
    after: int


@dataclass(frozen=True, slots=True)
class Planned:
    """A plan for an account and region, and what speaks against it.

    ``seconds`` is how long apply takes at least; ``unwatched`` are promises, and why no alarm watches them.
    """

    plan: Plan
    account: str
    region: str
    prefix: str
    room: Room
    effort: Effort
    seconds: int
    objections: tuple[Objection, ...]
    unwatched: tuple[Unwatched, ...] = ()

    @property
    def refusals(self) -> tuple[Objection, ...]:
        """What nobody can overrule."""
        return tuple(one for one in self.objections if one.consent is Consent.NOTHING)


def fields_of(seen: Seen, prefix: str) -> dict[str, Form]:
    """The fields of the alarms of this prefix as they stand, by name: ours, and those that a stack keeps for us."""
    return {one.name: one.fields for one in seen.alarms if managed(one) and one.name.startswith(f"{prefix} ")}


def make_plan(
    wanted: Wanted,
    seen: Seen,
    store: AlarmStore,
    enforcement: Enforcement,
    known: Known,
    reader: MetricReader | None = None,
    now: int = 0,
) -> Planned:
    """The plan for what is wanted.

    Args:
        wanted: what should stand.
        seen: what does.
        store: where it should.
        enforcement: prefix, costs and limits.
        known: of the services.
        reader: to see whether what alarms look at has data; None: nobody looks.
        now: seconds since the epoch, for the reader.
    """
    alarms = sure(wanted.alarms, seen.alarms, store, enforcement.prefix)
    made = compare(wanted.alarms, alarms, enforcement.prefix)
    topics = store.topics({arn for one in wanted.alarms for arn in one.alarm.actions.all})
    warnings = (*made.warnings, *wanted.warnings, *_doubts(seen), *known.doubts, *_topics(topics))
    if reader is not None:
        warnings += without_data(wanted.alarms, reader, now, enforcement.namespace)
    foreign = sum(metrics_in(one.fields) for one in alarms if not ours(one, enforcement.prefix))
    cost = bill(wanted.alarms, enforcement.costs, known.watched, foreign)
    plan = replace(made, warnings=warnings, bill=cost)
    against = (*objections(plan, enforcement.max_monthly_cost, known.unread), *_elsewhere(topics))
    return _planned(plan, store, enforcement, against, wanted.unwatched)


def plan_nothing(store: AlarmStore, enforcement: Enforcement) -> Planned:
    """The plan that takes all of ours away."""
    seen = store.standing(enforcement.prefix)
    made = compare((), seen.alarms, enforcement.prefix)
    found = replace(made, warnings=(*made.warnings, *_doubts(seen)))
    return _planned(found, store, enforcement, objections(found), ())


def saved(planned: Planned, version: str, made_at: int, configuration: Mapping[str, str]) -> SavedPlan:
    """The plan as it is kept; ``made_at`` is in seconds since the epoch."""
    return SavedPlan(
        planned.plan, planned.account, planned.region, planned.prefix, version, made_at, dict(configuration)
    )


def seconds_of(plan: Plan) -> int:
    """How long carrying it out takes at least: writes at their pace, and a look at each alarm that is touched."""
    calls = effort(plan)
    looks = len(plan.updates) + len(plan.deletes)
    return calls.seconds + -(-looks // LOOKUPS_A_SECOND) + -(-calls.tags // TAGGINGS_A_SECOND)


def _planned(
    plan: Plan,
    store: AlarmStore,
    enforcement: Enforcement,
    against: tuple[Objection, ...],
    unwatched: tuple[Unwatched, ...],
) -> Planned:
    quota = store.quota()
    room = Room(quota or enforcement.costs.quota, quota is not None, after(plan))
    if room.after > room.quota:
        text = f"{room.after} alarms would stand, and the region takes {room.quota}: ask AWS for more"
        plan = replace(plan, warnings=(*plan.warnings, Caution("over-quota", text)))
    return Planned(
        plan=plan,
        account=store.account,
        region=store.region,
        prefix=enforcement.prefix,
        room=room,
        effort=effort(plan),
        seconds=seconds_of(plan),
        objections=against,
        unwatched=unwatched,
    )


def sure(
    wanted: Sequence[DesiredAlarm], alarms: Sequence[Standing], store: AlarmStore, prefix: str
) -> tuple[Standing, ...]:
    """The alarms; a few of ours that seem to lack tags are asked again, because the index of tags may lag behind.

    Many that lack tags are no lag: asking each would take minutes.
    """
    tags = {one.name: one.tags for one in wanted}
    lacking = {
        one.name
        for one in alarms
        if ours(one, prefix)
        and any((one.tags or {}).get(key) != value for key, value in tags.get(one.name, {}).items())
    }
    if len(lacking) > MOST_ASKED:
        return tuple(alarms)
    return tuple(_asked(one, store) if one.name in lacking else one for one in alarms)


def _asked(one: Standing, store: AlarmStore) -> Standing:
    try:
        now = store.tags(one.arn)
    except NotDone:
        return one
    return one if now is None else replace(one, tags=now)


def _doubts(seen: Seen) -> Iterator[Caution]:
    return (Caution("tags-unread", text) for text in seen.doubts)


def _topics(topics: Iterable[Topic]) -> Iterator[Caution]:
    return (
        Caution(f"topic-{one.state}", f"{one.arn}: {one.text}") for one in topics if one.state is not TopicState.FINE
    )


def _elsewhere(topics: Iterable[Topic]) -> Iterator[Objection]:
    """CloudWatch would refuse every alarm that names such a topic."""
    for one in topics:
        if one.state is TopicState.ELSEWHERE:
            yield Objection("topic-elsewhere", f"{one.arn}: {one.text}", Consent.NOTHING)
