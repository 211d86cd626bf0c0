"""Packs over metrics that die: who publishes on its own account is missed, who depends on others is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from slactl.model.general import MetricTerm, Ratio, Silence, Statistic, WeightedAverage, terms_of
from slactl.model.objective import Objective
from slactl.model.status import Code, Status
from slactl.sandbox.packs import variables
from tests.packs.february import configured
from tests.workflows.general.stage import HOUR, START, Put, Stage, catalogue, every

DAY_TEN = START + 10 * 24 * HOUR
OWN_ACCOUNT = {"synthetics-success", "route53-availability", "route53-checkers"}
"""Entries over what is published whether anybody asks or not."""
GOOD = {"SuccessPercent": 100.0, "HealthCheckStatus": 1.0, "HealthCheckPercentageHealthy": 100.0}
PACKS = (
    "api-gateway",
    "cloudfront",
    "dynamodb",
    "idempotency",
    "lambda",
    "memorydb",
    "r2",
    "rate-limits",
    "route53",
    "synthetics",
)


def entries() -> dict[str, Objective]:
    return {one.id: one for one in configured({name: variables(name) for name in PACKS}).general}


def test_only_what_publishes_on_its_own_account_is_missed() -> None:
    measured = {name: one.indicator for name, one in entries().items()}
    told = {name for name, one in measured.items() if getattr(one, "silence", None) is Silence.UNKNOWN}
    assert told == OWN_ACCOUNT


@pytest.mark.parametrize("entry", sorted(OWN_ACCOUNT))
def test_a_checker_that_stopped_on_day_ten_is_no_success(entry: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Good until it stopped, while the other one goes on: neither its own row nor the whole is a pass."""
    one = entries()[entry]
    assert isinstance(one.indicator, Ratio | Statistic | WeightedAverage)
    term = terms_of(one.indicator)[0]
    puts = [_put(term, name, dead=number == 0) for number, name in enumerate(dict(term.dimensions)[_by(one)])]
    rows = Stage(monkeypatch).rows(catalogue(replace(one, excludes_maintenance=False)), puts)
    first, *others = dict(term.dimensions)[_by(one)]
    for row in (rows[None], rows[first]):
        assert row.status is Status.INSUFFICIENT_DATA
        assert row.reason is not None
        assert row.reason.code is Code.UNKNOWN_DECIDES
    assert {rows[name].status for name in others} == {Status.OK}


def _by(one: Objective) -> str:
    found = getattr(one.indicator, "breakdown", None)
    assert isinstance(found, str)
    return found


def _put(term: MetricTerm, name: str, *, dead: bool) -> Put:
    ((dimension, _),) = term.dimensions
    samples = every(300, GOOD[term.name], end=DAY_TEN) if dead else every(300, GOOD[term.name])
    return Put(term.namespace, term.name, {dimension: name}, samples, "None", term.region or "")
