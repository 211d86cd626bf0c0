"""Whether doctor says that Cloudflare would not be read: no token, one that is refused, and one that is accepted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from slactl.model.status import Code, Reason
from slactl.sandbox.cloudflare import TOKEN
from slactl.sandbox.packs import variables
from slactl.sandbox.packs.base import Plan
from slactl.sandbox.packs.r2 import cloudflare
from slactl.sources.cloudflare.directory import CloudflareDirectory
from slactl.sources.cloudflare.reader import CloudflareReader
from slactl.workflows.onboarding.checks import Health
from slactl.workflows.onboarding.controls import control_checks
from slactl.workflows.onboarding.elsewhere import Elsewhere, elsewhere_checks, terms_elsewhere
from tests.onboarding.test_controls import Some
from tests.packs.february import configured
from tests.sources.cloudflare.server import serving
from tests.workflows.general.test_controls import MODE, objective
from tests.workflows.general.test_sampling import catalogue

NOW = int(datetime(2026, 11, 1, 6, tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("token", "health", "told"),
    [
        (TOKEN, Health.OK, "an hour of counts can be read"),
        ("", Health.PROBLEM, "CLOUDFLARE_API_TOKEN is not set"),
        ("expired-or-wrong", Health.PROBLEM, "Cloudflare answered"),
    ],
)
def test_the_token_is_tried_and_never_told(token: str, health: Health, told: str) -> None:
    terms = terms_elsewhere(configured({"r2": variables("r2")}))
    assert {one.namespace for one in terms} == {"Cloudflare/R2", "Cloudflare/Zone"}
    with serving() as serve:
        served = serve(cloudflare(Plan(seed=3)), NOW)
        asked = Elsewhere(CloudflareDirectory(), CloudflareReader(served.client(token), NOW))
        checks = list(elsewhere_checks(terms, asked, NOW))
    assert [(one.code, one.health) for one in checks] == [("cloudflare", health)] * len(terms)
    assert all(one.found.startswith(told) for one in checks)
    assert not token or token not in str(checks)
    assert len(served.asked) <= 2 * len(terms)


def test_nobody_is_asked_where_no_entry_asks() -> None:
    assert terms_elsewhere(configured({"dynamodb": variables("dynamodb")})) == ()


def test_a_control_that_needs_the_token_says_so() -> None:
    refused = Reason.of(Code.ACCESS_DENIED, error="CLOUDFLARE_API_TOKEN is not set")
    [check] = control_checks(catalogue(objective(MODE)), Some(refused), NOW)
    assert (check.health, check.found) == (Health.PROBLEM, "CLOUDFLARE_API_TOKEN is not set")
    assert "CLOUDFLARE_API_TOKEN" in check.advice
