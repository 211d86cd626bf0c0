"""What a general figure is made from: the terms and their metrics, or the call and its samples.

The one rule: what is asked of AWS is shown as AWS names it, in no language; what is expected of it is said in words.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from slactl.formats.explanation.voice import Voice, columns
from slactl.formats.language import mark
from slactl.formats.sanitize import plain
from slactl.formats.times import duration
from slactl.model.general import AlarmRecord, Control, Expects, Recorded

if TYPE_CHECKING:
    from slactl.model.explanation import Part
    from slactl.model.general import Expectation

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
    "record": mark("asked of it"),
}
RECORDED = {
    Recorded.WATCHED: mark("time in which an enabled alarm with an action stood, of each promise with a limit"),
    Recorded.NOTIFIED: mark("crossings of a limit that an action followed"),
    Recorded.PERCENTILES_READABLE: mark("requests whose latency has a distribution"),
    Recorded.ATTRIBUTED: mark("requests that an endpoint accounts for"),
}
EXPECTED = {
    Expects.EQUALS: mark("exactly {value}"),
    Expects.ONE_OF: mark("one of {value}"),
    Expects.AT_LEAST: mark("at least {value}"),
    Expects.AT_MOST: mark("at most {value}"),
    Expects.PRESENT: mark("that there is any"),
    Expects.ABSENT: mark("that there is none"),
    Expects.YOUNGER_THAN: mark("younger than {value}"),
}


def section(voice: Voice) -> Iterator[str]:
    """One line for each part; nothing where there is none."""
    parts = voice.found.made_from
    if parts:
        yield voice.title(voice.say("What it is made from"))
        yield from columns([[voice.say(ROLES[one.role]), _told(voice, one)] for one in parts])


def _told(voice: Voice, part: Part) -> str:
    indicator = voice.found.objective.indicator
    if part.role == "expects" and isinstance(indicator, Control):
        return plain(_expected(voice, indicator.expects))
    if part.role == "record" and isinstance(indicator, AlarmRecord):
        return voice.say(RECORDED[indicator.asks])
    if part.metrics is None:
        return plain(part.says)
    return plain(voice.say("{what} (metrics: {n})").format(what=part.says, n=voice.number(part.metrics)))


def _expected(voice: Voice, expects: Expectation) -> str:
    """What is expected of a selected value; an age as a length of time."""
    value = expects.value
    aged = expects.how is Expects.YOUNGER_THAN and isinstance(value, int)
    told = duration(value, voice.language) if aged and isinstance(value, int) else _json(value)
    return voice.say(EXPECTED[expects.how]).format(value=told)


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
