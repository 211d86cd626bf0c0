"""What every pack of the sandbox is made of: samples made by the day, and a plan that tells what is broken.

The one rule: a day's samples depend on the seed, the day, the series' own name and what is broken in it;
what was asked before, or which other promise is broken, changes none of them.
"""

from __future__ import annotations

import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

import numpy as np

from slactl.sandbox.buckets import DAY
from slactl.sandbox.catalogue import Metric, MetricKey, dimensions
from slactl.sandbox.days import ByChunks
from slactl.sandbox.requests import Floats, Int64s
from slactl.sandbox.streams import ArrayStream
from slactl.sandbox.traffic import SLOT, SLOTS, rates
from slactl.sandbox.world import Furnishing, Hook, World

DAY_MS = DAY * 1000
_CUTS_KEPT = 3
_ORDINARY = 10_000.0
"""About what ``rates`` adds up to on a working day."""
Samples = tuple[Int64s, Floats]
"""Times (milliseconds since the epoch, ascending) and a value each."""
Make = Callable[[np.random.Generator, int], Samples]
"""The samples of a day, by its number since the epoch."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a pack shows.

    Attributes:
        seed: chance.
        since: the first second with data.
        faults: which promises are broken, by entry id; what is said of each is the pack's to read, but for ``from``
            and ``to`` (seconds since the epoch): metrics are broken within that time only, configuration always.
    """

    seed: int = 1
    since: float = 0
    faults: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    def broken(self, entry: str) -> bool:
        """Whether the promise of that entry is broken."""
        return entry in self.faults

    def told(self, entry: str, name: str, usual: float) -> float:
        """A number that a fault was given, such as ``share``."""
        value = self.faults.get(entry, {}).get(name, usual)
        return float(value) if isinstance(value, int | float | str) else usual


@dataclass(frozen=True, slots=True)
class Series:
    """One metric: its exact name, unit and region (empty: the world's), and its samples by the day.

    ``distribution`` tells that values are latencies, which a histogram may blur (``World.values``). Series with the
    same ``chance`` draw the same numbers, so that what is drawn first (moments, as a rule) agrees among them.
    """

    namespace: str
    name: str
    names: Mapping[str, str]
    unit: str
    make: Make
    region: str = ""
    distribution: bool = False
    chance: str = ""

    @property
    def key(self) -> MetricKey:
        """What names it."""
        return MetricKey(self.namespace, self.name, dimensions(self.names))


@dataclass(frozen=True, slots=True)
class Pack:
    """A pack's part of the sandbox.

    Attributes:
        name: the pack's.
        variables: those that fit what is shown, as a user would write them in ``packs: {NAME: {...}}``.
        breakable: the entries whose promises a fault can break, by id.
        series: the metrics.
        furnish: puts the configuration into moto.
        hook: answers calls of configuration that moto does not know.
        prepare: changes what the world shows already, such as its alarms.
    """

    name: str
    variables: Mapping[str, object]
    breakable: tuple[str, ...]
    series: Callable[[Plan], Iterable[Series]]
    furnish: Callable[[World, Plan], None] | None = None
    hook: Callable[[Plan], Hook] | None = None
    prepare: Callable[[World, Plan], None] | None = None

    def add_to(self, world: World, plan: Plan) -> None:
        """Shows the pack in a world."""
        from slactl.sandbox.packs.episodes import with_episodes

        for one in with_episodes(self.series, plan):
            measure = "latency" if one.distribution else "value"
            metric = Metric(SampleStream(one, measure, plan), measure, one.unit)
            world.metrics_to(one.region).add(one.key, metric)
        if self.furnish is not None:
            world.furnishings.append(_furnishing(self.furnish, plan))
        if self.hook is not None:
            world.hooks.append(self.hook(plan))
        if self.prepare is not None:
            self.prepare(world, plan)


