"""What becomes of a running budget, as the JSON documents say it: burn rates, course, who spent it.

The one rule: a figure that nobody knows is null, never left out and never zero.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.jsonparts import Object, number
from slactl.formats.times import utc

if TYPE_CHECKING:
    from slactl.model.burn import BurnRate, Outlook, Spender


def outlook_object(outlook: Outlook | None) -> Object | None:
    """An outlook as plain objects; None where the row has none."""
    if outlook is None:
        return None
    return {
        "course": outlook.course.value,
        "pace": outlook.pace.name,
        "ends_at": None if outlook.ends_at is None else utc(outlook.ends_at),
        "burn_rates": [burn_rate_object(rate) for rate in outlook.rates],
        "spent_by": [spender_object(spender) for spender in outlook.spent_by],
    }


def burn_rate_object(rate: BurnRate) -> Object:
    """One look-back: ``rate`` is the worse reading of what is unknown, ``least_rate`` the better one."""
    return {
        "lookback": rate.lookback.name,
        "seconds": rate.lookback.seconds,
        "start": utc(rate.span.start),
        "end": utc(rate.span.end),
        "bad": number(rate.bad),
        "total": number(rate.total),
        "rate": number(rate.high),
        "least_rate": number(rate.low),
    }


def spender_object(spender: Spender) -> Object:
    """An endpoint with what it spent."""
    return {"operation": spender.operation, "bad": spender.bad, "share": number(spender.share)}
