"""What a heartbeat makes of silence, from its single beats.

Decides the part of rule 11 that a heartbeat answers. The one rule: a slice without a request is down if any beat in it
failed, known to be quiet if one succeeded, and what the weeks before make of it if there was none.
"""

from bisect import bisect_left
from dataclasses import dataclass

from .slices import SliceRule, cut, down_slices
from .spans import Span, common, length, union
from .times import Stretch
from .traffic import Population
from .uptime import account

Beat = tuple[int, bool]
"""A second, and whether it succeeded."""


@dataclass(frozen=True)
class Heard:
    """The seconds of a month."""

    up: int
    down: int
    no_traffic: int
    unknown: int


def _within(times: list[int], start: int, end: int) -> range:
    return range(bisect_left(times, start), bisect_left(times, end))


def heard(stretch: Stretch, rule: SliceRule, excluded: list[Span], requests: Population, beats: list[Beat]) -> Heard:
    """Every counted, settled second of a month of which five minutes are kept; beats in order of time."""
    slices, times = cut(stretch, rule.size, excluded, requests), [at for at, _ in beats]
    surprising = list(account(stretch, rule, excluded, requests).unexplained)
    failed = [part for one in down_slices(slices, rule) for part in one.counted]
    quiet: list[Span] = []
    unknown: list[Span] = []
    for one in slices:
        if one.requests:
            continue
        told = [beats[index][1] for start, end in one.counted for index in _within(times, start, end)]
        if told:
            (quiet if all(told) else failed).extend(one.counted)
        else:
            open_parts = common(list(one.counted), surprising)
            unknown += open_parts
            quiet += [] if open_parts else one.counted
    down, silent, left = (length(union(parts)) for parts in (failed, quiet, unknown))
    return Heard(sum(one.seconds for one in slices) - down - silent - left, down, silent, left)
