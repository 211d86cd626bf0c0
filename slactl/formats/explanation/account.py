"""Slices and seconds: every stretch with what was asked, what failed, its status and the rule that decided.

The one rule (rule 9): the stretches follow each other without a gap, and their seconds sum to the period.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import groupby
from typing import TYPE_CHECKING

from slactl.formats.explanation.voice import Voice, columns
from slactl.formats.figures import goal_text
from slactl.formats.language import mark
from slactl.formats.numbers import percent
from slactl.formats.sanitize import plain
from slactl.formats.times import duration, joined
from slactl.model.report import Seconds
from slactl.model.steps import Because, Fate

if TYPE_CHECKING:
    from slactl.model.steps import Account, Step

WORDS = {
    Fate.UP: mark("up"),
    Fate.DOWN: mark("down"),
    Fate.NO_TRAFFIC: mark("no traffic"),
    Fate.EXCLUDED: mark("excluded (maintenance)"),
    Fate.UNKNOWN: mark("unknown"),
    Fate.NOT_YET: mark("not yet settled"),
}
QUIET = frozenset({Fate.UP, Fate.NO_TRAFFIC})
FEW = 4
"""Of more slices than these that one was judged with, the first ones and the last are named."""
MANY = 60
"""From so many stretches on, those that are up and those without traffic are told together."""

SENTENCES = {
    Because.NO_FAULT: mark("no server error"),
    Because.SHARE_MET: mark("the share without a server error meets {goal}"),
    Because.SHARE_MISSED: mark("the share without a server error misses {goal}"),
    Because.JOINED_MET: mark("too few requests; with the slices before it the share meets {goal}"),
    Because.JOINED_MISSED: mark("too few requests; with the slices before it the share misses {goal}"),
    Because.JOINED_UNREAD: mark("too few requests, and a slice before it could not be read"),
    Because.UNREAD: mark("could not be read"),
    Because.FAULTS_WITHOUT_REQUESTS: mark("server errors, but not one request"),
    Because.SILENCE_EXPLAINED: mark("no request, and few in the weeks before"),
    Because.SILENCE_UNEXPLAINED: mark("no request, which the weeks before do not explain"),
    Because.SILENCE_BY_POLICY: mark("no request; the agreement says how silence counts"),
    Because.HEARTBEAT_HEARD: mark("no request, and the heartbeat succeeded"),
    Because.HEARTBEAT_FAILED: mark("no request, and the heartbeat failed"),
    Because.MAINTENANCE: mark("announced maintenance"),
    Because.NOT_SETTLED: mark("not settled yet"),
    Because.HOUR_WITHOUT_FAULT: mark("only hours are kept; no server error"),
    Because.HOUR_BETWEEN_BOUNDS: mark("only hours are kept; how many slices were down lies between two bounds"),
    Because.HOUR_NOT_SEPARABLE: mark("only hours are kept, and slices reach over their edges"),
    Because.DECLARED: mark("declared as downtime by an incident"),
}
HEADS = (
    mark("local time"), mark("UTC"), mark("slices"), mark("requests"), mark("5xx"), mark("share"), mark("status"),
    mark("seconds"), mark("why"),
)  # fmt: skip
NUMBERS = frozenset({2, 3, 4, 5, 7})


def section(voice: Voice, account: Account) -> Iterator[str]:
    """The slices of the span that was asked for, the stretches of the period, and the account of seconds."""
    found = voice.found
    if found.asked is not None:
        yield voice.title(voice.say("Slices of {span}").format(span=voice.local(found.asked)))
        yield from _table(voice, account.singles, single=True)
        yield voice.title(voice.say("The whole month, slices of one status together"))
    else:
        yield voice.title(voice.say("Slices of {length}, those of one status together").format(
            length=duration(account.width, voice.language)
        ))  # fmt: skip
    steps = account.steps if len(account.steps) <= MANY else _calmed(account.steps)
    yield from _table(voice, steps, single=False)
    yield voice.title(voice.say("Seconds"))
    yield from _seconds(voice, account.seconds)


def _table(voice: Voice, steps: Sequence[Step], *, single: bool) -> Iterator[str]:
    if not steps:
        yield voice.line(voice.say("None: nothing of it is owed."))
        return
    heads = [voice.say(head) for head in HEADS]
    yield from columns([heads, *(_cells(voice, step, single=single) for step in steps)], NUMBERS)


def _cells(voice: Voice, step: Step, *, single: bool) -> list[str]:
    share = "" if step.share is None else percent(step.share, voice.language, up=False)
    blank = step.fate in (Fate.EXCLUDED, Fate.NOT_YET)
    return [
        voice.local(step.span),
        voice.utc(step.span),
        voice.number(step.slices),
        "" if blank else voice.known(step.requests),
        "" if blank else voice.known(step.faults),
        share,
        _status(voice, step),
        voice.number(step.span.seconds),
        _why(voice, step, single=single),
    ]


def _status(voice: Voice, step: Step) -> str:
    """The word of its fate; of a stretch that has more than one, all of them."""
    if step.fate is not Fate.MIXED:
        return voice.say(WORDS[step.fate])
    return " / ".join(voice.say(word) for fate, word in WORDS.items() if getattr(step.seconds, fate.value))


def _why(voice: Voice, step: Step, *, single: bool) -> str:
    several = len(step.because) > 1 and not single
    texts = [_because(voice, one, many if several else None) for one, many in step.because]
    if step.joined and step.joined.earlier:
        texts.append(_joined(voice, step))
    if step.bounds:
        texts.append(voice.say("{least} to {most} slices down").format(least=step.bounds[0], most=step.bounds[1]))
    if step.windows:
        texts.append(plain(", ".join(step.windows)))
    if step.fate is Fate.MIXED or (step.seconds.excluded and step.fate is not Fate.EXCLUDED):
        texts.append(_parts(voice, step.seconds))
    return "; ".join(texts)


def _because(voice: Voice, because: Because, many: int | None) -> str:
    account = voice.found.account
    told = "" if account is None else goal_text(account.goal, "availability", voice.language)
    text = voice.say(SENTENCES[because]).format(goal=told)
    numbered = f"{voice.number(many)} \N{MULTIPLICATION SIGN} {text}" if many is not None else text
    return f"{numbered} ({rules(voice, because.rules)})" if because.rules else numbered


def rules(voice: Voice, numbers: Sequence[int]) -> str:
    """``rule 10``, ``rules 8 and 10``."""
    listed = joined([str(number) for number in numbers], voice.language)
    return voice.language.ngettext("rule {n}", "rules {n}", len(numbers)).format(n=listed)


def _joined(voice: Voice, step: Step) -> str:
    """The run that a thin slice was judged with."""
    assert step.joined is not None
    run = step.joined
    text = voice.say("with {slices}: {faults} of {requests} requests failed")
    starts = [voice.clock(span.start) for span in run.earlier]
    slices = ", ".join(starts if len(starts) <= FEW else [*starts[: FEW - 1], "\N{HORIZONTAL ELLIPSIS}", starts[-1]])
    return text.format(slices=slices, faults=voice.number(run.faults), requests=voice.number(run.requests))


def _parts(voice: Voice, seconds: Seconds) -> str:
    held = [(fate, getattr(seconds, fate.value)) for fate in WORDS]
    return ", ".join(f"{voice.say(WORDS[fate])} {voice.number(many)} s" for fate, many in held if many)


def _seconds(voice: Voice, seconds: Seconds) -> Iterator[str]:
    """Every status with its seconds, and their sum."""
    found = voice.found
    parts = [(voice.say(word), getattr(seconds, fate.value)) for fate, word in WORDS.items()]
    missing = found.period.span.seconds - seconds.total
    if missing:
        parts.append((voice.say("before the service's start"), missing))
    total = sum(many for _, many in parts)
    lines = [[word, voice.number(many), duration(many, voice.language)] for word, many in parts]
    sums = [voice.say("the period"), f"= {voice.number(total)}", duration(total, voice.language)]
    yield from columns([*lines, sums], frozenset({1, 2}))


def _calmed(steps: Sequence[Step]) -> list[Step]:
    """The stretches with those that are up or without traffic told together, where they follow each other."""
    made: list[Step] = []
    for quiet, some in groupby(steps, key=lambda step: step.fate in QUIET and not step.windows):
        run = list(some)
        made += [_together(run)] if quiet and len(run) > 1 else run
    return made


def _together(run: Sequence[Step]) -> Step:
    reasons: dict[Because, int] = {}
    for step in run:
        for because, many in step.because:
            reasons[because] = reasons.get(because, 0) + many
    return replace(
        run[0],
        span=replace(run[0].span, end=run[-1].span.end),
        slices=sum(step.slices for step in run),
        fate=Fate.MIXED,
        seconds=sum((step.seconds for step in run), Seconds()),
        requests=sum(step.requests or 0 for step in run),
        faults=sum(step.faults or 0 for step in run),
        because=tuple(reasons.items()),
    )
