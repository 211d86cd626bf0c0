"""Every row of the report can be explained, and the explanation comes to what the report says."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from slactl.model.objective import Availability
from slactl.model.span import Span
from slactl.model.steps import Fate
from tests.e2e.harness import through_a_gateway
from tests.explaining.adding_up import check, check_said
from tests.explaining.months import desk, of_month
from tests.explaining.recount import recounted
from tests.oracle.examples import GET, UPTIME, all_examples, case_of
from tests.oracle.facts import Case
from tests.oracle.months import WHOLE_HOURS, months, running_months
from tests.oracle.times import instant
from tests.oracle.traces import burst

EXAMPLES = all_examples()
OLD = st.one_of(months(days_later=(16, 456)), months(days_later=(64,), zones=WHOLE_HOURS))
ANCHORINGS, VALUES = st.sampled_from(["start", "epoch"]), st.sampled_from(["exact", "histogram"])
FEW = settings(
    max_examples=2,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
)
MANY = settings(FEW, max_examples=150, derandomize=False, print_blob=True)


def _holds(case: Case, *, recount: bool = False, **options: str) -> int:
    """Explains every row; how many slices and summands were counted a second time."""
    compared = 0
    case = through_a_gateway(case)
    with desk(case, **options) as made:
        told: set[tuple[str, str, bool]] = set()
        for row, found in made.explained():
            check(row, found)
            kind = (row.indicator, row.status.value, row.operation is None)
            if kind not in told:
                check_said(found)
                told.add(kind)
            compared += recounted(case, made, row) if recount and of_month(row) else 0
    return compared


@pytest.mark.parametrize("name", ["edge-unrouted", "on-the-boundary", "running", "thin-night", "worked-example"])
def test_every_row_of_an_example(name: str) -> None:
    assert _holds(EXAMPLES[name], recount=True) > 2


@FEW
@given(case=months(edges=True))
def test_every_row_of_a_month(case: Case) -> None:
    _holds(case, recount=True)


@FEW
@given(case=OLD, anchoring=ANCHORINGS, values=VALUES)
def test_every_row_of_an_old_month(case: Case, anchoring: str, values: str) -> None:
    _holds(case, anchoring=anchoring, values=values)


@pytest.mark.soak
@MANY
@given(case=st.one_of(months(edges=True), running_months()), anchoring=ANCHORINGS)
def test_every_slice_and_summand_of_many_months(case: Case, anchoring: str) -> None:
    _holds(case, recount=True, anchoring=anchoring)


@pytest.mark.soak
@MANY
@given(case=st.one_of(OLD, running_months()), anchoring=ANCHORINGS, values=VALUES)
def test_every_row_of_many_months(case: Case, anchoring: str, values: str) -> None:
    _holds(case, anchoring=anchoring, values=values)


def test_a_thin_slice_names_the_slices_that_it_was_judged_with() -> None:
    at = instant("2026-10-07T14:05", "Europe/Rome")
    requests = burst(GET, at * 1000, 8) + burst(GET, (at + 600) * 1000, 5, faults=3)
    with desk(case_of(requests, ({**UPTIME, "no_traffic": "up"},))) as made:
        (row,) = made.report().results
        found = made.explain(row, Span(at + 600, at + 900))
    assert isinstance(found.objective.indicator, Availability)
    assert found.account is not None
    (step,) = found.account.singles
    assert (step.fate, step.requests, step.faults) == (Fate.DOWN, 8, 3)
    assert step.joined is not None
    assert step.joined.earlier == (Span(at, at + 300),)
    assert (step.joined.requests, step.joined.faults, step.joined.unread) == (16, 3, False)
    assert [(one.value, many) for one, many in step.because] == [("joined-missed", 1)]
    assert {read.query.span for read in found.reads} == {Span(at, at + 900)}