def _furnishing(furnish: Callable[[World, Plan], None], plan: Plan) -> Furnishing:
    return lambda world: furnish(world, plan)


class SampleStream(ByChunks):
    """The samples of a series, made by the day when they are asked for."""

    def __init__(self, series: Series, measure: str, plan: Plan) -> None:
        """``measure`` is the one it is asked by."""
        self._series, self._measure, self._plan = series, measure, plan
        self._chance = zlib.crc32((series.chance or repr(series.key)).encode())
        self._cuts: OrderedDict[tuple[int, int], ArrayStream] = OrderedDict()
        self._lock = threading.RLock()

    def _cut(self, start_ms: int, end_ms: int) -> ArrayStream:
        first, last = start_ms // DAY_MS, -(-end_ms // DAY_MS)
        with self._lock:
            if (first, last) not in self._cuts:
                self._cuts[first, last] = self._made(first, last)
                while len(self._cuts) > _CUTS_KEPT:
                    self._cuts.popitem(last=False)
            self._cuts.move_to_end((first, last))
            return self._cuts[first, last]

    def _made(self, first: int, last: int) -> ArrayStream:
        days = [self._day(day) for day in range(max(first, int(self._plan.since // DAY)), last)]
        times = np.concatenate([np.empty(0, np.int64), *(times for times, _ in days)])
        values = np.concatenate([np.empty(0), *(values for _, values in days)])
        begun = np.searchsorted(times, int(self._plan.since * 1000))
        kept = values[begun:]
        return ArrayStream(times[begun:], {self._measure: lambda: kept})

    def _day(self, day: int) -> Samples:
        rng = np.random.default_rng([self._plan.seed, self._chance, day])
        return self._series.make(rng, day)


def busy_times(rng: np.random.Generator, day: int, per_day: float) -> Int64s:
    """Moments of a day at which something was asked: many by day, few at night and on weekends.

    Args:
        rng: where chance comes from.
        day: its number since the epoch.
        per_day: how many on an ordinary working day.
    """
    counts = rng.poisson(rates(day) * (per_day / _ORDINARY))
    slots = np.repeat(np.arange(SLOTS), counts)
    times: Int64s = np.sort(((slots + rng.random(len(slots))) * SLOT * 1000).astype(np.int64)) + day * DAY_MS
    return times


def beats(day: int, every: int = 60) -> Int64s:
    """The whole minutes of a day, or every so many seconds."""
    return np.arange(0, DAY, every, dtype=np.int64) * 1000 + day * DAY_MS


def latencies(rng: np.random.Generator, size: int, median: float, spread: float) -> Floats:
    """Believable durations: lognormal about a median, in its unit, to three places."""
    return np.round(median * np.exp(spread * rng.standard_normal(size)), 3)


def counted(per_day: float, share: float = 1.0) -> Make:
    """One point of 1 for that share of a day's requests; where nothing happened, nothing is published."""

    def make(rng: np.random.Generator, day: int) -> Samples:
        times = busy_times(rng, day, per_day)
        some = times[rng.random(len(times)) < share]
        return some, np.ones(len(some))

    return make


def marked(per_day: float, share: float) -> Make:
    """A point for each of a day's requests: 1 for that share of them, 0 for the others."""

    def make(rng: np.random.Generator, day: int) -> Samples:
        times = busy_times(rng, day, per_day)
        return times, (rng.random(len(times)) < share).astype(np.float64)

    return make


def durations(per_day: float, median: float, spread: float = 0.4, slow: float = 0.0, slow_at: float = 1.0) -> Make:
    """One duration a request; that of a share ``slow`` of them is about ``slow_at``."""

    def make(rng: np.random.Generator, day: int) -> Samples:
        times = busy_times(rng, day, per_day)
        values = latencies(rng, len(times), median, spread)
        late = rng.random(len(times)) < slow
        return times, np.where(late, latencies(rng, len(times), slow_at, 0.02), values)

    return make
