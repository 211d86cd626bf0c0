"""Carries a plan out: exactly its changes, in its order.

The one rule: nothing is touched that is not ours at this very moment: alarms are looked up and tags are read again
right before each change, and a change that finds another world fails alone. What watched until now is not deleted
while what should watch instead could not be put, and no call is made that cannot succeed any more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from slactl.alarming.form import OWNED, flat, merged
from slactl.alarming.ownership import ours
from slactl.alarming.plan import fingerprint, looked_at
from slactl.alarming.ruletext import names_in
from slactl.model.alarmplan import Create, Delete, Plan, Shape, Standing, Update, Why
from slactl.ports.enforcing import MOST_NAMES, AlarmStore, NotDone

Action = Create | Update | Delete
HOPELESS_AFTER = 3
"""So many calls of a kind that were all denied: the others of the kind are not tried."""
AGAIN = "plan again"


class State(StrEnum):
    """What became of a change; UNSURE: it was under way when everything ended, or nobody answered."""

    DONE = "done"
    FAILED = "failed"
    UNSURE = "unsure"
    NOT_TRIED = "not-tried"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A change and what became of it; ``text`` says why, where it is not done."""

    change: Action
    state: State
    text: str = ""


@dataclass(frozen=True, slots=True)
class Applied:
    """Every change of a plan and its outcome, in its order.

    ``interrupted``: somebody ended it; ``failure`` is what made the rest hopeless, None where nothing did.
    """

    outcomes: tuple[Outcome, ...]
    interrupted: bool = False
    failure: Exception | None = None

    def count(self, state: State) -> int:
        return sum(1 for one in self.outcomes if one.state is state)

    @property
    def whole(self) -> bool:
        """Whether all of it is done."""
        return all(one.state is State.DONE for one in self.outcomes)


def still_so(plan: Plan, alarms: Iterable[Standing], prefix: str) -> bool:
    """Whether the world is the one that a plan saw."""
    return fingerprint(alarms, {one.name for one in plan.changes}, prefix) == plan.fingerprint


def carry_out(
    plan: Plan, store: AlarmStore, prefix: str, told: Callable[[int, int], None] = lambda done, total: None
) -> Applied:
    """Does what the plan says; ``told`` is called with changes done and changes in all.

    Nothing is raised: what ended it early is told beside what was done until then.
    """
    run = _Run(store, prefix, plan.to_do, told)
    try:
        for batch in batches(plan.to_do):
            run.batch(batch)
    except KeyboardInterrupt:
        return run.ended(interrupted=True)
    except Exception as failure:  # noqa: BLE001 - whoever called raises it again, once it is told what was done
        return run.ended(failure=failure)
    return run.ended()


def batches(actions: Sequence[Action]) -> Iterator[tuple[Action, ...]]:
    """The changes in order, in runs that are looked up together: puts, deletions of metric alarms, one composite."""
    run: list[Action] = []
    for action in actions:
        fits = run and _run_of(action) == _run_of(run[0]) and len(run) < MOST_NAMES
        if run and (not fits or _alone(action)):
            yield tuple(run)
            run = []
        run.append(action)
    if run:
        yield tuple(run)


def _run_of(action: Action) -> tuple[bool, Shape | None]:
    """Puts of one shape come together, so that a composite looks its children up when they are made."""
    return isinstance(action, Delete), action.shape


def _alone(action: Action) -> bool:
    return isinstance(action, Delete) and action.shape is not Shape.METRIC


