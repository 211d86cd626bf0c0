"""CloudFront, R2, Route 53, API Gateway, canaries: a month where everything holds, and each promise broken in turn."""

from __future__ import annotations

from dataclasses import replace

import pytest

from slactl.formats import csv, html, json, markdown
from slactl.model.general import Control, MetricTerm, Ratio, Statistic, WeightedAverage
from slactl.model.objective import Objective
from slactl.model.status import Code, Status
from slactl.sandbox.packs import pack, variables
from tests.packs.february import DAY, HOME, NOW, configured, february, looks, not_ok, whole_rows


def _is_control(objective: Objective) -> bool:
    return isinstance(objective.indicator, Control)


PACKS = ("cloudfront", "r2", "route53", "api-gateway", "synthetics")
CONTROLS = {one.id for one in configured({name: variables(name) for name in PACKS}).general if _is_control(one)}
BREAKABLE = [(name, entry) for name in PACKS for entry in pack(name).breakable]
LOOKED = {min(CONTROLS & set(pack(name).breakable)) for name in PACKS}
"""Of each pack one control whose row is looked at in a report; the others' by what their looks found."""
CASES = [pytest.param(name, entry, id=entry) for name, entry in BREAKABLE if entry not in CONTROLS - LOOKED]


@pytest.mark.parametrize("name", PACKS)
def test_a_month_in_which_everything_holds(name: str) -> None:
    report = february([name])
    assert not_ok(report) == {}
    assert not report.gaps
    assert set(whole_rows(report)) == set(pack(name).breakable)
    where = {one.region for one in report.sources if one.kind == "cloudwatch"}
    assert where == {"cloudfront": {"us-east-1"}, "route53": {"us-east-1"}, "r2": set()}.get(name, {HOME})


@pytest.mark.parametrize(("name", "entry"), CASES)
def test_each_promise_broken_in_turn_turns_its_own_entry_red_and_no_other(name: str, entry: str) -> None:
    assert not_ok(february([name], {entry: {}})) == {entry: Status.BREACHED}


@pytest.mark.parametrize("name", PACKS)
def test_each_control_broken_in_turn_misses_itself_and_no_other(name: str) -> None:
    own = CONTROLS & set(pack(name).breakable)
    assert looks([name]) == dict.fromkeys(own, True)
    for entry in sorted(own - LOOKED):
        assert looks([name], {entry: {}}) == {**dict.fromkeys(own, True), entry: False}


def test_rates_are_weighted_by_requests_and_not_by_minutes() -> None:
    row = whole_rows(february(["cloudfront"]))["cloudfront-5xx"]
    # The mean of the minutes is (0.05 % x 23.5 h + 10 % x 0.5 h) / 24 h = 0.26 %; few ask at night.
    assert row.value is not None
    assert 0.0005 < row.value < 0.002


@pytest.mark.parametrize(("name", "namespace"), [("cloudfront", "AWS/CloudFront"), ("route53", "AWS/Route53")])
def test_metrics_of_us_east_1_are_read_there_and_nowhere_else(name: str, namespace: str) -> None:
    catalogue = configured({name: variables(name)})
    objectives = tuple(_at_home(one) for one in catalogue.objectives)
    report = february([name], catalogue=replace(catalogue, objectives=objectives))
    measured = [one.objective for one in report.results if one.indicator != "control" and one.operation is None]
    assert measured
    assert {whole_rows(report)[name].status for name in measured} == {Status.INSUFFICIENT_DATA}
    regions = {term.region for one in catalogue.general for term in _terms(one) if term.namespace == namespace}
    assert regions == {"us-east-1"} != {HOME}


def test_without_the_log_s_metrics_their_entries_are_left_out() -> None:
    given = {name: value for name, value in variables("api-gateway").items() if name != "log_namespace"}
    report = february(["api-gateway"], catalogue=configured({"api-gateway": given}))
    assert set(pack("api-gateway").breakable) - set(whole_rows(report)) == {
        "api-gateway-cut-requests",
        "api-gateway-too-large",
    }
    assert not_ok(report) == {}


