"""The pack monitoring: it is told from the alarms that ``slactl collect`` keeps day by day.

The one rule: without a record there is nothing to tell from, however many alarms stand.
"""

from __future__ import annotations

from slactl.ports.platform import Platform
from slactl.workflows.onboarding.packs.nouns import Given, Sketch, Standing, Use, Why, refused, told

USUAL = "slactl"


def monitoring(platform: Platform, standing: Standing) -> Sketch:
    """Proposed where alarms stand and are kept."""
    found, prefix = platform.alarms.found, standing.prefix
    refusals = refused(platform.alarms)
    if not found:
        return Sketch(
            (), f"no alarm whose name begins with {prefix!r} (slactl alarms plan says which there could be)", refusals
        )
    alarms = found[0]
    seen = f"{told(alarms.there, 'alarm')} whose name begins with {prefix!r}, of which {alarms.calling} call somebody"
    if not standing.keeps_alarms:
        return Sketch(
            (), f"{seen}, but nobody keeps what happens to them: evidence: and slactl collect", refusals, Why.NOT_READY
        )
    values = () if prefix == USUAL else (Given("prefix", prefix, "from alarms:"),)
    return Sketch((Use("monitoring", seen, values, alarms.there),), "", refusals)
