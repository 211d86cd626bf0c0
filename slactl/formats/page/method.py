"""Chapter Method and definitions: how each figure came about, and who chose the definitions.

The one rule: what the agreement chose is told as its choice, with its value; what AWS approximates is told as AWS's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.figures import goal_text
from slactl.formats.language import mark
from slactl.formats.numbers import exact, ratio_goal
from slactl.formats.page.methods import choices, definitions
from slactl.formats.page.parts import Block, Cell, Chapter, Fact, Table, figure, heads
from slactl.formats.sanitize import plain
from slactl.formats.units import unit_of
from slactl.formats.words import EVALUATIONS, INDICATORS, SILENCE, objective_title
from slactl.model.objective import Availability, ErrorRate, LatencyShare, Percentile

if TYPE_CHECKING:
    from slactl.formats.page.scene import Scene
    from slactl.model.objective import Objective

DEFINITIONS = (
    (
        mark("Reporting period"),
        mark(
            "One calendar month in the agreement's time zone, half-open: from the first instant of "
            "the first day up to, but not including, the first instant of the next month. All "
            "arithmetic of time is in UTC, so a day on which the clocks change has 23 or 25 hours."
        ),
    ),
    (
        mark("Status"),
        mark(
            "Met: bad does not exceed what is allowed. Little margin: met, but little of the error "
            "budget is left or a remark applies. Not met: exceeded. Not determinable: what is "
            "unknown could change the answer. Not rated: nothing to judge. Of a set, the first "
            "present of not met, not determinable, little margin, met counts."
        ),
    ),
    (
        mark("Availability by time slices"),
        mark(
            "The counted time is cut into slices from the start of the period. A slice is down when "
            "its share of requests without a server error misses the slice goal. A slice with too "
            "few requests to tell is judged together with the slices before it, up to an hour back, "
            "and is down only if it had a server error itself. Availability is the counted time less "
            "the time down, over the counted time. The month is also printed under slice goals of 99% "
            "and 90%, so that the weight of this choice can be seen."
        ),
    ),
    (
        mark("Silence"),
        mark(
            "Time without a request is neither success nor failure by itself. What it counts as is "
            "the agreement's choice; it is always listed, and the figure is also given as if all "
            "silence had been downtime."
        ),
    ),
    (
        mark("Maintenance"),
        mark(
            "A window is excluded only as far as it was announced in time, worked where that is "
            "told, and within the agreed limits; the union of the windows is shrunk inward to the "
            "measuring grid, so that coarse data never favour the provider. The proof of an "
            "announcement is recorded (these times stand in evidence kept from before the start), "
            "documented (the announcement is kept as a file with its digest) or declared (only "
            "stated)."
        ),
    ),
    (
        mark("Share of fast requests"),
        mark(
            "Requests under the threshold over all requests. Counts under a threshold (TC) are AWS's "
            "approximation from a histogram, not exact counts. The share without failed requests is "
            "printed beside it."
        ),
    ),
    (
        mark("Percentiles"),
        mark(
            "Computed by nearest rank from counts that add up, never by averaging percentiles. The "
            "figure is the upper end of a bracket that is printed with it. The outcome does not "
            "depend on the bracket: the requests under the target's own limit are counted."
        ),
    ),
    (
        mark("Error rate"),
        mark(
            "Server errors (5xx) over all requests, or server and client errors (4xx) where the "
            "agreement says so; both rates are always printed. An endpoint judged with a confidence "
            "is not met only when chance does not explain its errors."
        ),
    ),
    (
        mark("Annual target"),
        mark(
            "Where a target is annual and measured monthly, the month is informative and the year to "
            "date decides: it is not met once the downtime exceeds what the whole agreement year "
            "allows."
        ),
    ),
    (
        mark("The unknown"),
        mark(
            "What could not be read is judged twice, once as if all of it were bad and once as if "
            "all were good. If both agree, that is the outcome, with the worse figure; if not, the "
            "outcome is not determinable."
        ),
    ),
    (
        mark("Rounding"),
        mark(
            "Outcomes are judged on exact values; nothing is rounded before a comparison. A printed "
            "figure never looks better than the truth: attainment is rounded down, downtime, "
            "latencies and error rates up, with as many places as show on which side of its target "
            "it lies."
        ),
    ),
    (
        mark("Sums"),
        mark(
            "Counts add up; percentages and percentiles never do. Every ratio is computed from "
            "summed counts. A service is the sum of its operations."
        ),
    ),
)


def chapter(scene: Scene) -> Chapter:
    """Who chose, what was chosen, what the words mean."""
    lead = scene.say(
        "The definitions are choices of the agreement, as written in its configuration; the tool adds none of its own."
    )
    chosen = _chosen(scene)
    facts = tuple(Fact(scene.say(term), (scene.say(text),)) for term, text in (*DEFINITIONS, *definitions(scene)))
    return Chapter(
        "method",
        scene.say("Method and definitions"),
        lead,
        (
            Block(scene.say("What the agreement chose"), tables=(chosen,)),
            Block(scene.say("Definitions"), facts=facts, kind="prose"),
        ),
    )


def _chosen(scene: Scene) -> Table:
    titles = heads(
        scene.say("Objective"), scene.say("Indicator"), scene.say("Target"), scene.say("Weight"), scene.say("Choices"),
        numbers="--n--",
    )  # fmt: skip
    rows = tuple(_objective(scene, one) for one in scene.report.catalogue.objectives)
    return Table("chosen", scene.say("Objectives and the choices behind them"), titles, rows)


def _objective(scene: Scene, one: Objective) -> tuple[Cell, ...]:
    weight = scene.say("informative") if one.advisory else scene.say("binding")
    return (
        Cell(plain(objective_title(one, one.id, scene.language)), below=(plain(one.id),)),
        Cell(scene.say(INDICATORS.get(one.indicator.kind, one.indicator.kind))),
        figure(goal_text(one.goal, one.indicator.kind, scene.language, unit_of(one))),
        Cell(weight),
        Cell("", "why", tuple(_choices(scene, one))),
    )


def _choices(scene: Scene, one: Objective) -> list[str]:
    told = _of_indicator(scene, one)
    if one.operation_class:
        told.append(scene.say("class {name}").format(name=plain(one.operation_class)))
    if one.over_year:
        told.append(scene.say("judged over the agreement year, measured monthly"))
    if one.per_operation and not one.general:
        told.append(scene.say("judged for every endpoint"))
    if one.confidence:
        told.append(scene.say("confidence {share}").format(share=f"{exact(one.confidence * 100, scene.language)}%"))
    told.append(
        scene.say("excludes planned maintenance") if one.excludes_maintenance else scene.say("excludes nothing")
    )
    return told


def _of_indicator(scene: Scene, one: Objective) -> list[str]:
    indicator = one.indicator
    if isinstance(indicator, Availability):
        return _of_availability(scene, indicator)
    if isinstance(indicator, LatencyShare):
        sign = "≤" if indicator.threshold.inclusive else "<"
        limit = f"{sign} {exact(indicator.threshold.limit, scene.language)} ms"
        return [scene.say("fast means {limit}").format(limit=limit)]
    if isinstance(indicator, Percentile):
        return [scene.say("percentile {name}").format(name=indicator.name)]
    if isinstance(indicator, ErrorRate):
        both = indicator.counts.value == "faults+errors"
        return [scene.say("counts 5xx and 4xx") if both else scene.say("counts 5xx")]
    return choices(scene, one)


def _of_availability(scene: Scene, indicator: Availability) -> list[str]:
    return [
        scene.say(EVALUATIONS[indicator.evaluation.value]),
        scene.say("slice {length}").format(length=scene.length(indicator.slice_seconds)),
        scene.say("slice goal {goal}").format(goal=ratio_goal(indicator.slice_goal, scene.language)),
        scene.say("silence: {policy}").format(policy=scene.say(SILENCE[indicator.no_traffic.value])),
    ]
