"""An entry is broken, as ``check --publish`` tells it: also what no alarm can look at by itself.

The one rule: what is unknown rings as what is broken; a check that no longer runs is another alarm's to tell. What
rings until the month ends tells by itself: a composite that rings already tells nothing more.
"""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from slactl.alarming.kind import Cause, Found, Kind, Needs, OptionType, Scene, Unfit, Watch
from slactl.alarming.kinds.budget_left import WINDOW
from slactl.alarming.shares import FILLED, filled
from slactl.alarming.wording import length
from slactl.model.alarm import MetricTerm
from slactl.model.general import AlarmRecord
from slactl.model.metric import Metric

BROKEN = 2
"""The status of a promise that is broken; of one that nobody can judge it is greater."""


def _causes(scene: Scene) -> Iterator[Found]:
    if scene.service is None:
        return
    window = scene.whole("within")
    for objective in scene.objectives:
        if isinstance(objective.indicator, AlarmRecord):
            yield Unfit(objective, "report-only", "only a report judges it, a check reads too little")
            continue
        names = (("Window", WINDOW), ("Service", scene.service.key), ("Objective", objective.id))
        metric = Metric(scene.namespace, "Status", (*scene.published, *names))
        watch = Watch(
            what="broken",
            says=scene.say(
                "Rings when slactl check --publish told in {window} that it is broken, or that nobody can judge it.",
                window=length(window),
            ),
            terms=filled(MetricTerm("status", metric, "Maximum", window)),
            returned=FILLED,
            threshold=Fraction(BROKEN),
        )
        yield Cause((watch,), objective, scene.say("slactl explain tells why; the month's report will tell it too."))


ENTRY_BROKEN = Kind(
    "entry-broken",
    "an entry over any metric, or a control, is broken or unknown",
    _causes,
    {"within": Needs(OptionType.PERIOD, "how often slactl check --publish runs at least")},
    alone=True,
    general=True,
)
