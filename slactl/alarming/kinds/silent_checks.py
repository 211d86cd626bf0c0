"""slactl itself has fallen silent: no check was published.

The one rule: it is looked at once for all services, and it alone carries its actions by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from slactl.alarming.kind import Cause, Found, Kind, Needs, OptionType, Scene, Watch
from slactl.alarming.kinds.budget_left import WINDOW
from slactl.alarming.shares import FILLED, filled
from slactl.alarming.wording import length
from slactl.model.alarm import Crossing, MetricTerm, Missing
from slactl.model.metric import Metric


def _causes(scene: Scene) -> Iterator[Found]:
    window = scene.whole("within")
    metric = Metric(scene.namespace, "LastRun", (*scene.published, ("Window", WINDOW)))
    watch = Watch(
        what="silent",
        says=scene.say("Rings when slactl check --publish did not run for {window}.", window=length(window)),
        terms=filled(MetricTerm("runs", metric, "SampleCount", window)),
        returned=FILLED,
        threshold=Fraction(1),
        crossing=Crossing.BELOW,
        missing=Missing.BREACHING,
    )
    yield Cause((watch,), None, scene.say("Until it runs again, nobody watches the budgets."))


SILENT_CHECKS = Kind(
    "silent-checks",
    "slactl check --publish no longer runs",
    _causes,
    {"within": Needs(OptionType.PERIOD, "the longest time without a check")},
    once=True,
    alone=True,
)
