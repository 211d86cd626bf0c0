"""How instants, days and lengths of time are printed.

The one rule: evidence is dated in ISO 8601 with its offset, prose in the reader's words; a length is
whole seconds and is never rounded in words.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from babel.dates import format_date, get_day_names

from slactl.formats.numbers import rounded, whole

if TYPE_CHECKING:
    from fractions import Fraction
    from zoneinfo import ZoneInfo

    from slactl.formats.language import Language
    from slactl.model.span import Span


def utc(instant: int) -> str:
    """``2026-09-30T22:00:00Z``."""
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def local_iso(instant: int, zone: ZoneInfo) -> str:
    """``2026-10-14T02:00+02:00``, with seconds only where they are not zero."""
    moment = datetime.fromtimestamp(instant, UTC).astimezone(zone)
    return moment.isoformat(timespec="seconds" if moment.second else "minutes")


def span_iso(span: Span, zone: ZoneInfo) -> str:
    """Both ends of a half-open span."""
    return f"{local_iso(span.start, zone)} \N{EN DASH} {local_iso(span.end, zone)}"


def long_date(day: date, language: Language) -> str:
    """``14 ottobre 2026``."""
    return format_date(day, "long", locale=language.locale)


def short_day(day: date, language: Language) -> str:
    """``mer 14 ott``."""
    return format_date(day, "EEE d MMM", locale=language.locale)


def month_name(day: date, language: Language) -> str:
    """``ottobre 2026``."""
    return format_date(day, "LLLL y", locale=language.locale)


def short_month(day: date, language: Language) -> str:
    """``ott 26``."""
    return format_date(day, "LLL yy", locale=language.locale)


def weekday_names(language: Language) -> tuple[str, ...]:
    """Monday to Sunday, short."""
    names = get_day_names("abbreviated", "stand-alone", locale=language.locale)
    return tuple(names[index] for index in range(7))


def moment(instant: int, zone: ZoneInfo, language: Language) -> str:
    """``14 ottobre 2026, 02:00 (+02:00)``."""
    local = datetime.fromtimestamp(instant, UTC).astimezone(zone)
    offset = local.isoformat()[-6:]
    return f"{long_date(local.date(), language)}, {local:%H:%M} ({offset})"


def duration(seconds: int, language: Language) -> str:
    """``742 h 30 min 5 s``, exact; hours are not made into days, which have 23 to 25 of them."""
    sign, left = ("\N{MINUS SIGN}", -seconds) if seconds < 0 else ("", seconds)
    hours, minutes, rest = left // 3600, left % 3600 // 60, left % 60
    parts = [f"{whole(hours, language)} h"] if hours else []
    parts += [f"{minutes} min"] if minutes else []
    parts += [f"{rest} s"] if rest or not parts else []
    return sign + " ".join(parts)


def joined(parts: list[str], language: Language) -> str:
    """``a, b and c``."""
    if len(parts) < 2:
        return "".join(parts)
    return language.gettext("{first} and {last}").format(first=", ".join(parts[:-1]), last=parts[-1])


def whole_seconds(value: Fraction, *, up: bool) -> int:
    """Fractional seconds as whole ones: allowances down, use up."""
    return int(rounded(value, 0, up=up))
