"""What is told of days that were not kept in time, and that only Cloudflare had."""

from __future__ import annotations

from slactl.model.component import Component
from slactl.model.evidence import CountsFacts, Fact, Kind, NewItem, Place
from slactl.model.general import Ratio
from slactl.model.span import Span
from slactl.workflows.collecting.collect import prepared
from slactl.workflows.collecting.metricneeds import bearers_of
from slactl.workflows.collecting.metrics import NAME, planned
from slactl.workflows.collecting.outcome import Lost, Why
from slactl.workflows.collecting.plan import Plan, day_name
from slactl.workflows.collecting.wishes import Options
from tests.workflows.collecting import runs
from tests.workflows.collecting.runs import DAY, NOW, TODAY
from tests.workflows.general.stage import PERCENT, goal, objective, term

REFUSED = term("Requests", namespace="Cloudflare/R2", AccountId="a", BucketName="b", ActionStatus="internalError")
ALL = term("Requests", namespace="Cloudflare/R2", AccountId="a", BucketName="b")
ERRORS = objective(Ratio((REFUSED,), (ALL,), counts_good=False), goal("< 1", PERCENT), "errors", "r2")


def plan_of(*ago: int) -> Plan:
    """The plan of what of the days so many days ago is kept, each read and settled."""
    made = runs.Place([], catalogue=runs.catalogue(objectives=(ERRORS,), components=(Component("r2", {"en": "R2"}),)))
    (bearer,) = bearers_of(made.catalogue)
    for days in ago:
        day = Span(TODAY - days * DAY, TODAY - (days - 1) * DAY)
        told: dict[str, Fact] = {"limits": bearer.digests(), "subject": "r2", "sources": ("metrics",), "streams": 2}
        facts = CountsFacts(day, 300, day.end + 4 * DAY, final=True).facts | told
        place = Place(Kind.METRICS, made.made.account, made.made.region, "r2", day_name(day), NAME)
        made.store.commit("run", NOW, [NewItem(place, b"-", facts)])
    return planned(prepared(made.machine(), Options()), bearer)


def test_nothing_is_lost_of_what_was_never_begun() -> None:
    found = plan_of()
    assert found.lost == ()
    assert min(task.span.start for task in found.tasks) == TODAY - 30 * DAY


def test_days_between_kept_ones_that_nobody_has_any_more_are_told() -> None:
    found = plan_of(40, 39, 36, 3)
    assert found.lost == (
        Lost("r2", Span(TODAY - 38 * DAY, TODAY - 36 * DAY), Why.EXPIRED),
        Lost("r2", Span(TODAY - 35 * DAY, TODAY - 30 * DAY), Why.EXPIRED),
    )
    assert min(task.span.start for task in found.tasks) == TODAY - 30 * DAY, "what is left is still read"


def test_nothing_is_lost_where_a_token_was_renewed_in_time() -> None:
    assert plan_of(29, 3).lost == ()
