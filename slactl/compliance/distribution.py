"""Latency distributions from counts at thresholds.

The one rule (rule 3): in each bucket Maximum at or below x gives all samples, Minimum above x gives
none, otherwise TC(:x) kept within them and rising in x; a TC that is absent is unknown, never zero.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import pairwise

from slactl.compliance.amount import Amount, Number, exact, total

Rung = Fraction


@dataclass(slots=True)
class Bucket:
    """The samples of one bucket and the counts read at rungs so far.

    ``assumed`` is set for a bucket that could not be read: the requests that it is taken to hold.
    """

    samples: int
    minimum: Fraction | None = None
    maximum: Fraction | None = None
    assumed: bool = False
    _rungs: Sequence[Rung] = ()
    _counts: list[Number] = field(default_factory=list)
    _rising: bool = True

    def settled(self, rung: Rung) -> bool:
        """Whether the count at a rung is known without asking."""
        if self.samples == 0 or self.assumed or self._beyond(rung):
            return True
        place = bisect_left(self._rungs, rung)
        return place < len(self._rungs) and self._rungs[place] == rung

    def _beyond(self, rung: Rung) -> bool:
        over = self.maximum is not None and self.maximum <= rung
        return over or (self.minimum is not None and self.minimum > rung)

    def put(self, rung: Rung, value: float) -> None:
        """Takes a TC that was read."""
        place, count = bisect_left(self._rungs, rung), self._kept_within(value)
        if place < len(self._rungs) and self._rungs[place] == rung:
            self._counts[place] = count
        else:
            self._rungs = [*self._rungs[:place], rung, *self._rungs[place:]]
            self._counts.insert(place, count)
        lower, higher = self._counts[max(0, place - 1)], self._counts[min(place + 1, len(self._counts) - 1)]
        self._rising &= lower <= count <= higher

    def climb(self, rungs: Sequence[Rung], values: Sequence[float | None]) -> None:
        """Takes the counts at many rungs, rising; None where unknown."""
        told = [(rung, value) for rung, value in zip(rungs, values, strict=True) if value is not None]
        if self._counts:
            for rung, value in told:
                self.put(rung, value)
            return
        self._rungs = rungs if len(told) == len(rungs) else [rung for rung, _ in told]
        self._counts = [self._kept_within(value) for _, value in told]
        self._rising = all(low <= high for low, high in pairwise(self._counts))

    @property
    def rungs(self) -> Sequence[Rung]:
        """The rungs that were read, rising."""
        return self._rungs

    def _kept_within(self, value: float) -> Number:
        return min(max(exact(value), 0), self.samples)

    def count(self, rung: Rung) -> Amount:
        """Samples at or below a rung, as bounds."""
        if self.samples == 0:
            return Amount()
        if self.assumed:
            return Amount(0, self.samples)
        if self.maximum is not None and self.maximum <= rung:
            return Amount.of(self.samples)
        if self.minimum is not None and self.minimum > rung:
            return Amount()
        return self._between(rung)

    def _between(self, rung: Rung) -> Amount:
        """Bounds from the neighbouring rungs; exact where the rung itself was read.

        What the extremes say (one request at least, not all) stands only where no rung says anything:
        a TC may be a fraction of a request, and counts rise all the same.
        """
        place = bisect_left(self._rungs, rung)
        under = self._highest(place)
        if place < len(self._rungs) and self._rungs[place] == rung:
            return Amount.of(max(under or 0, self._counts[place]))
        over = self._lowest(place)
        below = min(self._floor(), self.samples if over is None else over) if under is None else under
        return Amount(below, max(below, self._ceiling() if over is None else over))

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

    @property
    def samples(self) -> int:
        return sum(bucket.samples for bucket in self.buckets.values())

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

    def climb(self, run: int, rungs: Sequence[Rung], points: Mapping[int, Sequence[float | None]]) -> None:
        """Takes the counts at many rungs of some buckets of a run."""
        for start, values in points.items():
            bucket = self.buckets.get((run, start))
            if bucket is not None:
                bucket.climb(rungs, values)

    def count(self, rung: Rung) -> Amount:
        found = total(bucket.count(rung) for bucket in self.buckets.values())
        return Amount(max(0, found.low - self.doubted), min(self.samples, found.high + self.doubted))

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
        found = total(part.count(rung) for part in self.add)
        if self.less:
            found = found.less(total(part.count(rung) for part in self.less))
        return Amount(min(found.low, self.samples), min(found.high, self.samples))

    def members(self) -> Iterable[Distribution]:
        yield from self.add
        yield from self.less

    def without(self, parts: Sequence[Distribution]) -> Population:
        return Population(self.add, (*self.less, *parts))
