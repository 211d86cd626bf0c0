"""Spans on the command line: ``2026-10-07T14:05/14:45`` in the report's zone, or with offsets.

The one rule: a local time that does not exist, or exists twice, is refused; so is what lies outside
the month that is asked about.
"""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from slactl.cli.console import fail

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from slactl.model.span import Span

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
CLOCK = re.compile(r"\d{2}:\d{2}(?::\d{2})?(Z|[+-]\d{2}:\d{2})?")
EXAMPLE = "for example --at 2026-10-07T14:05/14:45"


def span_asked(text: str, zone: ZoneInfo, within: Span, code: int = 2) -> Span:
    """The span that an option names: from one instant to another, a single instant, or a local day.

    Of the second instant the date may be left out, and an offset is that of the first where it has one.

    Raises:
        typer.Exit: with the code, if it is none or does not lie within the month.
    """
    from slactl.configuration.mistakes import Refused

    try:
        found = _span(text, zone)
    except Refused as refused:
        fail(f"--at {text!r}: {refused.what}", refused.hint or EXAMPLE, code)
    if found is None:
        fail(
            f"--at {text!r} ends before it starts",
            "write the date of the end too: 2026-10-07T23:50/2026-10-08T00:10",
            code,
        )
    if not within.holds(found):
        fail(f"--at {text!r} does not lie inside the month", f"the month is {_shown(within, zone)}", code)
    return found


def _span(text: str, zone: ZoneInfo) -> Span | None:
    from slactl.configuration.times import calendar_date, instant_in
    from slactl.model.period import day_start
    from slactl.model.span import Span

    first, slash, second = (part.strip() for part in text.partition("/"))
    if not slash and DAY.fullmatch(first):
        day = calendar_date(first)
        return Span(day_start(day, zone), day_start(day + timedelta(days=1), zone))
    parse = instant_in(zone)
    start = parse(first)
    end = parse(_completed(first, second)) if slash else start + 1
    return Span(start, end) if start < end else None


def _completed(first: str, second: str) -> str:
    """The end with the date and the offset of the start, where it has none itself."""
    offset = re.search(r"[T ].*?(Z|[+-]\d{2}:\d{2})$", first)
    if CLOCK.fullmatch(second):
        second = f"{first[:10]}T{second}"
    bare = offset and not re.search(r"(Z|[T ].*[+-]\d{2}:\d{2})$", second)
    return f"{second}{offset[1]}" if offset and bare else second


def _shown(span: Span, zone: ZoneInfo) -> str:
    from slactl.formats.times import span_iso

    return span_iso(span, zone)
