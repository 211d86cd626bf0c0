"""Every row of the report can be explained, and the explanation comes to what the report says."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tests.e2e.harness import through_a_gateway
from tests.explaining.adding_up import check
from tests.explaining.months import desk
from tests.oracle.examples import all_examples
from tests.oracle.facts import Case
from tests.oracle.months import WHOLE_HOURS, months, running_months

EXAMPLES = all_examples()
ANY = st.one_of(
    months(edges=True), running_months(), months(days_later=(16, 456)), months(days_later=(64,), zones=WHOLE_HOURS)
)
FEW = settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
)
MANY = settings(FEW, max_examples=150, derandomize=False, print_blob=True)


def _holds(case: Case, **options: str) -> None:
    with desk(through_a_gateway(case), **options) as made:
        for row, found in made.explained():
            check(row, found)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_every_row_of_an_example(name: str) -> None:
    _holds(EXAMPLES[name])


@FEW
@given(case=ANY, anchoring=st.sampled_from(["start", "epoch"]), values=st.sampled_from(["exact", "histogram"]))
def test_every_row_of_a_month(case: Case, anchoring: str, values: str) -> None:
    _holds(case, anchoring=anchoring, values=values)


@pytest.mark.soak
@MANY
@given(case=ANY, anchoring=st.sampled_from(["start", "epoch"]), values=st.sampled_from(["exact", "histogram"]))
def test_every_row_of_many_months(case: Case, anchoring: str, values: str) -> None:
    _holds(case, anchoring=anchoring, values=values)