@dataclass(slots=True)
class _Run:
    """One carrying out.

    ``under_way`` are the changes whose calls are being made, ``unput`` services with a kind of alarm that could not
    be put, ``unmade`` alarms that do not stand though they should, ``held`` those that a composite looks at which
    could not be put; ``lacks`` are the permissions for kinds of calls that are denied.
    """

    store: AlarmStore
    prefix: str
    actions: tuple[Action, ...]
    told: Callable[[int, int], None]
    outcomes: dict[tuple[str, bool], Outcome] = field(default_factory=dict)
    under_way: tuple[Action, ...] = ()
    denied: Counter[str] = field(default_factory=Counter)
    lacks: dict[str, str] = field(default_factory=dict)
    unput: set[tuple[str, str]] = field(default_factory=set)
    unmade: set[str] = field(default_factory=set)
    held: set[str] = field(default_factory=set)

    def batch(self, batch: tuple[Action, ...]) -> None:
        if isinstance(batch[0], Delete):
            self._delete([one for one in batch if isinstance(one, Delete)])
            return
        puts = [one for one in batch if not isinstance(one, Delete)]
        try:
            there = self.store.named([one.name for one in puts])
        except NotDone as refused:
            for one in puts:
                self._end(one, State.FAILED, f"it could not be looked up: {refused.reason}")
            return
        for one in puts:
            self._put(one, there)
            if self.outcomes[_key(one)].state is not State.DONE and one.name in there:
                self.held |= looked_at(there[one.name])

    def _put(self, action: Create | Update, there: Mapping[str, Standing]) -> None:
        kind = f"put {action.shape}"
        without = len(names_in(str((action.fields or {}).get("AlarmRule", ""))) & self.unmade)
        if without:
            self._end(action, State.NOT_TRIED, f"{without} of its alarms could not be made")
            return
        if self._given_up(kind):
            self._end(action, State.NOT_TRIED, self._hopeless(kind))
            return
        self.under_way = (action,)
        try:
            if isinstance(action, Create):
                self._create(action, there)
            else:
                self._update(action, there.get(action.name))
        except NotDone as refused:
            self._refused(action, refused, kind)
            return
        self.denied[kind] = -len(self.actions)
        self._end(action, State.DONE)

    def _create(self, action: Create, there: Mapping[str, Standing]) -> None:
        if action.name in there:
            raise NotDone(f"an alarm of this name stands meanwhile: {AGAIN}")
        self.store.put(action.shape, action.fields, action.tags)

    def _update(self, action: Update, now: Standing | None) -> None:
        """Puts what differs; tags are a call of their own, because a put over an alarm takes none."""
        tags = self.store.tags(action.arn) if now else None
        if now is None or tags is None:
            raise NotDone(f"it is gone meanwhile: {AGAIN}")
        self._check_ours(Standing(now.name, now.shape, now.fields, tags, now.arn), action.shape)
        if action.fields is not None:
            if not as_planned(action, now):
                raise NotDone(f"somebody changed it meanwhile: {AGAIN}")
            self.store.put(action.shape, action.fields)
        if action.tags:
            self.store.tag(action.arn, action.tags)
        if action.untag:
            self.store.untag(action.arn, action.untag)

    def _check_ours(self, now: Standing, shape: Shape) -> None:
        if now.shape is not shape or not ours(now, self.prefix):
            raise NotDone(f"it is not ours any more: {AGAIN}")

    def _delete(self, actions: Sequence[Delete]) -> None:
        """Deletes those that are ours now, in one call."""
        kind = f"delete {actions[0].shape}"
        if self._given_up(kind):
            for one in actions:
                self._end(one, State.NOT_TRIED, self._hopeless(kind))
            return
        spared = [one for one in actions if one.why is Why.NOT_WANTED and _watched(one) in self.unput]
        for one in spared:
            self._end(one, State.NOT_TRIED, "it stays while others of its kind could not be put")
        held = [one for one in actions if one not in spared and one.name in self.held]
        for one in held:
            self._end(one, State.NOT_TRIED, "a composite that could not be put still looks at it")
        spared += held
        checked = [one for one in actions if one not in spared and self._may_go(one)]
        if checked:
            self._deleted(checked, kind)

    def _may_go(self, action: Delete) -> bool:
        try:
            tags = self.store.tags(action.arn)
            if tags is None:
                self._end(action, State.DONE)
                return False
            self._check_ours(Standing(action.name, action.shape, {}, tags, action.arn), action.shape)
        except NotDone as refused:
            self._end(action, State.FAILED, refused.reason)
            return False
        return True

    def _deleted(self, actions: Sequence[Delete], kind: str) -> None:
        """Deletes together; where one of many stands in the way, the halves are tried by themselves."""
        self.under_way = tuple(actions)
        try:
            self.store.delete([one.name for one in actions])
        except NotDone as refused:
            if refused.denied or len(actions) == 1:
                for one in actions:
                    self._refused(one, refused, kind)
                return
            half = len(actions) // 2
            self._deleted(actions[:half], kind)
            self._deleted(actions[half:], kind)
            return
        self.denied[kind] = -len(self.actions)
        for one in actions:
            self._end(one, State.DONE)

    def _given_up(self, kind: str) -> bool:
        return self.denied[kind] >= HOPELESS_AFTER

    def _hopeless(self, kind: str) -> str:
        lacks = self.lacks.get(kind)
        return "calls of this kind are denied" + (f": allow {lacks}" if lacks else "")

    def _refused(self, action: Action, refused: NotDone, kind: str) -> None:
        if refused.denied:
            self.denied[kind] += 1
            self.lacks[kind] = refused.lacks
        self._end(action, State.UNSURE if refused.unsure else State.FAILED, refused.reason)

    def _end(self, action: Action, state: State, text: str = "") -> None:
        if state is not State.DONE and not isinstance(action, Delete):
            self.unput.add(_watched(action))
            self.unmade |= {action.name} if isinstance(action, Create) and state is not State.UNSURE else set()
        self.outcomes[_key(action)] = Outcome(action, state, text)
        self.under_way = tuple(one for one in self.under_way if one is not action)
        self.told(len(self.outcomes), len(self.actions))

    def ended(self, *, interrupted: bool = False, failure: Exception | None = None) -> Applied:
        """All outcomes; what was under way is unsure, what was not begun is not tried."""
        why = "it was under way when all ended" if interrupted else "it was under way when all failed"
        for one in self.under_way:
            self.outcomes[_key(one)] = Outcome(one, State.UNSURE, why)
        outcomes = (self.outcomes.get(_key(one), Outcome(one, State.NOT_TRIED)) for one in self.actions)
        return Applied(tuple(outcomes), interrupted, failure)


def _watched(action: Action) -> tuple[str, str]:
    return action.about.service, action.about.kind


def _key(action: Action) -> tuple[str, bool]:
    """An alarm of another shape is deleted and made again under its name."""
    return action.name, isinstance(action, Delete)


def as_planned(action: Update, now: Standing) -> bool:
    """Whether an alarm stands as the plan saw it, or already as it should; a put writes over all that anybody set."""
    fields = action.fields or {}
    seen = flat(fields)
    for one in action.differences:
        if one.old is None:
            seen.pop(one.field, None)
        else:
            seen[one.field] = one.old
    told = {path: value for path, value in seen.items() if not path.startswith("Tags.")}
    return flat(now.fields) in (told, flat(fields)) and peoples(fields) == merged({}, now.fields)


def peoples(fields: Mapping[str, object]) -> dict[str, object]:
    """What a put says of an alarm that belongs to people."""
    return {key: value for key, value in fields.items() if key not in OWNED}
