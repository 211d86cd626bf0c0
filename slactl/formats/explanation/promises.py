"""What the kept history of alarms tells of each promise: how long it was watched, and who was told of its crossings.

The one rule: one line for each crossing, with the first action that followed it; what nobody knows is said to be so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from slactl.formats.explanation.voice import DASH, Voice, columns
from slactl.formats.sanitize import plain
from slactl.formats.texts import reason_text
from slactl.formats.times import duration, local_iso, utc

if TYPE_CHECKING:
    from slactl.model.watch import Muted, WatchedPromise

MANY = 200
"""More lines than these are not printed."""


def section(voice: Voice) -> Iterator[str]:
    """One line for each promise, with its first crossing; the others under it."""
    promises = voice.found.promises
    if not promises:
        return
    yield voice.title(voice.say("Promise by promise"))
    heads = [
        voice.say("promise"), voice.say("watched"), voice.say("crossed"), "UTC", voice.say("first action"),
        voice.say("delay"),
    ]  # fmt: skip
    rows = [row for one in promises for row in _rows(voice, one)]
    yield from columns([heads, *rows[:MANY]])
    if len(rows) > MANY:
        text = voice.say("{n} more lines; --format json lists them.")
        yield voice.line(text.format(n=voice.number(len(rows) - MANY)))


def _rows(voice: Voice, one: WatchedPromise) -> Iterator[list[str]]:
    name = plain(" ".join(filter(None, (one.service, one.objective, one.operation))))
    first, *rest = [*_crossings(voice, one)] or [[_none(voice, one), "", "", ""]]
    yield [name, _watched(voice, one), *first]
    yield from (["", "", *cells] for cells in rest)
    if one.unknown:
        text = voice.say("of as many crossings nobody knows: {n}")
        yield ["", "", text.format(n=voice.number(one.unknown)), "", "", ""]
    if one.reason is not None:
        yield ["", "", reason_text(one.reason, voice.language), "", "", ""]


def _none(voice: Voice, one: WatchedPromise) -> str:
    return voice.say("not known") if one.watched is None or one.unknown else voice.say("never")


def _watched(voice: Voice, one: WatchedPromise) -> str:
    owed = duration(one.owed, voice.language)
    held = voice.say("not known") if one.watched is None else duration(one.watched, voice.language)
    return voice.say("{part} of {whole}").format(part=held, whole=owed)


def _crossings(voice: Voice, one: WatchedPromise) -> Iterator[list[str]]:
    """Crossings with what followed on them, then those that a window muted."""
    for crossing in one.crossings:
        acted = voice.say("nobody was told") if crossing.action is None else local_iso(crossing.action, voice.zone)
        known = crossing.delay is not None and not one.by_month  # the month ends at an instant that nobody measured
        delay = duration(crossing.delay or 0, voice.language) if known else DASH
        yield [local_iso(crossing.at, voice.zone), utc(crossing.at), acted, delay]
    for muted in one.muted:
        yield [local_iso(muted.at, voice.zone), utc(muted.at), _muted(voice, muted), DASH]


def _muted(voice: Voice, muted: Muted) -> str:
    """Which window muted the alarms, and the action that one of them took all the same."""
    text = voice.say("muted by {window}") if muted.admitted else voice.say("muted by {window}, not admitted")
    told = plain(text.format(window=muted.window))
    if muted.action is None:
        return told
    acted = voice.say("an alarm acted all the same: {at}").format(at=local_iso(muted.action, voice.zone))
    return f"{told}; {acted}"
