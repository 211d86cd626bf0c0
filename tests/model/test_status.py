"""Roll-ups and reasons."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from slactl.model.status import Code, Reason, Status, worst

ORDER = [Status.BREACHED, Status.INSUFFICIENT_DATA, Status.WARNING, Status.OK, Status.NOT_RATED]


@given(st.lists(st.sampled_from(Status)))
def test_a_set_has_the_first_that_is_present(statuses: list[Status]) -> None:
    assert worst(statuses) == (min(statuses, key=ORDER.index) if statuses else Status.NOT_RATED)


def test_what_is_not_rated_has_no_effect() -> None:
    assert worst([Status.NOT_RATED, Status.OK]) is Status.OK
    assert worst([Status.NOT_RATED]) is Status.NOT_RATED


def test_reasons_are_equal_by_code_and_figures() -> None:
    assert Reason.of(Code.FEW_REQUESTS, requests=3, needed=9) == Reason.of(Code.FEW_REQUESTS, needed=9, requests=3)
    assert Reason.of(Code.FEW_REQUESTS).figures == ()


def test_codes_are_words_with_hyphens() -> None:
    assert all(code.value == code.name.lower().replace("_", "-") for code in Code)
