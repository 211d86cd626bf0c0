"""What incidents declare and explain, from the entries of their file.

Decides which stretches of downtime an incident explains. The one rule: one that shares a second with
a stretch of a service that it names explains it, and takes nothing out of any figure.
"""

from collections.abc import Iterable

from .facts import Dict
from .spans import Span, union
from .times import instant


def so_far(entry: Dict, zone: str, now: int) -> list[Span]:
    """The time of an incident until now; nothing before it begins."""
    start = instant(entry["start"], zone)
    end = instant(entry["end"], zone) if "end" in entry else now
    return union([(start, end)])


def of_service(entry: Dict, service: str) -> bool:
    """Whether the incident names the service."""
    return service in (entry.get("services") or [entry.get("service")])


def declared(entries: Iterable[Dict], service: str, zone: str, now: int) -> list[Span]:
    """All time that incidents declare as downtime of a service."""
    mine = (entry for entry in entries if entry.get("add_downtime") and of_service(entry, service))
    return union(span for entry in mine for span in so_far(entry, zone, now))
