"""Generated presents: every row of ``slactl check`` equals what the oracle counts, request by request."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from slactl.sandbox.server import Server
from slactl.sandbox.world import World
from tests.e2e.checking import Office
from tests.e2e.harness import log_of, through_a_gateway
from tests.oracle.burning import WINDOWS
from tests.oracle.facts import Case
from tests.oracle.presents import presents

SHORT = tuple(WINDOWS)
TO_DATE = ("month-to-date", "year-to-date")
ANCHORINGS = st.sampled_from(["start", "epoch"])
QUICK = settings(
    max_examples=6,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
)
THOROUGH = settings(
    max_examples=400,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
    print_blob=True,
)


@pytest.fixture(scope="module")
def office() -> Iterator[Office]:
    with Server(World(log_of([])), keep_params=False) as server:
        yield Office(server)


@QUICK
@given(case=presents(), anchoring=ANCHORINGS)
def test_short_windows_burn_by_their_requests(office: Office, case: Case, anchoring: str) -> None:
    assert office.differences(through_a_gateway(case), SHORT, anchoring=anchoring) == []


@QUICK
@given(case=presents(), anchoring=ANCHORINGS)
def test_running_months_and_years_with_their_outlooks(office: Office, case: Case, anchoring: str) -> None:
    assert office.differences(through_a_gateway(case), TO_DATE, anchoring=anchoring) == []


@pytest.mark.soak
@THOROUGH
@given(case=presents(), anchoring=ANCHORINGS)
def test_many_presents(office: Office, case: Case, anchoring: str) -> None:
    assert office.differences(through_a_gateway(case), (*SHORT, *TO_DATE), anchoring=anchoring) == []
