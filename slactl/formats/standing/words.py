"""The sentences around a standing: of what it is, how old its evidence is, which windows come.

The one rule: times are local ones of the agreement, and say their offset where they can be mistaken.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from slactl.formats.check.outlook import shortened
from slactl.formats.language import mark, mark_many
from slactl.formats.sanitize import plain
from slactl.formats.standing.signs import LEVELS, NOTHING, UNKNOWN, WHOLE_DAY
from slactl.formats.texts import reason_text
from slactl.formats.times import duration, month_name, short_day
from slactl.model.check import Window
from slactl.model.period import local_date

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from slactl.formats.language import Language
    from slactl.model.check import Check
    from slactl.model.span import Span
    from slactl.model.standing import Coming, Standing

MINUTE = 60
SERVICE, OBJECTIVE, STATUS = mark("Service"), mark("Objective"), mark("Status")
FIGURE, BUDGET, DAYS = mark("Figure"), mark("Budget left"), mark("Days")
WHAT_IS_LEFT, COMING = mark("What is left"), mark("Maintenance in the next 7 days")
NONE_PLANNED = mark("none planned")
MORE = mark_many("{n} more line: a taller terminal shows it", "{n} more lines: a taller terminal shows them")
"""What a table says around its figures; said by ``gettext``, and ``MORE`` by ``count``."""


def stale(standing: Standing, now: int, why: str, language: Language) -> str:
    """How old a table is, and why there is no newer one."""
    age = duration(max(0, now - standing.check.now), language)
    return language.gettext("This is {age} old; it could not be refreshed: {why}").format(age=age, why=plain(why))


def clock_text(instant: int, zone: ZoneInfo, language: Language) -> str:
    """``Mon 23 Nov, 09:00``."""
    local = datetime.fromtimestamp(instant, UTC).astimezone(zone)
    return f"{short_day(local.date(), language)}, {local:%H:%M}"


def span_text(span: Span, zone: ZoneInfo, language: Language) -> str:
    """Both ends, the day only once; the offset where it changes in between."""
    start, end = (datetime.fromtimestamp(at, UTC).astimezone(zone) for at in (span.start, span.end))
    offsets = start.utcoffset() != end.utcoffset()
    first, last = (f"{one:%H:%M}{f' ({one.isoformat()[-6:]})' if offsets else ''}" for one in (start, end))
    day = "" if start.date() == end.date() else f"{short_day(end.date(), language)}, "
    return f"{short_day(start.date(), language)}, {first} \N{EN DASH} {day}{last}"


def heading(check: Check, language: Language) -> tuple[str, str]:
    """The title, and which window it is of, until when."""
    zone = check.catalogue.report.zone
    if check.window is Window.MONTH:
        of = month_name(local_date(check.settled_until - 1, zone), language)
    else:
        of = language.gettext("year to date")
    when = clock_text(check.settled_until, zone, language)
    said = language.gettext("{period}, figures until {when} ({zone})").format(period=of, when=when, zone=zone.key)
    return plain(check.catalogue.report.title), said


def legend(standing: Standing, language: Language) -> tuple[str, ...]:
    """What the signs of the table mean."""
    said = (_days(standing, language),) if standing.days else ()
    if all(target.row.binding for target in standing.check.targets):
        return said
    return (*said, "* " + language.gettext("informative"))


def _days(standing: Standing, language: Language) -> str:
    first, last = (short_day(day, language) for day in (standing.days[0], standing.days[-1]))
    text = language.gettext(
        "Days {first} \N{EN DASH} {last}: {none} nothing bad, {whole} the day's whole allowance, {most} over four "
        "times that, {silent} nothing counted, {unknown} unknown."
    )
    signs = {"none": LEVELS[0], "whole": WHOLE_DAY, "most": LEVELS[-1], "silent": NOTHING, "unknown": UNKNOWN}
    return text.format(first=first, last=last, **signs)


def admitted(one: Coming, language: Language) -> str:
    """Whether a window would be applied: ``announced in time``, or why not, or what is to know of it."""
    if one.reason is not None:
        text = plain(reason_text(one.reason, language))
        return text if one.applied else language.gettext("not admitted: {why}").format(why=text)
    return language.gettext("announced in time")


def window_text(one: Coming, zone: ZoneInfo, language: Language) -> str:
    """``CHG-7, Wed 25 Nov, 02:00 – 04:00, shop: announced in time``."""
    services = ", ".join(shortened(service) for service in one.services)
    when = span_text(one.window.span, zone, language)
    return f"{shortened(one.window.id)}, {when}, {services}: {admitted(one, language)}"


def ages(standing: Standing, language: Language) -> tuple[str, ...]:
    """How old it all is: until when evidence is kept, and what must be known of where figures come from."""
    check = standing.check
    told = tuple(plain(reason_text(reason, language)) for reason in check.told)
    if standing.collected is None:
        return told
    when = clock_text(standing.collected, check.catalogue.report.zone, language)
    age = duration(max(0, check.now - standing.collected) // MINUTE * MINUTE, language)
    text = language.gettext("Evidence is kept until {when}, {age} ago; what came later was read from CloudWatch.")
    if not any(use.kind == "cloudwatch" for use in check.sources):
        text = language.gettext("Evidence is kept until {when}, {age} ago; CloudWatch was not asked.")
    return (text.format(when=when, age=age), *told)
