"""``view:synthetics-canaries``: whether a canary runs, and how often.

The one rule: what runs once, or by a calendar, has no interval.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from slactl.sources.configuration.asking import Document
from slactl.sources.configuration.views.questions import Questions

_RATE = re.compile(r"rate\((\d+) (minute|hour)s?\)")
_SECONDS = {"minute": 60, "hour": 3600}


def view(ask: Questions, parameters: Mapping[str, object]) -> Document:
    """Raises ``Refusal`` where a call does."""
    name = str(parameters["Name"])
    canary = ask("synthetics:GetCanary", Name=name).get("Canary") or {}
    schedule, run = canary.get("Schedule") or {}, canary.get("RunConfig") or {}
    return {
        "name": name,
        "state": (canary.get("Status") or {}).get("State"),
        "every_seconds": every(str(schedule.get("Expression") or "")),
        "retries": (schedule.get("RetryConfig") or {}).get("MaxRetries", 0),
        "timeout_seconds": run.get("TimeoutInSeconds"),
    }


def every(expression: str) -> int | None:
    """The seconds between two runs; ``rate(0 minute)`` runs once."""
    found = _RATE.fullmatch(expression.strip())
    seconds = int(found[1]) * _SECONDS[found[2]] if found else 0
    return seconds or None
