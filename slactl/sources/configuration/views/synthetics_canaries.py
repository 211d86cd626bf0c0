"""``view:synthetics-canaries``: whether a canary runs, and how often.

The one rule: what runs once has no interval; of what runs by a calendar it is known only where every hour is alike.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from slactl.sources.configuration.asking import Document, Refusal, failed
from slactl.sources.configuration.views.questions import Questions, Told

_RATE = re.compile(r"rate\((\d+) (minute|hour)s?\)")
_CRON = re.compile(r"cron\((?P<minutes>[\d*/,-]+) (?:\*|0/1|\*/1) [*?] \* [*?](?: \*)?\)")
_MINUTES = re.compile(r"(?:(?P<first>\d+)(?:-(?P<last>\d+))?|\*)(?:/(?P<step>\d+))?")
HOUR = 60
_SECONDS = {"minute": 60, "hour": 3600}


def view(ask: Questions, parameters: Mapping[str, object]) -> Document:
    """Raises ``Refusal`` where a call does."""
    name = str(parameters["Name"])
    canary = ask("synthetics:GetCanary", Name=name).get("Canary") or {}
    schedule, run = canary.get("Schedule") or {}, canary.get("RunConfig") or {}
    return Told({
        "name": name,
        "state": (canary.get("Status") or {}).get("State"),
        "every_seconds": every(str(schedule.get("Expression") or "")),
        "retries": (schedule.get("RetryConfig") or {}).get("MaxRetries", 0),
        "timeout_seconds": run.get("TimeoutInSeconds"),
    })  # fmt: skip


def every(expression: str) -> int | Refusal | None:
    """The longest time between two runs, in seconds; ``rate(0 minute)`` runs once."""
    if expression.strip().startswith("cron("):
        cron = _CRON.fullmatch(expression.strip())
        minutes = _minutes(cron["minutes"]) if cron else set()
        return _longest(sorted(minutes)) if minutes else failed(f"how often {expression.strip()} runs is not computed")
    found = _RATE.fullmatch(expression.strip())
    seconds = int(found[1]) * _SECONDS[found[2]] if found else 0
    return seconds or None


def _minutes(field: str) -> set[int]:
    """The minutes of an hour; none where the field is not understood."""
    found: set[int] = set()
    for part in field.split(","):
        told = _MINUTES.fullmatch(part)
        if told is None or told["step"] == "0":
            return set()
        first, step = int(told["first"] or 0), int(told["step"] or 1)
        alone = told["first"] is not None and told["last"] is None and told["step"] is None
        last = first if alone else int(told["last"] or HOUR - 1)
        found.update(range(first, last + 1, step))
    return found if max(found, default=HOUR) < HOUR else set()


def _longest(minutes: list[int]) -> int:
    """The longest gap, over the end of the hour too."""
    pairs = zip(minutes, [*minutes[1:], minutes[0] + HOUR], strict=True)
    return max(after - before for before, after in pairs) * 60
