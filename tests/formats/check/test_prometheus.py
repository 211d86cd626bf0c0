"""The Prometheus text: read by the official client's parser, and kept to the conventions of its metrics."""

from __future__ import annotations

import re

import pytest
from prometheus_client.metrics_core import Metric
from prometheus_client.parser import text_string_to_metric_families

from slactl.formats.check import CHECK_FORMATS
from slactl.formats.sanitize import plain
from slactl.model.check import Check
from slactl.model.status import Status
from tests.formats.check.checks import (
    CHECKS,
    NOW,
    SETTLED,
    breached,
    check,
    errors,
    good,
    hostile,
    hour,
    latency,
    unknown,
)

UNITS = re.compile(r"slactl_\w+_(ratio|seconds|timestamp_seconds|requests|slices|rate|status|binding)")


def said(found: Check, language: str = "en") -> str:
    return CHECK_FORMATS["prometheus"].render(found, language)


def read(found: Check) -> dict[str, Metric]:
    return {one.name: one for one in text_string_to_metric_families(said(found))}


def values(found: Check, metric: str, **labels: str) -> list[float]:
    """The values of the series of a metric that carry these labels, in order."""
    metrics = read(found)
    samples = metrics[f"slactl_{metric}"].samples if f"slactl_{metric}" in metrics else []
    return [one.value for one in samples if labels.items() <= one.labels.items()]


@pytest.mark.parametrize("name", CHECKS)
def test_every_check_is_read_and_keeps_the_conventions(name: str) -> None:
    found = CHECKS[name]()
    text = said(found)
    metrics = read(found)

    assert text.endswith("\n")
    assert "NaN" not in text
    for metric in metrics.values():
        assert UNITS.fullmatch(metric.name)
        assert (metric.type, bool(metric.documentation)) == ("gauge", True)
        series = [tuple(sorted(sample.labels.items())) for sample in metric.samples]
        assert len(set(series)) == len(series)
        assert all(sample.timestamp is None for sample in metric.samples)
        # One metric has one set of label names, or collectors refuse the file.
        assert len({tuple(sorted(sample.labels)) for sample in metric.samples}) == 1
    lines = [line for line in text.splitlines() if not line.startswith("#")]
    assert len(lines) == sum(len(metric.samples) for metric in metrics.values())


@pytest.mark.parametrize("name", CHECKS)
def test_no_language_is_spoken(name: str) -> None:
    assert said(CHECKS[name](), "it") == said(CHECKS[name](), "en")


def test_an_unknown_language_is_refused_all_the_same() -> None:
    with pytest.raises(ValueError, match="no such language"):
        said(good(), "tlh")


def test_statuses_are_a_set_of_which_one_is_true() -> None:
    found = breached()
    for status in Status:
        assert values(found, "check_status", status=status.value) == [float(status is Status.BREACHED)]
    endpoints = {"objective": "error-rate-endpoints"}
    assert values(found, "objective_status", status="BREACHED", **endpoints) == [1]
    assert values(found, "objective_status", status="OK", **endpoints) == [0]
    assert values(found, "objective_binding", objective="api-latency-p99") == [0]


def test_figures_of_a_year_and_its_month() -> None:
    found, uptime = good(), {"objective": "uptime", "service": "missions-api", "window": "month-to-date"}
    month, year = {**uptime, "span": "month"}, {**uptime, "span": "year-to-date"}
    assert values(found, "objective_attainment_ratio", **year) == [0.99931]
    assert values(found, "objective_target_ratio", **year) == [0.999]
    assert values(found, "error_budget_allowed_seconds", **month) == [2592]
    assert values(found, "error_budget_used_seconds", **month) == [1852]
    assert values(found, "error_budget_remaining_ratio", **month) == [740 / 2592]
    assert values(found, "error_budget_end_timestamp_seconds", **month) == [1795455600]
    assert values(found, "error_budget_end_timestamp_seconds", **year) == []


def test_shares_of_bad_become_shares_of_good_and_milliseconds_seconds() -> None:
    found = good()
    assert values(found, "objective_attainment_ratio", objective="error-rate") == [0.999]
    assert values(found, "objective_target_ratio", objective="error-rate") == [0.995]
    queries = {"objective": "response-time-query", "class": "query"}
    assert values(found, "objective_attainment_ratio", **queries) == [0.97]
    assert values(found, "objective_target_ratio", **queries) == [0.95]
    assert values(found, "objective_latency_seconds", **queries) == []
    assert values(check(latency()), "objective_latency_seconds", **queries) == [0.41256]
    assert values(found, "objective_latency_limit_seconds", **queries) == [2]
    assert values(found, "error_budget_used_requests", **queries) == [30]


def test_burn_rates_by_look_back_are_the_worse_readings() -> None:
    rates = {"objective": "error-rate"}
    assert values(good(), "error_budget_burn_rate", lookback="1h", **rates) == [0]
    assert values(good(), "error_budget_burn_rate", lookback="24h", **rates) == [300_000 / 86_400]
    assert values(good(), "error_budget_burn_rate", lookback="3d", **rates) == []


def test_a_window_that_burns_has_a_rate_and_no_budget() -> None:
    found = hour()
    mine = {"service": "missions-api", "span": "1h", "lookback": "1h"}
    assert values(found, "error_budget_burn_rate", **mine) == [14.9]
    assert not any("budget_allowed" in name or "remaining" in name for name in read(found))


def test_the_unknown_is_absent_and_its_status_stands() -> None:
    found = unknown()
    assert values(found, "objective_attainment_ratio") == []
    assert values(found, "error_budget_remaining_ratio") == []
    assert values(found, "objective_status", status="INSUFFICIENT_DATA") == [1, 1, 1, 1]
    assert values(found, "objective_target_ratio", objective="uptime") == [0.999]


def test_the_instants_of_the_run() -> None:
    assert values(good(), "check_run_timestamp_seconds") == [NOW]
    assert values(good(), "check_settled_timestamp_seconds") == [SETTLED]


def test_names_from_outside_come_back_as_they_are_shown() -> None:
    found = hostile()
    samples = read(found)["slactl_objective_binding"].samples
    assert {sample.labels["service"] for sample in samples} == {plain(one.row.service) for one in found.targets}
    assert {sample.labels["operation"] for sample in samples} > {""}


def test_a_series_never_comes_twice() -> None:
    twice = check(errors(), errors())
    assert said(twice) == said(check(errors()))


def test_without_targets_the_check_still_says_that_it_ran() -> None:
    assert values(check(), "check_status", status="NOT_RATED") == [1]
