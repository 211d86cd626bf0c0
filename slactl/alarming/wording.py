"""What an alarm says of itself: the clause, why it rings, what that means for the budget, whom to ask.

The one rule: owner and runbook are never cut off; what is too long loses its quotation first, then the end of the rest.
"""

from __future__ import annotations

from fractions import Fraction

from slactl.alarming.naming import readable
from slactl.alarming.sentences import ITALIAN
from slactl.model.enforcement import ServiceAlarms
from slactl.model.objective import Objective, Reference

LONGEST = 1024
MONTH = 30 * 86400
"""Factors and shares are those of a month of 30 days, the same all year."""

_UNITS = ((86400, "d"), (3600, "h"), (60, "m"), (1, "s"))


def say(language: str, sentence: str, **figures: Fraction | int | str) -> str:
    """A sentence with its figures in a language (``it``, ``en``); fractions are shares.

    Raises:
        KeyError: if the sentence has no Italian, or a figure is missing.
    """
    form = ITALIAN[sentence] if language == "it" else sentence
    told = {name: _figure(value, language) for name, value in figures.items()}
    return form.format_map(told)


def _figure(value: Fraction | int | str, language: str) -> str:
    if isinstance(value, Fraction):
        share = per_cent(value)
        return share.replace(".", ",") if language == "it" else share
    return str(value)


def description(promise: str, says: str, means: str, whom: ServiceAlarms, language: str = "en") -> str:
    """The description, at most 1,024 characters.

    Args:
        promise: the clause (``clause``), empty where no objective is watched.
        says: when it rings, a sentence.
        means: what that means for the budget, a sentence; may be empty.
        whom: owner and runbook.
        language: of the words before them.
    """
    asked = (("Owner: {whom}.", whom.owner), ("Runbook: {whom}.", whom.runbook))
    tail = "".join(f" {say(language, label, whom=readable(text))}" for label, text in asked if text)
    head = " ".join(part for part in (readable(promise), readable(says), readable(means)) if part)
    room = LONGEST - len(tail)
    return (head if len(head) <= room else f"{head[: room - 1].rstrip()}…") + tail


def clause(objective: Objective, language: str, longest: int = 400) -> str:
    """The promise in a sentence; its quotation is left out where it makes more than ``longest`` characters."""
    title = objective.title.get(language) or next(iter(objective.title.values()), objective.id)
    where = place(objective.reference)
    quote = objective.reference.quote if objective.reference else None
    promise = f"{title} {objective.goal.text}"
    for told in (f"{where}: “{quote}”" if quote else where, where):
        sentence = f"{promise} ({told})." if told else f"{promise}."
        if len(sentence) <= longest:
            return sentence
    return f"{promise}."[:longest]


def place(reference: Reference | None) -> str:
    """Where a promise is written."""
    return ", ".join(part for part in (reference.document, reference.section) if part) if reference else ""


def per_cent(share: Fraction) -> str:
    """A share with at most three places after the point: ``1.44 %``."""
    return f"{float(round(share * 100, 3)):.3f}".rstrip("0").rstrip(".") + " %"


def length(seconds: int) -> str:
    """A stretch of time as people write it: ``1h``, ``90m``."""
    size, unit = next((size, unit) for size, unit in _UNITS if seconds % size == 0)
    return f"{seconds // size}{unit}"
