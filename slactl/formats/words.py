"""The fixed words of a report: statuses with their signs, indicators, proofs, policies.

The one rule: a status is always a word with a sign of its own shape, never a colour alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.language import Language, mark
from slactl.model.report import Result, RowSpan
from slactl.model.status import Status

if TYPE_CHECKING:
    from slactl.model.catalogue import Catalogue
    from slactl.model.goal import Goal
    from slactl.model.objective import Objective

GLYPHS = {
    Status.OK: "\N{CHECK MARK}",
    Status.WARNING: "!",
    Status.BREACHED: "\N{BALLOT X}",
    Status.INSUFFICIENT_DATA: "?",
    Status.NOT_RATED: "\N{EN DASH}",
}
KINDS = {
    Status.OK: "ok",
    Status.WARNING: "warn",
    Status.BREACHED: "miss",
    Status.INSUFFICIENT_DATA: "unsure",
    Status.NOT_RATED: "none",
}
STATUS_WORDS = {
    Status.OK: mark("Met"),
    Status.WARNING: mark("Met, little margin"),
    Status.BREACHED: mark("Not met"),
    Status.INSUFFICIENT_DATA: mark("Not determinable"),
    Status.NOT_RATED: mark("Not rated"),
}
AT_RISK = mark("At risk")
ATTENTION = mark("Attention")
INDICATORS = {
    "availability": mark("availability"),
    "latency": mark("share of fast requests"),
    "percentile": mark("latency percentile"),
    "error-rate": mark("error rate"),
    "coverage": mark("coverage of the measurements"),
    "ratio": mark("share of a metric"),
    "statistic": mark("statistic of a metric"),
    "weighted-average": mark("weighted average of a metric"),
    "control": mark("check of configuration"),
    "alarm-record": mark("watching"),
}
EVALUATIONS = {
    "time-slices": mark("by time slices"),
    "requests": mark("by requests"),
    "interval-average": mark("average of the intervals (AWS's definition)"),
}
PROOFS = {
    "declared": mark("declared"),
    "documented": mark("documented"),
    "recorded": mark("recorded"),
}
SILENCE = {
    "expected": mark("as in the weeks before: up where silence is usual, otherwise unknown"),
    "up": mark("counted as up"),
    "down": mark("counted as down"),
    "exclude": mark("left out of the counted time"),
}
SPANS = {RowSpan.MONTH: mark("month"), RowSpan.YEAR_TO_DATE: mark("year to date")}


def status_word(status: Status, language: Language, *, running: bool, missed: bool = False) -> str:
    """The word for a status.

    A warning in a running period is a risk, not a small margin; and where the figure itself misses
    its goal (a month below the annual goal, chance not excluded) it is never called met.
    """
    if status is not Status.WARNING:
        return language.gettext(STATUS_WORDS[status])
    return language.gettext(AT_RISK if running else ATTENTION if missed else STATUS_WORDS[status])


def objective_title(objective: Objective | None, fallback: str, language: Language) -> str:
    """The objective's title in the language, in any other, or its id."""
    titles = objective.title if objective else {}
    return titles.get(language.code) or next(iter(titles.values()), fallback)


def goal_of(catalogue: Catalogue, row: Result) -> Goal | None:
    """The goal of the entry that a row was judged by; an objective may have had several (rule 25)."""
    entries = [one for one in catalogue.objectives if one.id == row.objective]
    fitting = (one for one in entries if one.goal.text == row.goal)
    found = next(fitting, entries[0] if entries else None)
    return found.goal if found else None
