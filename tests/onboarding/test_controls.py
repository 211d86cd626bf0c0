"""Whether doctor says what of the configuration cannot be looked at."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from slactl.model.general import Control
from slactl.model.status import Code, Reason
from slactl.ports.general import Look
from slactl.workflows.onboarding.checks import Health
from slactl.workflows.onboarding.controls import control_checks
from tests.workflows.general.test_controls import DENIED, FAILED, GONE, MODE, objective
from tests.workflows.general.test_sampling import NOW, Reader, catalogue


class Some:
    """Answers the first look of each control, and says of the others why not."""

    def __init__(self, failure: Reason) -> None:
        self.failure = failure

    def looks(self, controls: Sequence[Control]) -> list[tuple[Look, ...]]:
        return [(Look(1), *(Look(failure=self.failure) for _ in one.each[1:])) for one in controls]


def test_all_is_well_where_every_look_is_answered_as_expected_or_not() -> None:
    [check] = control_checks(catalogue(objective(MODE)), Reader(Look("PROVISIONED")), NOW)
    assert (check.code, check.health) == ("controls", Health.OK)
    assert check.found == "2 looks at the configuration, all answered"


@pytest.mark.parametrize(
    ("failure", "health", "told"),
    [
        (DENIED, Health.PROBLEM, "dynamodb:DescribeTable is not allowed"),
        (GONE, Health.WARNING, "no table"),
        (FAILED, Health.UNKNOWN, "Throttling"),
        (Reason.of(Code.READ_FAILED), Health.UNKNOWN, "read-failed"),
    ],
)
def test_what_cannot_be_looked_at_is_told_once_with_its_reason(failure: Reason, health: Health, told: str) -> None:
    [check] = control_checks(catalogue(objective(MODE), objective(MODE)), Some(failure), NOW)
    assert (check.subject, check.health, check.found) == ("on-demand", health, told)


def test_without_controls_nothing_is_said() -> None:
    assert list(control_checks(catalogue(), Reader(), NOW)) == []
