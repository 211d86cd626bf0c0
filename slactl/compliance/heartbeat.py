"""What a heartbeat tells of silence: something that calls on a schedule, whether anybody else does or not.

The one rule: only silence is explained by it. A silent slice in which it failed is down, one in which it succeeded is
known to be quiet, and where it said nothing nothing changes: the weeks before judge the silence as a whole (rule 11).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

from slactl.compliance.slices import Slices, SliceState
from slactl.model.span import Span, Spans, intersect, subtract, union


@dataclass(frozen=True, slots=True)
class Beats:
    """When a heartbeat was heard, and when it failed: disjoint spans in order of time."""

    heard: Spans = ()
    failed: Spans = ()


NO_BEATS = Beats()


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is said of a silence: whether it is explained, the mean of its weeks before, whether it was heard."""

    explained: bool
    mean: Fraction | None = None
    heard: bool = False


def beats_of(starts: Iterable[int], length: int, told: Iterable[bool | None]) -> Beats:
    """The beats of bins: True of one in which every sample was good, None of one without."""
    bins = [(Span(start, start + length), one) for start, one in zip(starts, told, strict=True)]
    return Beats(union(span for span, one in bins if one), union(span for span, one in bins if one is False))


def both(beats: Iterable[Beats]) -> Beats:
    """The beats of several stretches together."""
    some = list(beats)
    return Beats(union(span for one in some for span in one.heard), union(span for one in some for span in one.failed))


def listened(slices: Slices, beats: Beats) -> tuple[Slices, Beats]:
    """The slices with those in which it failed down, and the beats as whole silent slices."""
    if beats == NO_BEATS:
        return slices, beats
    failed = _silent(slices, beats.failed)
    heard = [index for index in _silent(slices, beats.heard) if index not in set(failed)]
    states = list(slices.state)
    for index in failed:
        states[index] = SliceState.DOWN
    marked = replace(slices, state=states) if failed else slices
    return marked, Beats(_left(slices, heard), _left(slices, failed))


def parted(silences: Mapping[Span, Verdict], beats: Beats) -> dict[Span, Verdict]:
    """The silences in parts: heard through, and what is left of them; where it failed is no silence any more."""
    if not beats.heard and not beats.failed:
        return dict(silences)
    found: dict[Span, Verdict] = {}
    for run, verdict in silences.items():
        heard = intersect((run,), beats.heard)
        found |= dict.fromkeys(heard, Verdict(explained=True, mean=verdict.mean, heard=True))
        found |= dict.fromkeys(subtract((run,), union((*heard, *beats.failed))), verdict)
    return dict(sorted(found.items()))


def _silent(slices: Slices, spans: Spans) -> list[int]:
    """The silent slices that any of the spans reaches into, as far as they count."""
    found: list[int] = []
    for span in intersect(spans, (slices.span,)):
        first, last = ((at - slices.span.start) // slices.width for at in (span.start, span.end - 1))
        fresh = range(max(first, found[-1] + 1 if found else first), last + 1)
        found += [index for index in fresh if _reached(slices, index, span)]
    return found


def _reached(slices: Slices, index: int, span: Span) -> bool:
    return slices.state[index] is SliceState.NO_TRAFFIC and any(piece.meets(span) for piece in slices.left(index))


def _left(slices: Slices, indices: Sequence[int]) -> Spans:
    return union(piece for index in indices for piece in slices.left(index))
