"""Evaluating alarms: what rings when the clock goes on.

The one rule: metric alarms are evaluated first, then the composites above them from the lowest up, and only then the
actions are set off, so that an alarm which changes in the same minute can still hold another's actions back.
"""

from __future__ import annotations

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import NamedTuple

from slactl.sandbox.alarmbook import Alarm
from slactl.sandbox.alarms import alarm_arn
from slactl.sandbox.compositerules import BadRule, CompositeRule, parse_rule
from slactl.sandbox.evaluation_metric import Step, watch_of
from slactl.sandbox.evaluation_reasons import composite_reason, composite_reason_data
from slactl.sandbox.world import World

MINUTE, DAY = 60, 86_400
_CELLS = 1_500_000
"""So many datapoints of an alarm are held at once."""


Composite = tuple[Alarm, CompositeRule]


class Change(NamedTuple):
    """A state that an alarm went into: when (seconds since the epoch), which alarm, from which state to which."""

    at: int
    alarm: str
    before: str
    after: str


def advance(world: World, to: float) -> list[Change]:
    """Lets the world's clock go on to an instant and plays its alarms on the way, once a minute.

    Every full minute after ``world.now`` up to ``to`` (seconds since the epoch) is evaluated; changes stand in the
    history, actions in ``world.alarms.fired``. What is published later for a time before ``to`` is not seen in
    retrospect. The clock never goes back.

    Returns:
        The changes of state in order of time.
    """
    first, last = int(world.now // MINUTE + 1) * MINUTE, int(to // MINUTE) * MINUTE
    with world.alarms.lock:
        found: list[Change] = []
        size = _minutes_at_once(world) * MINUTE
        for start in range(first, last + 1, size):
            found += _Play(world, start, min(start + size - MINUTE, last)).run()
        world.now = max(world.now, to)
        return found


def evaluate_now(world: World) -> list[Change]:
    """Evaluates every alarm once, with the data up to the last full minute; the clock stays as it is."""
    second = int(world.now)
    with world.alarms.lock:
        world.alarms.unseen = False
        return _Play(world, second, second).run()


def _minutes_at_once(world: World) -> int:
    watches = [watch_of(alarm) for alarm in world.alarms.alarms.values()]
    widest = max((watch.window.points for watch in watches if watch), default=1)
    return min(max(_CELLS // widest, 60), 32 * DAY // MINUTE)


@dataclass
class _Play:
    """The alarms of a world from one second to another, both included: at the first, and at each full minute."""

    world: World
    first: int
    last: int
    found: list[Change] = field(default_factory=list)
    changed: set[str] = field(default_factory=set)

    def run(self) -> list[Change]:
        book = self.world.alarms
        steps = defaultdict[int, list[Step]](list)
        for step in self._steps():
            steps[step.at].append(step)
        composites = _composites(book.alarms)
        minutes = sorted({self.first, *steps})
        while minutes:
            at = heapq.heappop(minutes)
            self._minute(at, steps.pop(at, []), composites)
            for wake in self._wakes(at) - set(minutes):
                heapq.heappush(minutes, wake)
        return self.found

    def _minute(self, at: int, steps: list[Step], composites: list[Composite]) -> None:
        book = self.world.alarms
        self.changed = set()
        for step in steps:
            step.write(book)
            if step.whole:
                self._note(Change(at, step.alarm, step.before, step.after))
        self._above(composites, at)
        book.settle(at)

    def _note(self, change: Change) -> None:
        self.changed.add(change.alarm)
        self.found.append(change)

    def _steps(self) -> Iterable[Step]:
        for alarm in list(self.world.alarms.alarms.values()):
            watch = watch_of(alarm)
            if watch:
                yield from watch.steps(self.world, self.first, self.last)

    def _wakes(self, at: int) -> set[int]:
        """The full minutes at which what holds actions back may have ended."""
        wakes = {max(ceil(wake / MINUTE) * MINUTE, at + MINUTE) for wake in self.world.alarms.wakes(at)}
        return {wake for wake in wakes if wake <= self.last}

    def _above(self, composites: list[Composite], at: int) -> None:
        alarms = self.world.alarms.alarms

        def state_of(name: str) -> str:
            return alarms[name].state if name in alarms else ""

        for alarm, rule in composites:
            touched = self.changed.intersection(rule.children)
            state = "ALARM" if rule.root.is_true(state_of) else "OK"
            if (touched or at == self.first) and state != alarm.state:
                self._ring(alarm, rule, state, at, sorted(touched))

    def _ring(self, alarm: Alarm, rule: CompositeRule, state: str, at: int, touched: list[str]) -> None:
        book, before = self.world.alarms, alarm.state
        named = touched or [name for name in rule.children if name in book.alarms]
        told = [(alarm_arn(self.world, name), book.alarms[name].state, book.alarms[name].updated) for name in named]
        if touched and before != "INSUFFICIENT_DATA":
            reason = composite_reason(*told[0])
        else:
            reason = composite_reason(alarm_arn(self.world, alarm.name), state, at, new="created")
        book.change(alarm.name, state, at, reason, composite_reason_data(told))
        self._note(Change(at, alarm.name, before, state))


def _composites(alarms: Mapping[str, Alarm]) -> list[Composite]:
    """The composite alarms with their rules, each after those it names; alarms in a circle are left out."""
    waiting = {
        name: (alarm, parse_rule(alarm.definition["AlarmRule"])) for name, alarm in alarms.items() if _reads(alarm)
    }
    found: list[Composite] = []
    while ready := [name for name, (_, rule) in waiting.items() if not waiting.keys() & rule.children]:
        found += [waiting.pop(name) for name in ready]
    return found


def _reads(alarm: Alarm) -> bool:
    try:
        return "AlarmRule" in alarm.definition and bool(parse_rule(alarm.definition["AlarmRule"]))
    except BadRule:
        return False