def test_what_is_named_wrongly_is_never_a_pass() -> None:
    packs: dict[str, dict[str, object]] = {
        "cloudfront": {"distributions": ["E0NOBODY"]},
        "route53": {"health_checks": ["nobody"], "zone": "Z0NOBODY", "name": "api.example.com"},
        "synthetics": {"canaries": ["nobody"]},
        "r2": {**variables("r2"), "account": "nobody", "zone": "nobody"},
    }
    report = february(list(packs), catalogue=configured(packs))
    rows = whole_rows(report)
    assert {
        name for name, row in rows.items() if row.status not in (Status.INSUFFICIENT_DATA, Status.BREACHED)
    } == set()
    assert all(row.reason is not None for row in rows.values() if row.status is Status.INSUFFICIENT_DATA)


def test_a_bucket_that_is_not_there_is_never_a_pass() -> None:
    buckets = [*pack("r2").variables["buckets"], "medja"]  # type: ignore[misc]
    report = february(["r2"], catalogue=configured({"r2": {**variables("r2"), "buckets": buckets}}))
    rows = {one.objective: one.status for one in report.results if one.operation == "medja"}
    unknown = dict.fromkeys(("r2-custom-domain", "r2-public-address-off"), Status.INSUFFICIENT_DATA)
    assert rows == {"r2-errors": Status.NOT_RATED, **unknown}
    assert {name: whole_rows(report)[name].status for name in unknown} == unknown
    assert Code.NOT_THERE in {gap.reason.code for gap in report.gaps}


def test_what_cloudflare_has_forgotten_is_unknown() -> None:
    report = february(["r2"], now=NOW + 20 * DAY)
    rows = whole_rows(report)
    assert {name: rows[name].status for name in ("r2-cache-hits", "r2-errors")} == {
        "r2-cache-hits": Status.INSUFFICIENT_DATA,
        "r2-errors": Status.INSUFFICIENT_DATA,
    }
    assert Code.NO_LONGER_KEPT in {gap.reason.code for gap in report.gaps}
    assert {name for name, row in rows.items() if row.status is Status.OK} == {
        "r2-custom-domain",
        "r2-public-address-off",
    }


def test_an_expired_token_passes_nothing_and_stands_nowhere() -> None:
    report = february(["r2"], token="s3cr3t-t0ken")
    rows = whole_rows(report)
    assert {(row.status, row.reason and row.reason.code) for row in rows.values()} == {
        (Status.INSUFFICIENT_DATA, Code.ACCESS_DENIED)
    }
    for form in (html, markdown, json, csv):
        assert "s3cr3t" not in form.render(report, "en")


@pytest.mark.parametrize(
    ("language", "told"), [("it", ("stime da campioni", "31 giorni")), ("en", ("estimates", "31 days"))]
)
def test_the_report_says_how_little_cloudflare_remembers_and_how_it_counts(
    language: str, told: tuple[str, ...]
) -> None:
    """Whatever the figures are, and so where none could be had too."""
    report = february(["r2"], token="expired")
    page = markdown.render(report, language)
    assert all(words in page for words in told)


def _at_home(objective: Objective) -> Objective:
    """The objective as somebody would have it who forgot the region."""
    indicator = objective.indicator
    match indicator:
        case Ratio():
            part, total = (
                tuple(replace(one, region=None) for one in some) for some in (indicator.part, indicator.total)
            )
            return replace(objective, indicator=replace(indicator, part=part, total=total))
        case Statistic():
            return replace(objective, indicator=replace(indicator, term=replace(indicator.term, region=None)))
        case WeightedAverage():
            value, weight = (replace(one, region=None) for one in (indicator.value, indicator.weight))
            return replace(objective, indicator=replace(indicator, value=value, weight=weight))
        case _:
            return objective


def _terms(objective: Objective) -> tuple[MetricTerm, ...]:
    match objective.indicator:
        case Ratio(part=part, total=total):
            return (*part, *total)
        case Statistic(term=term):
            return (term,)
        case WeightedAverage(value=value, weight=weight):
            return (value, weight)
        case _:
            return ()
