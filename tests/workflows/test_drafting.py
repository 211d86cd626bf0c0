"""Drafts of incidents: one form for each stretch and each missed objective, and nothing that was not measured."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import yaml

from slactl.model.incident import Deviations, Missed, Stretch
from slactl.model.report import Report, RowSpan
from slactl.model.span import Span
from slactl.workflows.drafting import incident_drafts
from tests.formats.agreement import HOSTILE, at
from tests.formats.sample import provisional, rich

FORM = {"id", "service", "start", "end", "ticket", "cause", "impact", "correction", "corrective_action"}


def stretch(start: str, end: str, *incidents: str, service: str = "missions-api") -> Stretch:
    return Stretch(service, Span(at(start), at(end)), 100, 60, incidents, 0)


def missed(objective: str, operation: str | None = None, span: RowSpan = RowSpan.MONTH, *incidents: str) -> Missed:
    return Missed("missions-api", objective, operation, None, span, True, incidents)


def drafted(report: Report, *found: Stretch | Missed) -> list[dict[str, Any]]:
    stretches = tuple(one for one in found if isinstance(one, Stretch))
    rows = tuple(one for one in found if isinstance(one, Missed))
    text, number = incident_drafts(replace(report, deviations=Deviations(stretches, rows)))
    forms: list[dict[str, Any]] = yaml.load(text, yaml.BaseLoader)["incidents"]
    assert len(forms) == number
    return forms


def test_what_is_unexplained_gets_a_form_with_local_times_and_empty_lines() -> None:
    (form,) = drafted(rich(), stretch("2026-10-07T14:05", "2026-10-07T14:45"))
    assert set(form) == FORM
    assert (form["id"], form["start"], form["end"]) == ("INC-2026-10-07-1", "2026-10-07T14:05", "2026-10-07T14:45")
    assert (form["cause"], form["ticket"], form["corrective_action"]) == (
        "",
        "",
        {"action": "", "owner": "", "due": ""},
    )


def test_what_is_explained_gets_none() -> None:
    explained = stretch("2026-10-07T14:05", "2026-10-07T14:45", "INC-1"), missed("uptime", None, RowSpan.MONTH, "INC-1")
    assert drafted(rich(), *explained) == []
    assert incident_drafts(replace(rich(), deviations=Deviations())) == ("incidents: []\n", 0)


def test_numbers_of_a_day_go_on_after_those_that_are_taken() -> None:
    report = rich()
    (taken, *_) = report.catalogue.incidents
    again = replace(taken, id="INC-2026-10-08-2")
    report = replace(report, catalogue=replace(report.catalogue, incidents=(taken, again)))
    first, second = stretch("2026-10-08T01:00", "2026-10-08T01:05"), stretch("2026-10-08T02:00", "2026-10-08T02:05")
    assert [form["id"] for form in drafted(report, second, first)] == ["INC-2026-10-08-3", "INC-2026-10-08-4"]


def test_times_that_the_clock_shows_twice_have_their_offset() -> None:
    night = Span(at("2026-10-25T03:00") - 1800, at("2026-10-25T03:10"))
    (form,) = drafted(rich(), Stretch("missions-api", night, 1, 1, (), 0))
    assert (form["start"], form["end"]) == ("2026-10-25T02:30+01:00", "2026-10-25T03:10")


def test_a_missed_objective_has_one_form_for_all_its_operations() -> None:
    found = [missed("error-rate-endpoints", f"GET /{place}") for place in range(5)]
    (form,) = drafted(rich(), missed("error-rate-endpoints"), *found)
    assert form["objectives"] == ["error-rate-endpoints"]
    assert (form["start"], form["end"]) == ("2026-10-01T00:00", "2026-11-01T00:00")
    text, _ = incident_drafts(replace(rich(), deviations=Deviations((), tuple(found))))
    assert "(GET /0, GET /1, GET /2 and 2 more)" in text


def test_the_year_so_far_begins_with_the_year() -> None:
    (form,) = drafted(rich(), missed("uptime", span=RowSpan.YEAR_TO_DATE))
    assert (form["id"], form["start"], form["end"]) == ("INC-2026-01-01-1", "2026-01-01T00:00", "2026-11-01T00:00")


def test_an_availability_is_explained_by_whoever_explains_its_stretches() -> None:
    down = stretch("2026-10-07T14:05", "2026-10-07T14:45")
    assert len(drafted(rich(), down, missed("uptime"), missed("error-rate"))) == 2
    assert len(drafted(rich(), missed("uptime"), missed("error-rate"))) == 2


def test_what_may_still_go_on_has_no_end() -> None:
    report = provisional()
    until = report.period.settled_until
    (form,) = drafted(report, Stretch("missions-api", Span(until - 600, until), 1, 1, (), 0))
    assert "end" not in form


def test_names_from_outside_stay_comments() -> None:
    for place, name in enumerate(HOSTILE):
        (form,) = drafted(rich(), missed("error-rate-endpoints", name), missed("error-rate-endpoints", f"x{place}"))
        assert set(form) == {*FORM, "objectives"}
        assert date.fromisoformat(form["start"][:10]) == date(2026, 10, 1)
