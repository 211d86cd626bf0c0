"""Metrics that others than CloudWatch keep: for a month only, and in whole hours from there."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

from slactl.model.general import MetricTerm, Ratio, WeightedAverage, kept_for
from slactl.model.service import Service, SourceKind
from slactl.model.span import Span
from slactl.reading.retention import DAY, HOUR, CloudWatchKeeping, elsewhere_from
from tests.fakes import instant

NOW = instant("2026-11-04T06:10:00+00:00")
OCTOBER = Span(instant("2026-09-30T22:00:00+00:00"), instant("2026-10-31T23:00:00+00:00"))
R2 = Service("r2", "r2", None, SourceKind.METRICS, kept_for=31 * DAY)
KEEPING = CloudWatchKeeping(NOW)


def term(namespace: str) -> MetricTerm:
    return MetricTerm(namespace, "Requests", "Sum")


def test_only_what_is_wholly_published_elsewhere_is_kept_as_it_is_there() -> None:
    ours, theirs = term("AWS/CloudFront"), term("Cloudflare/Zone")
    mine = Ratio((theirs,), (theirs,), counts_good=True)
    mixed = Ratio((theirs,), (ours,), counts_good=True)
    average = WeightedAverage(replace(ours, scale=Fraction(1, 100)), ours)
    assert kept_for([mine]) == kept_for([mine, mine]) == 31 * DAY
    assert kept_for([mixed]) is kept_for([mine, average]) is kept_for([average]) is kept_for([]) is None


def test_the_first_hour_is_whole_and_surely_kept() -> None:
    assert elsewhere_from(R2, NOW) == instant("2026-10-04T08:00:00+00:00")
    assert elsewhere_from(replace(R2, kept_for=None), NOW) is None


def test_of_a_month_the_end_is_left() -> None:
    (piece,) = KEEPING.readable(R2, SourceKind.METRICS, OCTOBER)
    assert piece.span == Span(instant("2026-10-04T08:00:00+00:00"), OCTOBER.end)
    assert piece.finest <= HOUR
    assert KEEPING.readable(R2, SourceKind.METRICS, Span(OCTOBER.start, OCTOBER.start + DAY)) == ()
    (whole,) = KEEPING.readable(replace(R2, kept_for=None), SourceKind.METRICS, OCTOBER)
    assert whole.span == OCTOBER


def test_a_service_s_own_requests_are_cloudwatch_s_whatever_else_bears_its_name() -> None:
    (whole,) = KEEPING.readable(R2, SourceKind.APPLICATION_SIGNALS, OCTOBER)
    assert whole.span == OCTOBER
