"""The pack monitoring: it is told from the alarms that ``slactl collect`` keeps day by day.

The one rule: where no record is kept there is nothing to tell from, however many alarms stand.
"""

from __future__ import annotations

from collections.abc import Sequence

from slactl.ports.platform import Alarms, Platform
from slactl.workflows.onboarding.packs.nouns import Given, Sketch, Standing, Use, Why, refused, told

USUAL = "slactl"
ENOUGH = 2
"""So many alarms whose names begin alike are no chance."""


def monitoring(platform: Platform, standing: Standing) -> Sketch:
    """Proposed where alarms stand and are kept."""
    found, refusals = platform.alarms.found, refused(platform.alarms)
    chosen = _chosen(found, standing.prefix)
    if chosen is None:
        return Sketch((), _none(found, standing.prefix), refusals)
    seen = (
        f"{told(chosen.there, 'alarm')} with a name that begins with {chosen.prefix!r}; {chosen.calling} call somebody"
    )
    if not standing.keeps_alarms:
        why = f"{seen}, but nobody keeps what happens to them (evidence.alarms is off)"
        return Sketch((), why, refusals, Why.NOT_READY)
    values = () if chosen.prefix == USUAL else (Given("prefix", chosen.prefix),)
    return Sketch(
        (Use("monitoring", seen, values, chosen.there, guess=chosen.prefix != standing.prefix),), "", refusals
    )


def _chosen(found: Sequence[Alarms], prefix: str) -> Alarms | None:
    """Our own alarms; else those that begin alike, where no others do."""
    own = [one for one in found if one.prefix == prefix]
    others = [one for one in found if one.prefix and one.calling and one.there >= ENOUGH]
    return own[0] if own else others[0] if len(others) == 1 else None


def _none(found: Sequence[Alarms], prefix: str) -> str:
    count = sum(one.there for one in found)
    return f"none of {told(count, 'alarm')} has a name that begins with {prefix!r}" if count else "no alarm"
