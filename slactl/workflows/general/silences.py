"""What a metric owes and does not tell, by its own pace.

The one rule: whoever has points as often as it usually has them is not silent; where it misses more than that, so many
of its usual hours are unknown, and each may have held as much as the fullest one did.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from math import floor

from slactl.model.span import Span, Spans, seconds, subtract, union
from slactl.model.status import Code, Reason
from slactl.workflows.general.reads import HOUR


@dataclass(frozen=True, slots=True)
class Silent:
    """Where nothing was told, how many usual hours of it are missing, and how far these lie apart in seconds."""

    spans: Spans = ()
    hours: Fraction = Fraction(0)
    every: int | None = None

    def reason(self, metric: str) -> Reason:
        """That a metric was silent, and how often it usually is not."""
        told = {} if self.every is None else {"every_seconds": self.every}
        return Reason.of(Code.METRIC_SILENT, metric=metric, **told)


def silent_in(heard: Iterable[Span], spans: Spans, excluded: Spans = ()) -> Silent:
    """What is missing in some spans, but for what is excluded of them; ``heard`` are the hours with a point."""
    known, whole = sorted(set(heard)), union(spans)  # pieces that are kept otherwise are no edges
    every = pace(known, whole)
    found = [_missing(stretch, span, every) for span in whole for stretch in subtract((span,), union(known))]
    open_ones = [(stretch, hours) for stretch, hours in found if hours]
    counted = [(subtract((stretch,), excluded), stretch, hours) for stretch, hours in open_ones]
    left = tuple(part for parts, _, _ in counted for part in parts)
    missing = (hours * Fraction(seconds(parts), stretch.seconds) for parts, stretch, hours in counted)
    return Silent(left, sum(missing, Fraction(0)), every if known else None)


def pace(heard: Sequence[Span], spans: Spans) -> int:
    """How far the beginnings of hours with a point usually lie apart: the distance that is met most often."""
    starts = ([one.start for one in heard if span.start <= one.start < span.end] for span in spans)
    met = Counter(after - before for some in starts for before, after in pairwise(some))
    most = max(met.values(), default=0)
    return max(HOUR, min((step for step, times in met.items() if times == most), default=HOUR))


def _missing(stretch: Span, span: Span, every: int) -> tuple[Span, int]:
    """A stretch without a point, and how many hours of the usual ones lie in it; at an edge only whole ones."""
    inside = span.start < stretch.start and stretch.end < span.end
    if not inside:
        return stretch, stretch.seconds // every
    return stretch, max(0, floor(Fraction(stretch.seconds + HOUR, every) + Fraction(1, 2)) - 1)
