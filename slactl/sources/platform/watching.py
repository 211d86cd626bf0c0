"""The alarms that stand, by what their names begin with.

The one rule: an alarm calls somebody where its actions are on and it has one; a name without a blank begins with
nothing that could be a prefix.
"""

from __future__ import annotations

from collections import Counter

from slactl.ports.platform import Alarms, Seen
from slactl.sources.configuration.asking import Asker, Document
from slactl.sources.platform.hearing import Hearing, items

KINDS = ("MetricAlarm", "CompositeAlarm")


def alarms(asker: Asker, prefix: str) -> Seen[Alarms]:
    """Those of a prefix, and all others by their first words."""
    hearing = Hearing(asker)
    found = hearing.ask("listing alarms", "cloudwatch:DescribeAlarms", AlarmTypes=list(KINDS))
    told = [(_beginning(one, prefix), _calls(one)) for kind in KINDS for one in items(found, f"{kind}s")]
    there, calling = Counter(name for name, _ in told), Counter(name for name, calls in told if calls)
    return hearing.seen(Alarms(name, there[name], calling[name]) for name in sorted(there))


def _beginning(alarm: Document, prefix: str) -> str:
    name = str(alarm.get("AlarmName"))
    if name.startswith(f"{prefix} "):
        return prefix
    first, blank, _ = name.partition(" ")
    return first if blank else ""


def _calls(alarm: Document) -> bool:
    return bool(alarm.get("ActionsEnabled") and alarm.get("AlarmActions"))
