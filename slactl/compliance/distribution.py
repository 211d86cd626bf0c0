"""Latency distributions from counts at thresholds.

The one rule (rule 3): in each bucket Maximum at or below x gives all samples, Minimum above x gives
none, otherwise TC(:x) kept within them and rising in x; a TC that is absent is unknown, never zero.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from math import inf

from slactl.compliance.amount import Amount, Number, exact

Rung = Fraction
Bounds = tuple[Number, Number]
"""An ``Amount`` that is only on its way: its low and its high end."""


def key_of(rung: Rung) -> float:
    """What a rung is compared by: decimals as short as those of thresholds keep their order as doubles."""
    return float(rung)


@dataclass(frozen=True, slots=True)
class Steps:
    """A ladder that many buckets have in common: its rungs, rising, and their keys."""

    rungs: tuple[Rung, ...]
    keys: tuple[float, ...]

    @classmethod
    def of(cls, rungs: Iterable[Rung]) -> Steps:
        rising = tuple(sorted(rungs))
        return cls(rising, tuple(map(key_of, rising)))


@dataclass(slots=True)
class Bucket:
    """The samples of one bucket and the counts read at rungs so far.

    ``assumed`` is set for a bucket that could not be read: the requests that it is taken to hold.
    """

    samples: int
    minimum: Fraction | None = None
    maximum: Fraction | None = None
    assumed: bool = False
    _least: float = field(init=False, default=-inf)
    _most: float = field(init=False, default=inf)
    _rungs: Sequence[Rung] = ()
    _keys: Sequence[float] = ()
    _counts: list[Number] = field(default_factory=list)
    _rising: bool = True

    def __post_init__(self) -> None:
        self._least = -inf if self.minimum is None else key_of(self.minimum)
        self._most = inf if self.maximum is None else key_of(self.maximum)

    def settled(self, rung: Rung) -> bool:
        """Whether the count at a rung is known without asking."""
        key = key_of(rung)
        if self.samples == 0 or self.assumed or self._most <= key or self._least > key:
            return True
        place = bisect_left(self._keys, key)
        return place < len(self._keys) and self._keys[place] == key

    def put(self, rung: Rung, value: float) -> None:
        """Takes a TC that was read."""
        key = key_of(rung)
        place, count = bisect_left(self._keys, key), self._kept_within(value)
        if place < len(self._keys) and self._keys[place] == key:
            self._counts[place] = count
        else:
            self._rungs = [*self._rungs[:place], rung, *self._rungs[place:]]
            self._keys = [*self._keys[:place], key, *self._keys[place:]]
            self._counts.insert(place, count)
        lower, higher = self._counts[max(0, place - 1)], self._counts[min(place + 1, len(self._counts) - 1)]
        self._rising &= lower <= count <= higher

    def climb(self, steps: Steps, values: Sequence[float | None]) -> None:
        """Takes the counts at many rungs; None where unknown."""
        if self._counts or None in values:
            for rung, value in zip(steps.rungs, values, strict=True):
                if value is not None:
                    self.put(rung, value)
            return
        self._rungs, self._keys = steps.rungs, steps.keys
        self._counts = self._all_within([value for value in values if value is not None])
        self._rising = self._counts == sorted(self._counts)

    @property
    def rungs(self) -> Sequence[Rung]:
        """The rungs that were read, rising."""
        return self._rungs

    def _kept_within(self, value: float) -> Number:
        return min(max(exact(value), 0), self.samples)

    def _all_within(self, values: list[float]) -> list[Number]:
        whole: list[Number] = list(map(int, values))
        if whole == values and (not whole or (min(whole) >= 0 and max(whole) <= self.samples)):
            return whole
        return [self._kept_within(value) for value in values]

    def count(self, rung: Rung) -> Amount:
        """Samples at or below a rung, as bounds."""
        return Amount(*self.bounds(key_of(rung)))

    def bounds(self, key: float) -> Bounds:
        """Samples at or below a rung, by its key."""
        if self.assumed:
            return 0, self.samples
        if self.samples == 0 or self._least > key:
            return 0, 0
        return (self.samples, self.samples) if self._most <= key else self._between(key)

    def counts_at(self, steps: Steps) -> Sequence[Number] | None:
        """The counts at all steps; None unless all of them were read, and rise."""
        if self.samples == 0:
            return [0] * len(steps.keys)
        return self._counts if self._keys is steps.keys and self._rising and not self.assumed else None

    def _between(self, key: float) -> Bounds:
        """Bounds from the neighbouring rungs; exact where the rung itself was read.

        What the extremes say (one request at least, not all) stands only where no rung says anything:
        a TC may be a fraction of a request, and counts rise all the same.
        """
        place = bisect_left(self._keys, key)
        under = self._highest(place)
        if place < len(self._keys) and self._keys[place] == key:
            known = max(under or 0, self._counts[place])
            return known, known
        over = self._lowest(place)
        below = min(self._floor(), self.samples if over is None else over) if under is None else under
        return below, max(below, self._ceiling() if over is None else over)

    def _highest(self, place: int) -> Number | None:
        """The highest count at a lower rung."""
        if self._rising:
            return self._counts[place - 1] if place else None
        return max(self._counts[:place], default=None)

    def _lowest(self, place: int) -> Number | None:
        """The lowest count at a rung from here on."""
        if self._rising:
            return self._counts[place] if place < len(self._counts) else None
        return min(self._counts[place:], default=None)

    def _floor(self) -> int:
        return 1 if self.minimum is not None else 0

    def _ceiling(self) -> int:
        return self.samples - 1 if self.maximum is not None else self.samples


@dataclass(slots=True)
class Distribution:
    """The latencies of one stream over a cover: its buckets by (run of tiles, start).

    ``unbounded`` says that some of it could not be read, and nobody knows how many requests it holds;
    ``doubted`` of its requests lie where two reads disagree.
    """

    buckets: dict[tuple[int, int], Bucket] = field(default_factory=dict)
    unbounded: bool = False
    doubted: int = 0
    _added: tuple[int, int] = (0, 0)

    @property
    def samples(self) -> int:
        """All samples; buckets are added, never changed, so they are added up once."""
        if self._added[0] != len(self.buckets):
            self._added = len(self.buckets), sum(bucket.samples for bucket in self.buckets.values())
        return self._added[1]

    @property
    def assumed(self) -> int:
        return sum(bucket.samples for bucket in self.buckets.values() if bucket.assumed)

    @property
    def rungs(self) -> set[Rung]:
        """Every rung that was read in any bucket."""
        return {rung for bucket in self.buckets.values() for rung in bucket.rungs}

    def unsettled(self, rung: Rung) -> set[int]:
        """The runs of tiles that have to be asked for the count at a rung."""
        return {run for (run, _), bucket in self.buckets.items() if not bucket.settled(rung)}

    def open_in(self, run: int) -> bool:
        """Whether a run has buckets whose counts are not known without asking."""
        return any(key[0] == run and bucket.samples and not bucket.assumed for key, bucket in self.buckets.items())

    def unsettled_at(self, run: int, rungs: Sequence[Rung]) -> bool:
        """Whether a bucket of a run does not tell its count at any of the rungs."""
        return any(
            key[0] == run and not bucket.assumed and not bucket.rungs and not all(map(bucket.settled, rungs))
            for key, bucket in self.buckets.items()
        )

    def put(self, rung: Rung, run: int, points: dict[int, float]) -> None:
        for start, value in points.items():
            bucket = self.buckets.get((run, start))
            if bucket is not None:
                bucket.put(rung, value)

    def climb(self, run: int, steps: Steps, points: Mapping[int, Sequence[float | None]]) -> None:
        """Takes the counts at many rungs of some buckets of a run."""
        for start, values in points.items():
            bucket = self.buckets.get((run, start))
            if bucket is not None:
                bucket.climb(steps, values)

    def count(self, rung: Rung) -> Amount:
        return Amount(*self.bounds(key_of(rung)))

    def bounds(self, key: float) -> Bounds:
        """Samples at or below a rung, by its key."""
        if len(self.buckets) == 1 and not self.doubted:
            (bucket,) = self.buckets.values()
            return bucket.bounds(key)
        low: Number = 0
        high: Number = 0
        for bucket in self.buckets.values():
            least, most = bucket.bounds(key)
            low, high = low + least, high + most
        if self.doubted:
            return max(0, low - self.doubted), min(self.samples, high + self.doubted)
        return low, high

    def counts_at(self, steps: Steps) -> Sequence[Number] | None:
        """The counts at all steps; None where any of them is not exactly known."""
        if self.doubted or self.unbounded:
            return None
        return _summed([bucket.counts_at(steps) for bucket in self.buckets.values()], len(steps.keys))

    def extremes(self) -> tuple[Fraction | None, Fraction | None]:
        """Least and greatest latency; None where a bucket with samples doesn't tell or isn't believed."""
        full = [bucket for bucket in self.buckets.values() if bucket.samples]
        lows = [None if bucket.assumed else bucket.minimum for bucket in full]
        highs = [None if bucket.assumed else bucket.maximum for bucket in full]
        low = min((value for value in lows if value is not None), default=None) if None not in lows else None
        high = max((value for value in highs if value is not None), default=None) if None not in highs else None
        return low, high


@dataclass(frozen=True, slots=True)
class Population:
    """Distributions added up, others taken away: a service, a class, an operation, less what is excluded."""

    add: Sequence[Distribution]
    less: Sequence[Distribution] = ()

    @property
    def samples(self) -> int:
        if len(self.add) == 1 and not self.less:
            return self.add[0].samples
        return max(0, sum(part.samples for part in self.add) - sum(part.samples for part in self.less))

    @property
    def assumed(self) -> int:
        return sum(part.assumed for part in self.add)

    @property
    def unbounded(self) -> bool:
        """Whether nobody knows how many requests there are."""
        return any(part.unbounded for part in self.members())

    def count(self, rung: Rung) -> Amount:
        """Requests at or below a rung; never more than there are."""
        return Amount(*self.bounds(key_of(rung)))

    def bounds(self, key: float) -> Bounds:
        """Requests at or below a rung, by its key."""
        samples = self.samples
        low, high = _both(self.add, key)
        if self.less:
            least, most = _both(self.less, key)
            low, high = max(0, low - most), max(0, high - least)
        return min(low, samples), min(high, samples)

    def counts_at(self, steps: Steps) -> Sequence[Number] | None:
        """Requests at or below all steps; None where any of them is not exactly known."""
        number, samples = len(steps.keys), self.samples
        found = _summed([part.counts_at(steps) for part in self.add], number)
        gone = _summed([part.counts_at(steps) for part in self.less], number)
        if found is None or gone is None:
            return None
        if self.less:
            found = [max(0, count - taken) for count, taken in zip(found, gone, strict=True)]
        return found if not self.less else [min(count, samples) for count in found]

    def members(self) -> Iterable[Distribution]:
        yield from self.add
        yield from self.less

    def without(self, parts: Sequence[Distribution]) -> Population:
        return Population(self.add, (*self.less, *parts))


def _both(parts: Sequence[Distribution], key: float) -> Bounds:
    if len(parts) == 1:
        return parts[0].bounds(key)
    low: Number = 0
    high: Number = 0
    for part in parts:
        least, most = part.bounds(key)
        low, high = low + least, high + most
    return low, high


def _summed(parts: Sequence[Sequence[Number] | None], number: int) -> Sequence[Number] | None:
    """Lists of so many counts added up, place by place; None if one of them is."""
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return known[0] if len(known) == 1 else list(map(sum, zip(*known, strict=True))) or [0] * number
