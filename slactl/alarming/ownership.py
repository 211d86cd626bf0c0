"""Which alarms are ours: the tags that say so, and what they tell.

The one rule: an alarm is ours only by its tags and its name together; one whose tags nobody could read, and one
that a stack keeps, is left alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from slactl.model.alarm import Severity
from slactl.model.alarmplan import About, Standing

SPACE = "slactl:"
MANAGED, OWNER = f"{SPACE}managed", f"{SPACE}owner"
SERVICE, OBJECTIVE, KIND = f"{SPACE}service", f"{SPACE}objective", f"{SPACE}kind"
SEVERITY, CLAUSE = f"{SPACE}severity", f"{SPACE}clause"
STACKS = ("aws:cloudformation:", "aws:serverless:")
LONGEST_TAG = 256
_UNFIT = re.compile(r"[^\w .:/=+@-]+")


def tags_of(kind: str, service: str, severity: Severity, objective: str | None, clause: str) -> dict[str, str]:
    """The tags of an alarm of ours, the empty ones left out."""
    tags = {MANAGED: "true", KIND: kind, SERVICE: service, SEVERITY: severity.value}
    tags |= {OBJECTIVE: objective or "", CLAUSE: clause}
    return {key: fitting for key, value in tags.items() if (fitting := tag_value(value))}


def tag_value(text: str) -> str:
    """A text as a tag may hold it: letters, digits, blanks and ``_.:/=+-@``, at most 256."""
    return " ".join(_UNFIT.sub(" ", text).split())[:LONGEST_TAG].rstrip()


def owner_of(alarm: Standing) -> str | None:
    """The stack that keeps it; None where none does, as far as anybody can tell."""
    tags = alarm.tags or {}
    if tags.get(OWNER):
        return tags[OWNER]
    return "cloudformation" if any(key.startswith(STACKS) for key in tags) else None


def managed(alarm: Standing) -> bool:
    """Whether it bears our tag, under whichever prefix."""
    return alarm.tags is not None and alarm.tags.get(MANAGED) == "true"


def ours(alarm: Standing, prefix: str) -> bool:
    """Whether we may change it: managed, of our prefix, and in no stack's keeping."""
    return managed(alarm) and alarm.name.startswith(f"{prefix} ") and owner_of(alarm) is None


def about(tags: Mapping[str, str]) -> About:
    """What an alarm's tags say that it is for."""
    return About(tags.get(KIND, ""), tags.get(SERVICE, ""), tags.get(OBJECTIVE), tags.get(SEVERITY, ""))
