"""What a good configuration gives: the contract's example, the bundled targets, maintenance, files."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slactl.configuration import load, load_catalogue
from slactl.configuration.assets import AssetMissing, asset_folder, bundled_config
from slactl.configuration.recurrence import _first
from slactl.model.catalogue import Catalogue
from slactl.model.goal import Comparison, Threshold
from slactl.model.maintenance import Proof
from slactl.model.objective import (
    Availability,
    Coverage,
    ErrorRate,
    Evaluation,
    LatencyShare,
    Percentile,
    SilencePolicy,
)
from slactl.model.service import GatewayStage, OperationRule, SourceKind
from slactl.model.span import Span

ROOT = Path(__file__).parents[2]
DOCUMENT = {
    "≥ 99,9% annuale", "≥ 99% richieste completate in < 1000ms", "percentile p99 tracciato in CloudWatch",
    "Target p95: < 2 secondi", "Operazioni semplici (read): tipicamente < 200ms",
    "Operazioni complesse (query aggregate): < 2s", "Target: < 0,5%", "error rate tracciato per endpoint",
    "monitorati continuamente e formalizzati in SLA",
}  # fmt: skip
MINIMAL = "version: 1\nservices: {api: {environment: prod}}\n"


@pytest.fixture(scope="module")
def example() -> Catalogue:
    return load_catalogue(ROOT / "config" / "example.yaml")


def catalogue_of(folder: Path, **files: str) -> Catalogue:
    """The catalogue of files; ``main`` is slactl.yaml."""
    for name, text in files.items():
        (folder / ("slactl.yaml" if name == "main" else f"{name}.yaml")).write_text(text, encoding="utf-8")
    return load_catalogue(folder / "slactl.yaml")


def test_the_report_and_the_services(example: Catalogue) -> None:
    assert (example.report.language, example.report.timezone, example.report.year_starts) == (
        "it",
        "Europe/Rome",
        (1, 1),
    )
    assert example.report.settle == 600
    missions, partner = example.services
    assert (missions.name, missions.environment, missions.since) == ("missions-api", "lambda:prod", date(2026, 5, 4))
    assert missions.edge == GatewayStage("missions-public", "prod")
    assert missions.rules[1] == OperationRule("GET /users/*", name="GET /users/{id}", operation_class="read")
    assert missions.place("GET /health").ignored
    assert (partner.source, partner.gateway) == (SourceKind.API_GATEWAY, GatewayStage("partner-public", "prod"))


def test_the_bundled_targets_are_the_document_s(example: Catalogue) -> None:
    by_id = {objective.id: objective for objective in example.objectives}
    uptime = by_id["uptime"]
    assert isinstance(uptime.indicator, Availability)
    assert uptime.indicator.evaluation is Evaluation.TIME_SLICES
    assert (uptime.indicator.slice_seconds, uptime.indicator.slice_goal.limit) == (300, Fraction(19, 20))
    assert uptime.indicator.no_traffic is SilencePolicy.EXPECTED
    assert (uptime.goal.limit, uptime.over_year, uptime.excludes_maintenance) == (Fraction(999, 1000), True, True)
    assert [objective.id for objective in example.objectives if objective.excludes_maintenance] == ["uptime"]
    goals = {
        name: (objective.goal.text, objective.advisory, objective.operation_class) for name, objective in by_id.items()
    }
    assert goals == {
        "uptime": (">= 99.9%", False, None),
        "api-latency": (">= 99%", False, None),
        "api-latency-p99": ("< 1000ms", True, None),
        "response-time": ("< 2s", False, None),
        "response-time-read": ("< 200ms", True, "read"),
        "response-time-query": ("< 2s", False, "query"),
        "error-rate": ("< 0.5%", False, None),
        "error-rate-endpoints": ("< 0.5%", False, None),
        "monitoring-coverage": (">= 99%", True, None),
    }


def test_the_bundled_indicators(example: Catalogue) -> None:
    by_id = {objective.id: objective for objective in example.objectives}
    latency = by_id["api-latency"].indicator
    assert isinstance(latency, LatencyShare)
    assert latency.threshold == Threshold(Fraction(1000), inclusive=False)
    ranks = {name: each.indicator.name for name, each in by_id.items() if isinstance(each.indicator, Percentile)}
    assert ranks == {
        "api-latency-p99": "p99", "response-time": "p95", "response-time-read": "p50", "response-time-query": "p95",
    }  # fmt: skip
    endpoints = by_id["error-rate-endpoints"]
    assert isinstance(endpoints.indicator, ErrorRate)
    assert (endpoints.per_operation, endpoints.confidence) == (True, Fraction(99, 100))
    assert isinstance(by_id["monitoring-coverage"].indicator, Coverage)


def test_every_bundled_target_has_both_titles_and_quotes_the_document(example: Catalogue) -> None:
    for objective in example.objectives:
        assert set(objective.title) == {"it", "en"}
        assert objective.title["it"] != objective.title["en"]
    assert {objective.reference.quote for objective in example.objectives if objective.reference} == DOCUMENT


def test_the_defaults_of_an_objective(tmp_path: Path) -> None:
    text = MINIMAL + 'objectives: [{id: errors, indicator: error-rate, goal: "<= 1%"}]\n'
    [objective] = catalogue_of(tmp_path, main=text).objectives
    assert objective.title == {"it": "errors", "en": "errors"}
    assert (objective.goal.comparison, objective.warning) == (Comparison.AT_MOST, Fraction(1, 4))
    assert [objective.over_year, objective.excludes_maintenance, objective.per_operation, objective.advisory] == [
        False
    ] * 4
    assert (objective.confidence, objective.services, objective.in_force, objective.reference) == (
        None,
        None,
        None,
        None,
    )


def test_one_title_serves_both_languages(tmp_path: Path) -> None:
    text = MINIMAL + 'objectives:\n- {id: a, indicator: coverage, goal: ">= 99%", title: {it: Copertura}}\n'
    assert catalogue_of(tmp_path, main=text).objectives[0].title == {"it": "Copertura", "en": "Copertura"}


def test_a_target_with_a_history(tmp_path: Path) -> None:
    one = '{id: a, indicator: coverage, goal: ">= 98%", in_force: {to: 2026-07-01}}'
    two = '{id: a, indicator: coverage, goal: ">= 99%", in_force: {from: 2026-07-01}}'
    first, second = catalogue_of(tmp_path, main=MINIMAL + f"objectives: [{one}, {two}]\n").objectives
    assert (first.in_force_on(date(2026, 6, 30)), second.in_force_on(date(2026, 6, 30))) == (True, False)
    assert (first.in_force_on(date(2026, 7, 1)), second.in_force_on(date(2026, 7, 1))) == (False, True)


def test_windows(example: Catalogue) -> None:
    calendar = example.maintenance
    assert (calendar.policy.notice, calendar.policy.max_per_month, calendar.policy.max_per_year) == (
        172800,
        28800,
        None,
    )
    change, cancelled = calendar.windows
    assert change.span == Span(1791936000, 1791943200)
    assert change.worked == Span(1791936600, 1791942000)
    assert (change.services, change.proof) == (("missions-api",), Proof.DECLARED)
    assert cancelled.cancelled
    [weekly] = calendar.recurring
    assert (weekly.start, weekly.end) == (datetime(2026, 10, 4, 2, 30), datetime(2026, 10, 4, 3, 0))  # noqa: DTZ001
    assert (weekly.rrule, weekly.until) == ("FREQ=WEEKLY;BYDAY=SU", datetime(2026, 12, 31, 23, 59, 59))  # noqa: DTZ001
    assert (weekly.timezone, weekly.template.id) == ("Europe/Rome", "WEEKLY")


@pytest.mark.parametrize(
    ("start", "end", "seconds"),
    [
        ("2026-10-25T01:00", "2026-10-25T04:00", 4 * 3600),
        ("2026-03-29T01:00", "2026-03-29T04:00", 2 * 3600),
        ("2026-10-25T02:30+02:00", "2026-10-25T02:30+01:00", 3600),
        ("2026-10-25T00:30:00Z", "2026-10-25T04:00", 9000),
    ],
)
def test_windows_last_real_seconds(start: str, end: str, seconds: int, tmp_path: Path) -> None:
    main = MINIMAL + "report: {timezone: Europe/Rome}\nmaintenance: windows.yaml\n"
    windows = f'notice: 48h\nwindows: [{{id: A, start: "{start}", end: "{end}", reason: x}}]\n'
    [window] = catalogue_of(tmp_path, main=main, windows=windows).maintenance.windows
    assert window.span.seconds == seconds
    assert window.announced is None


def test_a_window_announced_late_is_read_as_it_is(tmp_path: Path) -> None:
    times = "start: 2026-10-14T02:00, end: 2026-10-14T04:00, announced: 2026-10-15T00:00"
    windows = f"notice: 48h\nwindows: [{{id: A, {times}, reason: x}}]\n"
    [window] = catalogue_of(tmp_path, main=MINIMAL + "maintenance: windows.yaml\n", windows=windows).maintenance.windows
    assert window.announced is not None
    assert window.announced > window.span.end


def test_a_kept_announcement_is_hashed_beside_the_file_that_names_it(tmp_path: Path) -> None:
    (tmp_path / "plans" / "mail").mkdir(parents=True)
    (tmp_path / "plans" / "mail" / "one.eml").write_bytes(b"told")
    (tmp_path / "plans" / "windows.yaml").write_text(
        "notice: 0s\nwindows: [{id: A, start: 2026-10-14T02:00, end: 2026-10-14T04:00, reason: x,"
        " announcement: {file: mail/one.eml}}]\n"
    )
    catalogue = catalogue_of(tmp_path, main=MINIMAL + "maintenance: plans/windows.yaml\n")
    [window] = catalogue.maintenance.windows
    assert window.proof is Proof.DOCUMENTED
    assert window.announcement.sha256 == hashlib.sha256(b"told").hexdigest()
    assert [file.name for file in catalogue.files] == [
        "slactl.yaml",
        "bundled:isms.yaml",
        "bundled:clauses/isms.yaml",
        "plans/windows.yaml",
    ]
    assert catalogue.files[0].sha256 == hashlib.sha256((tmp_path / "slactl.yaml").read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("start", "end", "length"),
    [("02:30", "03:30", 3600), ("01:30", "02:30", 3600), ("02:15", "02:45", 1800), ("01:00", "04:00", 4 * 3600)],
)
def test_a_recurring_window_takes_the_reading_that_excludes_less(
    start: str, end: str, length: int, tmp_path: Path
) -> None:
    main = MINIMAL + "report: {timezone: Europe/Rome}\nmaintenance: windows.yaml\n"
    windows = (
        f"notice: 48h\nwindows: [{{id: A, start: 2026-10-25T{start}, end: 2026-10-25T{end}, reason: x,"
        ' rrule: "FREQ=WEEKLY;COUNT=3"}]\n'
    )
    [window] = catalogue_of(tmp_path, main=main, windows=windows).maintenance.recurring
    assert window.template.span.seconds == length


def test_a_recurring_window_may_begin_in_the_hour_that_is_skipped(tmp_path: Path) -> None:
    main = MINIMAL + "report: {timezone: Europe/Rome}\nmaintenance: windows.yaml\n"
    times = "start: 2026-03-29T02:30, end: 2026-03-29T03:30, rrule: FREQ=WEEKLY;COUNT=3"
    windows = f"notice: 48h\nwindows: [{{id: A, {times}, reason: x}}]\n"
    [window] = catalogue_of(tmp_path, main=main, windows=windows).maintenance.recurring
    assert (window.start, window.end) == (datetime(2026, 3, 29, 2, 30), datetime(2026, 3, 29, 3, 30))  # noqa: DTZ001


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(["Europe/Rome", "Australia/Lord_Howe", "Africa/Casablanca", "America/St_Johns", "Pacific/Apia"]),
    st.datetimes(datetime(2000, 1, 2), datetime(2190, 1, 1)),  # noqa: DTZ001
    st.integers(1, 3000),
)
def test_every_first_occurrence_has_a_length(zone: str, start: datetime, minutes: int) -> None:
    start = start.replace(second=0, microsecond=0)
    assert _first(start, start + timedelta(minutes=minutes), ZoneInfo(zone)).seconds > 0


@pytest.mark.parametrize(
    ("zone", "start"), [("Europe/Rome", "2026-03-29T02:00"), ("Australia/Lord_Howe", "2026-10-04T02:00")]
)
@pytest.mark.parametrize("minutes", [1, 15, 30, 59, 60, 90])
def test_even_in_the_night_of_the_change(zone: str, start: str, minutes: int) -> None:
    begins = datetime.fromisoformat(start)
    assert _first(begins, begins + timedelta(minutes=minutes), ZoneInfo(zone)).seconds > 0


def test_the_bundled_targets_can_be_named(tmp_path: Path) -> None:
    named = catalogue_of(tmp_path, main=MINIMAL + "objectives: bundled:isms.yaml\n")
    assert named.objectives == catalogue_of(tmp_path, main=MINIMAL).objectives


@pytest.mark.parametrize(
    "rule",
    ["FREQ=MONTHLY;BYDAY=1SU", "FREQ=MONTHLY;BYDAY=SU;BYSETPOS=1", "FREQ=DAILY;INTERVAL=2", "FREQ=YEARLY;BYMONTH=10"],
)
def test_rules_of_many_kinds_are_read(rule: str, tmp_path: Path) -> None:
    times = f"start: 2026-10-04T02:00, end: 2026-10-04T03:00, rrule: {rule}, until: 2027-10-04T02:00"
    windows = f"notice: 48h\nwindows: [{{id: A, {times}, reason: x}}]\n"
    catalogue = catalogue_of(tmp_path, main=MINIMAL + "maintenance: windows.yaml\n", windows=windows)
    [window] = catalogue.maintenance.recurring
    assert (window.rrule, window.until) == (rule, datetime(2027, 10, 4, 2, 0))  # noqa: DTZ001


def test_values_know_their_origin() -> None:
    origins = {origin.key: (origin.value, origin.place) for origin in load(ROOT / "config" / "example.yaml").origins}
    example = str(ROOT / "config" / "example.yaml")
    assert origins["report.timezone"] == ("Europe/Rome", f"{example}:14")
    assert origins["report.settle"] == ("10m", "default")
    assert origins["services.missions-api.name"] == ("missions-api", "default")
    assert origins["objectives.uptime.goal"] == (">= 99.9%", "bundled:isms.yaml:17")
    assert origins["objectives.error-rate.warning"] == ("25%", "default")
    assert origins["maintenance.notice"][0] == "48h"


def test_assets_of_a_wheel_come_before_those_of_a_checkout(tmp_path: Path) -> None:
    package = tmp_path / "slactl"
    (tmp_path / "config").mkdir()
    with pytest.raises(AssetMissing):
        asset_folder("config", package)
    (tmp_path / "pyproject.toml").touch()
    assert asset_folder("config", package) == tmp_path / "config"
    (package / "_assets" / "config").mkdir(parents=True)
    assert asset_folder("config", package) == package / "_assets" / "config"
    assert bundled_config("isms.yaml").is_file()
