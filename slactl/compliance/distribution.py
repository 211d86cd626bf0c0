"""Latency distributions from counts at thresholds.

The one rule (rule 3): in each bucket Maximum at or below x gives all samples, Minimum above x gives
none, otherwise TC(:x) kept within them and rising in x; a TC that is absent is unknown, never zero.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

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
    _rungs: list[Rung] = field(default_factory=list)
    _counts: dict[Rung, Number] = field(default_factory=dict)

    @property
    def rungs(self) -> Sequence[Rung]:
        """The rungs that were read, rising."""
        return self._rungs

    def settled(self, rung: Rung) -> bool:
        """Whether the count at a rung is known without asking."""
        if self.samples == 0 or self.assumed or rung in self._counts:
            return True
        beyond = self.minimum is not None and self.minimum > rung
        return beyond or (self.maximum is not None and self.maximum <= rung)

    def put(self, rung: Rung, value: float) -> None:
        """Takes a TC that was read."""
        if rung not in self._counts:
            insort(self._rungs, rung)
        self._counts[rung] = min(max(exact(value), 0), self.samples)

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
        under = max((self._counts[known] for known in self._rungs[:place]), default=None)
        if rung in self._counts:
            return Amount.of(max(under or 0, self._counts[rung]))
        over = min((self._counts[known] for known in self._rungs[place:]), default=None)
        below = min(self._floor(), self.samples if over is None else over) if under is None else under
        return Amount(below, max(below, self._ceiling() if over is None else over))

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

    def put(self, rung: Rung, run: int, points: dict[int, float]) -> None:
        for start, value in points.items():
            bucket = self.buckets.get((run, start))
            if bucket is not None:
                bucket.put(rung, value)

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
