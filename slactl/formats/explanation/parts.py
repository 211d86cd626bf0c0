"""What a general figure is made from: the terms and their metrics, or the call and its samples.

The one rule: what is asked of AWS is shown as AWS names it, in no language.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from slactl.formats.explanation.voice import Voice, columns
from slactl.formats.language import mark
from slactl.formats.sanitize import plain

if TYPE_CHECKING:
    from slactl.model.explanation import Part

ROLES = {
    "good": mark("good"),
    "bad": mark("bad"),
    "total": mark("of all"),
    "metric": mark("the metric"),
    "value": mark("the value"),
    "weight": mark("weighted by"),
    "call": mark("the call"),
    "select": mark("selected of it"),
    "expects": mark("expected"),
    "sample": mark("a sample"),
    "record": mark("the kept history of alarms"),
}


def section(voice: Voice) -> Iterator[str]:
    """One line for each part; nothing where there is none."""
    parts = voice.found.made_from
    if parts:
        yield voice.title(voice.say("What it is made from"))
        yield from columns([[voice.say(ROLES[one.role]), _told(voice, one)] for one in parts])


def _told(voice: Voice, part: Part) -> str:
    if part.metrics is None:
        return plain(part.says)
    return plain(voice.say("{what} (metrics: {n})").format(what=part.says, n=voice.number(part.metrics)))
