"""The counts behind a figure of requests: one line for each operation, the rungs of a percentile, closer looks.

The one rule: a count that is partly unknown is printed with both its ends.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from slactl.formats.explanation.voice import DASH, Voice, columns
from slactl.formats.language import mark
from slactl.formats.numbers import exact
from slactl.formats.sanitize import plain
from slactl.model.explanation import Role

if TYPE_CHECKING:
    from fractions import Fraction

    from slactl.model.explanation import Explanation, Ladder, Moment, Range, Rung, Summand, Sums

MANY = 200
"""More operations than these are not listed one by one."""

ENOUGH = {
    True: mark("enough: the percentile is at or below {limit}"),
    False: mark("too few: the percentile is above {limit}"),
    None: mark("nobody knows whether it is enough"),
}


def section(voice: Voice) -> Iterator[str]:
    """The summands, the rungs, and the bins of the span that was asked for."""
    found = voice.found
    if found.asked is not None and found.account is None:
        yield voice.title(voice.say("Counts of {span}, read again").format(span=voice.local(found.asked)))
        yield from _moments(voice, found.moments)
    if found.summands:
        yield voice.title(voice.say("Counts by operation"))
        yield from _summands(voice, found)
        if found.limit is not None:
            yield voice.line(
                voice.say("Counts under a latency are the statistic TC, which is an approximation of AWS.")
            )
    if found.ladder is not None:
        yield voice.title(voice.say("How the percentile was found"))
        yield from _ladder(voice, found.ladder)


def _summands(voice: Voice, found: Explanation) -> Iterator[str]:
    if len(found.summands) > MANY:
        text = voice.say("{n} series are added up; --format json lists them.")
        yield f"  {text.format(n=voice.number(len(found.summands)))}"
        return
    heads = ["", voice.say("operation"), voice.say("requests"), voice.say("5xx"), voice.say("4xx")]
    heads += [_under_head(voice)] if found.limit is not None else []
    rows = [row for one in found.summands for row in _rows(voice, one)]
    yield from columns([heads, *rows], frozenset(range(2, len(heads))))


def _under_head(voice: Voice) -> str:
    limit = voice.found.limit
    assert limit is not None
    return voice.say("at or below {limit} ms").format(limit=exact(limit, voice.language))


def _rows(voice: Voice, one: Summand) -> Iterator[list[str]]:
    """What a series holds, what maintenance takes out of it, and what is left."""
    name = voice.say("(the whole)") if one.name is None else plain(one.name)
    sign = "+" if one.role is Role.ADDED else "\N{MINUS SIGN}"
    yield [sign, name, *_cells(voice, one.whole)]
    if one.excluded is not None:
        yield ["", voice.line(voice.say("in maintenance")), *_cells(voice, one.excluded)]
        yield ["", voice.line(voice.say("counted")), *_cells(voice, one.net)]


def _cells(voice: Voice, sums: Sums) -> list[str]:
    requests = "?" if sums.unbounded else voice.number(sums.requests)
    if sums.assumed:
        requests += voice.say(" ({n} assumed)").format(n=voice.number(sums.assumed))
    cells = [requests, _range(voice, sums.faults), _range(voice, sums.errors)]
    return [*cells, *([] if sums.under is None else [_range(voice, sums.under)])]


def _range(voice: Voice, found: Range) -> str:
    low, high = voice.number(found.low, up=False), voice.number(found.high)
    return low if found.known else f"{low}{DASH}{high}"


def _ladder(voice: Voice, ladder: Ladder) -> Iterator[str]:
    text = voice.say("Of {requests} requests, sorted by latency, it is the one at place {place} ({rank} of them).")
    rank = f"{exact(ladder.rank * 100, voice.language)}%"
    yield "  " + text.format(
        requests=voice.number(ladder.requests), place=voice.number(ladder.place), rank=rank
    )  # fmt: skip
    heads = [voice.say("at or below"), voice.say("requests"), voice.say("what it says")]
    yield from columns([heads, *(_rung(voice, one) for one in ladder.rungs)], frozenset({0, 1}))
    row = voice.found.row
    if row.low is not None and row.high is not None:
        told = voice.say("So it lies between {low} and {high}; printed is the higher end, which never flatters.")
        yield "  " + told.format(low=_ms(voice, row.low), high=_ms(voice, row.high))
    if ladder.minimum is not None and ladder.maximum is not None:
        ends = voice.say("Fastest request {low}, slowest {high}.")
        yield "  " + ends.format(low=_ms(voice, ladder.minimum), high=_ms(voice, ladder.maximum))


def _ms(voice: Voice, value: Fraction) -> str:
    return f"{exact(value, voice.language)} ms"


def _rung(voice: Voice, one: Rung) -> list[str]:
    limit = _ms(voice, one.limit)
    goal = voice.say("; this is the goal's own limit, which decides the verdict") if one.goal else ""
    return [limit, _range(voice, one.count), voice.say(ENOUGH[one.enough]).format(limit=limit) + goal]


def _moments(voice: Voice, moments: Sequence[Moment]) -> Iterator[str]:
    if not moments:
        yield voice.line(voice.say("None: nothing of it is settled and kept."))
        return
    heads = [voice.say("local time"), "UTC", voice.say("requests"), voice.say("5xx"), voice.say("4xx")]
    heads += [_under_head(voice)] if voice.found.limit is not None else []
    rows = [_moment(voice, one) for one in moments]
    yield from columns([heads, *rows], frozenset(range(2, len(heads))))


def _moment(voice: Voice, one: Moment) -> list[str]:
    cells = [voice.local(one.span), voice.utc(one.span)]
    cells += [voice.known(count) for count in (one.requests, one.faults, one.errors)]
    if voice.found.limit is not None:
        cells.append("?" if one.under is None else _range(voice, one.under))
    return cells
