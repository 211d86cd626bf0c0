"""The counted time of a month cut into slices, and which of them are down.

Decides rule 10. The one rule: a slice is down only if it has a fault itself; a thin one is
judged together with the counted slices before it, within the hour and the month.
"""

from dataclasses import dataclass
from fractions import Fraction

from . import texts
from .facts import Dict
from .spans import HOUR, Span, length, without
from .times import Stretch
from .traffic import Population

NEVER_ENOUGH = 10**12


@dataclass(frozen=True)
class SliceRule:
    """How an objective cuts and judges time."""

    size: int
    sign: str
    goal: Fraction
    no_traffic: str

    @property
    def enough(self) -> int:
        """The least number of requests by which a slice is judged alone."""
        return NEVER_ENOUGH if self.goal >= 1 else -(-1 // (1 - self.goal))

    def misses(self, requests: int, faults: int) -> bool:
        """Whether the share of requests without a fault misses the slice goal."""
        good, needed = requests - faults, self.goal * requests
        return good < needed if self.sign == ">=" else good <= needed


def slice_rule(objective: Dict, goal: str | None = None) -> SliceRule:
    """The rule of an objective, or the same one under another slice goal."""
    sign, level = texts.signed(goal or objective.get("slice_goal", ">= 95%"))
    size = texts.seconds(objective.get("slice", "5m"))
    return SliceRule(size, sign, texts.share(level), objective.get("no_traffic", "expected"))


@dataclass(frozen=True)
class Slice:
    """One slice: its nominal ends, the counted part of it, and what that part held."""

    start: int
    end: int
    counted: tuple[Span, ...]
    requests: int
    faults: int

    @property
    def seconds(self) -> int:
        """The counted seconds."""
        return length(self.counted)


def cut(stretch: Stretch, size: int, excluded: list[Span], requests: Population) -> list[Slice]:
    """The settled slices that have a counted second, in order."""
    pieces: dict[int, list[Span]] = {}
    for start, end in without(stretch.owed, excluded):
        second = start
        while second < end:
            number = (second - stretch.start) // size
            stop = min(end, stretch.start + (number + 1) * size)
            pieces.setdefault(number, []).append((second, stop))
            second = stop
    slices = (_slice(stretch, size, n, parts, requests) for n, parts in pieces.items())
    return [one for one in slices if one.end <= stretch.settled_to]


def _slice(stretch: Stretch, size: int, number: int, parts: list[Span], requests: Population) -> Slice:
    start = stretch.start + number * size
    held = requests.within(parts)
    faults = sum(request.is_fault for request in held)
    return Slice(start, min(start + size, stretch.end), tuple(parts), len(held), faults)


def judged_with(slices: list[Slice], index: int, enough: int) -> list[Slice]:
    """The slices a slice is judged with: itself, then those before it, newest first.

    They end when they hold enough requests, or would begin more than an hour before its own end.
    """
    run, held = [slices[index]], slices[index].requests
    earliest = slices[index].end - HOUR
    for one in reversed(slices[max(0, index - 60) : index]):
        if held >= enough or one.start < earliest:
            break
        run.append(one)
        held += one.requests
    return run


def is_down(slices: list[Slice], index: int, rule: SliceRule) -> bool:
    """Whether a slice has a fault and the run it is judged with misses the slice goal."""
    if not slices[index].faults:
        return False
    run = judged_with(slices, index, rule.enough)
    requests = sum(member.requests for member in run)
    return rule.misses(requests, sum(member.faults for member in run))


def down_slices(slices: list[Slice], rule: SliceRule) -> list[Slice]:
    """The slices that are down."""
    return [one for index, one in enumerate(slices) if is_down(slices, index, rule)]
