"""The alarms that stand.

The one rule: an alarm calls somebody where its actions are on and it has one.
"""

from __future__ import annotations

from slactl.ports.platform import Alarms, Seen
from slactl.sources.configuration.asking import Asker
from slactl.sources.platform.hearing import Hearing, items

KINDS = ("MetricAlarm", "CompositeAlarm")


def alarms(asker: Asker, prefix: str) -> Seen[Alarms]:
    """Those whose names begin with a prefix and a blank."""
    hearing = Hearing(asker)
    asked = {"AlarmNamePrefix": f"{prefix} ", "AlarmTypes": list(KINDS)}
    found = hearing.ask("listing alarms", "cloudwatch:DescribeAlarms", **asked)
    there = [one for kind in KINDS for one in items(found, f"{kind}s")]
    calling = [one for one in there if one.get("ActionsEnabled") and one.get("AlarmActions")]
    return hearing.seen([Alarms(prefix, len(there), len(calling))] if there else [])
