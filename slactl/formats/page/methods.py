"""What a general objective chose, and the definitions that hold for the platform and for the document's clauses.

The one rule: they are told only where there is something that they define.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.clauses import outside
from slactl.formats.dimensions import dimension_word
from slactl.formats.language import mark
from slactl.formats.page.controls import expectation_text
from slactl.model.general import AlarmRecord, Control, Expects, MetricTerm, Ratio, Recorded, Statistic, WeightedAverage

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from slactl.formats.page.scene import Scene
    from slactl.model.objective import Indicator, Objective

PLATFORM = (
    (
        mark("Share of a metric"),
        mark(
            "Good or bad of a total, each a sum of counts of CloudWatch or Cloudflare metrics. Whether a point that is "
            "missing means unknown or none is written in the objective; nothing is taken for zero unasked."
        ),
    ),
    (
        mark("Statistic of a metric"),
        mark(
            "A percentile from counts that add up, a maximum, a minimum or a sum of one metric over the period, its "
            "unit converted exactly. Maxima and minima have no error budget."
        ),
    ),
    (
        mark("Weighted average of a metric"),
        mark(
            "A rate that is published as a percentage, weighted interval by interval by a count: never the average "
            "of percentages."
        ),
    ),
    (
        mark("Check of configuration"),
        mark(
            "A look at the configuration by a read-only call, once a day, of which only the value in question is kept. "
            "A sample proves its own day: a day without one, or with a refused look, is unknown."
        ),
    ),
)
CLAUSES = (
    (
        mark("Measured and checked"),
        mark(
            "Measured: figures of this report answer the clause. Checked: looks at the configuration do. Its outcome "
            "is the worst of its binding objectives; informative ones are told beside it."
        ),
    ),
    (
        mark("Attested and inherited"),
        mark(
            "Attested: a person vouches for it, by name, up to a day; after that day it is not determinable. "
            "Inherited: a supplier promises it in a document, of which version and age are told. Neither is a "
            "measurement, and neither is counted as one."
        ),
    ),
    (
        mark("Not verifiable and unanswered"),
        mark(
            "Not verifiable: nothing could show whether the sentence holds as it is written, for the reason given. "
            "Unanswered: something could, and nobody has answered yet."
        ),
    ),
)

ASKED = {
    Recorded.WATCHED: mark("hours watched"),
    Recorded.NOTIFIED: mark("crossings notified"),
    Recorded.PERCENTILES_READABLE: mark("percentiles readable"),
    Recorded.ATTRIBUTED: mark("traffic attributed"),
}


def definitions(scene: Scene) -> tuple[tuple[str, str], ...]:
    """The terms that this report needs beside the general ones."""
    platform = PLATFORM if scene.report.catalogue.general else ()
    return (*platform, *(CLAUSES if scene.report.answers else ()))


def choices(scene: Scene, objective: Objective) -> list[str]:
    """What the objective chose, of its own kind."""
    told = list(_of_indicator(scene, objective.indicator))
    breakdown = getattr(objective.indicator, "breakdown", None)
    part = outside(dimension_word(breakdown, scene.language)) if breakdown else scene.say("part")
    if objective.per_operation:
        told.append(scene.say("judged for every {part}").format(part=part))
    elif breakdown:
        told.append(scene.say("broken down by {part}").format(part=part))
    return told


def _of_indicator(scene: Scene, indicator: Indicator) -> Iterator[str]:
    if isinstance(indicator, Ratio):
        text = scene.say("good: {terms}") if indicator.counts_good else scene.say("bad: {terms}")
        if indicator.largest:
            text = scene.say("the largest share: {terms}")
        yield text.format(terms=_terms(indicator.part))
        yield scene.say("total: {terms}").format(terms=_terms(indicator.total))
    elif isinstance(indicator, Statistic):
        yield _terms((indicator.term,))
    elif isinstance(indicator, WeightedAverage):
        text = scene.say("{value} weighted by {weight}")
        yield text.format(value=_terms((indicator.value,)), weight=_terms((indicator.weight,)))
    elif isinstance(indicator, Control):
        yield outside(indicator.call)
        apart = ": " if indicator.expects.how is Expects.ABSENT else " "
        yield f"{outside(indicator.select)}{apart}{expectation_text(scene, indicator)}"
    elif isinstance(indicator, AlarmRecord):
        yield scene.say(ASKED[indicator.asks])


def _terms(terms: Iterable[MetricTerm]) -> str:
    """``AWS/DynamoDB ReadThrottleEvents (Sum) {TableName=missions} us-east-1``, added up."""
    return " + ".join(outside(_term(one)) for one in terms)


def _term(term: MetricTerm) -> str:
    """A term with its dimensions, and with region and account where it names its own."""
    held = ", ".join(f"{name}={'|'.join(values)}" for name, values in term.dimensions)
    places = (f"{{{held}}}" if held else "", term.region or "", f"({term.account_id})" if term.account_id else "")
    return " ".join((term.namespace, term.name, f"({term.stat})", *filter(None, places)))
