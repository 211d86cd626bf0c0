"""What Application Signals cannot express of an objective.

The one rule: it is said, not bent: either no SLO is made, or it is made and the difference stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterator

from slactl.model.catalogue import Catalogue
from slactl.model.objective import Availability, Coverage, Evaluation, Objective, Percentile
from slactl.model.slo import Limit

EVERYWHERE = ""
UTC_NAMES = ("UTC", "Etc/UTC", "GMT", "Etc/GMT")


def hindrance(service: str, objective: Objective) -> Limit | None:
    """Why no SLO can be made at all; None where one can."""
    if isinstance(objective.indicator, Coverage):
        text = "AWS has no SLO on how much was measured"
        return Limit(service, objective.id, "coverage", text, made=False)
    share = objective.goal.allowed_share
    if not isinstance(objective.indicator, Percentile) and not 0 < share < 1:
        text = "its goal allows nothing, or everything: AWS reckons with what is left of a budget"
        return Limit(service, objective.id, "nothing-allowed", text, made=False)
    return None


def differences(service: str, objective: Objective) -> Iterator[Limit]:
    """Where an SLO that is made says something else than the objective."""
    for code, text in _told(objective):
        yield Limit(service, objective.id, code, text)


def general(catalogue: Catalogue) -> Iterator[Limit]:
    """What holds for every SLO of a catalogue."""
    zone = catalogue.report.timezone
    if zone not in UTC_NAMES:
        text = f"AWS's months begin at midnight of UTC: it knows no time zone, the agreement's is {zone}"
        yield Limit(EVERYWHERE, EVERYWHERE, "time-zone", text)
    text = "AWS reckons from an SLO's creation on: it fills in nothing of the time before"
    yield Limit(EVERYWHERE, EVERYWHERE, "history", text)


def _told(objective: Objective) -> Iterator[tuple[str, str]]:
    indicator = objective.indicator
    if isinstance(indicator, Availability) and indicator.evaluation is not Evaluation.REQUESTS:
        what = "requests without a fault over requests; silence counts neither way"
        yield "slices", f"the agreement judges availability by {indicator.evaluation.value}, the SLO by {what}"
    if isinstance(indicator, Percentile):
        share = f"{float(indicator.rank * 100):g} %"
        text = f"AWS knows no percentile of a month; the SLO wants {share} of the requests within the same limit"
        yield "percentile", text
    elif objective.goal.comparison.strict:
        yield "strict", f"the goal is {objective.goal.text}; AWS takes a figure just on the limit for met"
    if objective.excludes_maintenance:
        text = "AWS takes out only windows that it was told of before they began, ten of an SLO at most"
        yield "exclusions", text
    if objective.over_year:
        yield "annual", "the agreement judges the year; the SLO judges each month by the same goal"
    if objective.per_operation:
        text = "one SLO for all endpoints together: AWS takes 100 of a service; endpoints are judged by the report"
        yield "per-operation", text
    if objective.confidence is not None:
        yield "confidence", "AWS does not weigh chance"
