"""Native SLOs: what should stand, what would change, and changing it.

The one rule: right before each change the SLO is looked at again; one that is not ours at that moment, or not what the
plan saw, is left alone, and the others go on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from slactl.alarming.slos.desired import month_begins, wanted_slos
from slactl.alarming.slos.form import flat
from slactl.alarming.slos.naming import beginning
from slactl.alarming.slos.plan import fingerprint, ours, plan
from slactl.alarming.watching import HOUR, WEEK, WEEKS, watched_of
from slactl.model.alarmplan import Caution
from slactl.model.catalogue import Catalogue
from slactl.model.period import local_date
from slactl.model.service import Service, SourceKind
from slactl.model.slo import Act, Limit, SloChange, SloPlan, StandingSlo, WantedSlos
from slactl.model.span import Span
from slactl.model.watched import Watched
from slactl.ports import InventorySource
from slactl.ports.enforcing import NotDone
from slactl.ports.slos import SloStore
from slactl.workflows.enforcing.applying import AGAIN, HOPELESS_AFTER, State
from slactl.workflows.enforcing.knowing import DAY, source_of

PREFIX = "slactl"


@dataclass(frozen=True, slots=True)
class PlannedSlos:
    """A plan, whose it is, and what AWS cannot express."""

    plan: SloPlan
    limits: tuple[Limit, ...]
    account: str
    region: str
    prefix: str


@dataclass(frozen=True, slots=True)
class SloOutcome:
    """A change and what became of it; ``text`` says why, where it is not done."""

    change: SloChange
    state: State
    text: str = ""


@dataclass(frozen=True, slots=True)
class SlosApplied:
    """Every change of a plan in its order; ``failure`` is what made the rest hopeless."""

    outcomes: tuple[SloOutcome, ...]
    interrupted: bool = False
    failure: Exception | None = None

    def count(self, state: State) -> int:
        return sum(1 for one in self.outcomes if one.state is state)

    @property
    def whole(self) -> bool:
        """Whether all of it is done."""
        return all(one.state is State.DONE for one in self.outcomes)


def prefix_of(catalogue: Catalogue) -> str:
    """What names begin with: as alarms' do."""
    return catalogue.enforcement.prefix if catalogue.enforcement else PREFIX


def plan_slos(
    catalogue: Catalogue, inventories: Mapping[SourceKind, InventorySource], store: SloStore, now: int
) -> PlannedSlos:
    """Looks at the services and at the SLOs, and says what would change.

    Raises:
        ValueError: if two SLOs would bear one name.
        AwsFailure: if SLOs or the tags of ours can't be read.
    """
    prefix = prefix_of(catalogue)
    watched: dict[str, Watched] = {}
    doubts: list[Caution] = []
    for service in catalogue.services:
        found = _looked_at(service, inventories, now)
        if isinstance(found, Watched):
            watched[service.key] = found
        else:
            doubts.append(found)
    day = local_date(now, catalogue.report.zone)
    wanted = wanted_slos(catalogue, watched, day, month_begins(now), prefix)
    made = plan(wanted, store.standing(beginning(prefix)), prefix)
    told = replace(made, cautions=(*made.cautions, *doubts))
    return PlannedSlos(told, wanted.limits, store.account, store.region, prefix)


def plan_no_slos(catalogue: Catalogue, store: SloStore) -> PlannedSlos:
    """The plan that takes all of ours away; raises as ``plan_slos`` does."""
    prefix = prefix_of(catalogue)
    made = plan(WantedSlos(()), store.standing(beginning(prefix)), prefix)
    return PlannedSlos(made, (), store.account, store.region, prefix)


def still_so(kept: SloPlan, store: SloStore, prefix: str) -> bool:
    """Whether the world is the one that a plan saw."""
    standing = store.standing(beginning(prefix))
    return fingerprint(standing, [one.name for one in kept.changes], prefix) == kept.fingerprint


def _looked_at(service: Service, inventories: Mapping[SourceKind, InventorySource], now: int) -> Watched | Caution:
    """The series of a service; a caution where its operations could not all be listed."""
    end = now // HOUR * HOUR
    days = [Span(start, start + DAY) for start in range(end - WEEKS * WEEK, end, DAY)]
    exact = tuple(rule.match for rule in service.rules if "*" not in rule.match)
    inventory = inventories[source_of(service)].inventory(service, days, exact)
    if inventory.gaps:
        why = inventory.gaps[0].reason.code.value
        return Caution("operations-unread", f"{service.key}: its operations could not all be listed ({why})")
    if not inventory.known:
        return Caution("not-seen", f"{service.key}: none of its operations was seen in the last four weeks")
    operations = [one for one in inventory.operations if one.operation]
    return watched_of(service, inventory.total, operations, {}, ())


def carry_out_slos(
    plan: SloPlan, store: SloStore, prefix: str, told: Callable[[int, int], None] = lambda done, total: None
) -> SlosApplied:
    """Does what the plan says; ``told`` is called with changes done and changes in all.

    Nothing is raised: what ended it early is told beside what was done until then.
    """
    actions = plan.to_do
    run = _Run(store, prefix)
    interrupted, failure = False, None
    try:
        for number, action in enumerate(actions, 1):
            run.do(action)
            told(number, len(actions))
    except KeyboardInterrupt:
        interrupted = True
    except Exception as error:  # noqa: BLE001 - whoever called raises it again, once it is told what was done
        failure = error
    return SlosApplied(tuple(run.ended(actions)), interrupted, failure)


@dataclass(slots=True)
class _Run:
    """One carrying out; ``under_way`` is the change whose calls are being made."""

    store: SloStore
    prefix: str
    outcomes: dict[str, SloOutcome] = field(default_factory=dict)
    under_way: SloChange | None = None
    denied: Counter[Act] = field(default_factory=Counter)

    def do(self, action: SloChange) -> None:
        if self.denied[action.act] >= HOPELESS_AFTER:
            self._end(action, State.NOT_TRIED, "calls of this kind are denied")
            return
        self.under_way = action
        try:
            self._call(action)
        except NotDone as refused:
            self.denied[action.act] = self.denied[action.act] + 1 if refused.denied else 0
            self._end(action, State.UNSURE if refused.unsure else State.FAILED, refused.reason)
            return
        self.denied[action.act] = 0
        self._end(action, State.DONE)

    def _call(self, action: SloChange) -> None:
        there = self.store.one(action.name)
        if action.act is Act.CREATE:
            if there is not None:
                raise NotDone(f"an SLO of this name stands meanwhile: {AGAIN}")
            self.store.create(action.fields, action.tags)
            return
        if there is None:
            if action.act is Act.DELETE:
                return
            raise NotDone(f"it is gone meanwhile: {AGAIN}")
        self._check(action, there)
        if action.act is Act.UPDATE:
            self._update(action)
            return
        self.store.delete(action.name)
        if action.act is Act.REPLACE:
            self._remake(action)

    def _check(self, action: SloChange, there: StandingSlo) -> None:
        if not ours(there, self.prefix):
            raise NotDone(f"it is not ours any more: {AGAIN}")
        if flat(there.fields) != flat(action.seen):
            raise NotDone(f"somebody changed it meanwhile: {AGAIN}")

    def _update(self, action: SloChange) -> None:
        if action.fields:
            self.store.update(action.name, action.fields)
        if action.tags:
            self.store.tag(action.arn, action.tags)
        if action.untag:
            self.store.untag(action.arn, action.untag)

    def _remake(self, action: SloChange) -> None:
        try:
            self.store.create(action.fields, action.tags)
        except NotDone as refused:
            text = f"the old one is deleted, the new one is not made: {refused.reason}"
            raise NotDone(text, denied=refused.denied, unsure=refused.unsure) from refused

    def _end(self, action: SloChange, state: State, text: str = "") -> None:
        self.outcomes[action.name] = SloOutcome(action, state, text)
        self.under_way = None

    def ended(self, actions: tuple[SloChange, ...]) -> Iterator[SloOutcome]:
        """Every change and its outcome, those that were not come to included."""
        for one in actions:
            state = State.UNSURE if one is self.under_way else State.NOT_TRIED
            yield self.outcomes.get(one.name, SloOutcome(one, state))
