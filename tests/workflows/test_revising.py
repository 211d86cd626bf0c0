"""Two reports of a month held against each other: figures count, words don't."""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

from slactl.formats import FORMATS
from slactl.model.revision import Cause
from slactl.workflows.revising import causes, changes, differ, figures_digest, other_sections, reasons
from tests.formats.platforms import platform
from tests.formats.sample import rich
from tests.soaking import some

Json = dict[str, Any]
FIRST: Json = json.loads(FORMATS["json"].render(rich(), "en"))


def other() -> Json:
    return copy.deepcopy(FIRST)


def found(new: Json) -> list[tuple[str, tuple[Cause, ...]]]:
    return [(one.objective, one.why) for one in changes(FIRST, new)]


def test_another_language_and_another_hour_are_no_difference() -> None:
    new = json.loads(FORMATS["json"].render(rich(), "it"))
    new["generated_at"] = "2027-01-01T00:00:00Z"
    assert changes(FIRST, new) == ()
    assert other_sections(FIRST, new) == ()
    assert figures_digest(new) == figures_digest(FIRST)


@pytest.mark.parametrize("key", some(["value", "good", "total", "status", "goal", "binding", "low", "high"], 3))
def test_any_figure_of_a_row_is_a_difference(key: str) -> None:
    for place, row in enumerate(FIRST["results"]):
        new = other()
        another = "NOT_RATED" if row["status"] != "NOT_RATED" else "OK"
        new["results"][place][key] = another if key == "status" else 12345
        assert len(changes(FIRST, new)) == 1
        assert figures_digest(new) != figures_digest(FIRST)


def test_rows_that_come_and_go_are_told() -> None:
    new = other()
    gone = new["results"].pop(0)
    (change,) = changes(FIRST, new)
    assert (change.service, change.objective, change.new) == (gone["service"], gone["objective"], None)
    (change,) = changes(new, FIRST)
    assert change.old is None


def test_a_key_that_only_a_later_version_writes_is_no_difference() -> None:
    new = other()
    for row in new["results"]:
        row["new_key"] = 1
    new["provenance"]["version"] = "9.9"
    assert changes(FIRST, new) == ()
    assert causes(FIRST, new) == (Cause.TOOL_VERSION,)


def test_each_cause_is_named_where_it_may_have_worked() -> None:
    new = other()
    row = next(one for one in new["results"] if one["without_exclusions"])
    row["value"], row["good"] = row["value"] / 2, row["good"] - 1
    new["provenance"]["data_sha256"] = "0" * 64
    window = next(one for one in new["exclusions"] for part in one["services"] if part["service"] == row["service"])
    window["services"][0]["excluded_seconds"] += 300
    named = changes(FIRST, new)[0].why
    assert Cause.WINDOW in named
    assert Cause.NEW_DATA not in named, "without maintenance both say the same"
    assert Cause.WINDOW in reasons(FIRST, new, changes(FIRST, new))


def test_a_target_that_changed_is_the_cause_of_its_own_rows_only() -> None:
    new = other()
    objective = new["objectives"][0]["id"]
    new["objectives"][0]["goal"] = ">= 98%"
    for row in new["results"]:
        row["status"] = "NOT_RATED"
    named = dict(found(new))
    assert Cause.TARGET in named[objective]
    assert all(Cause.TARGET not in why for one, why in named.items() if one != objective)


def test_a_finer_reading_of_a_day_is_no_difference_and_another_latency_is() -> None:
    assert not differ({"low": 100, "high": 130}, {"low": 110, "high": 111})
    assert differ({"low": 100, "high": 130}, {"low": 131, "high": 140})
    assert differ([1], [1, 2])
    assert differ({"p95": {"low": 1, "high": 2}}, {"p95": None})


def test_a_window_that_no_longer_counts_is_the_only_cause() -> None:
    """Its seconds come back into the figure; no incident and no data changed."""
    new = other()
    row = next(one for one in new["results"] if one["without_exclusions"])
    row["value"], row["good"] = row["without_exclusions"]["value"], row["good"] - 1
    row["without_exclusions"] = None
    for part in (part for one in new["exclusions"] for part in one["services"]):
        part["applied"], part["excluded_seconds"] = False, 0
    new["provenance"]["data_sha256"] = "0" * 64
    new["deviations"]["summary"]["outages"] += 1
    assert changes(FIRST, new)[0].why == (Cause.WINDOW,)


def test_an_incident_that_says_something_else_is_a_cause() -> None:
    new = other()
    new["deviations"]["incidents"][0]["cause"] = "another"
    assert causes(FIRST, new) == (Cause.INCIDENT,)


def test_another_answer_of_a_clause_is_a_difference_and_another_wording_is_none() -> None:
    old: Json = json.loads(FORMATS["json"].render(platform(), "en"))
    worded, signed, first = copy.deepcopy(old), copy.deepcopy(old), copy.deepcopy(old)
    worded["clauses"][0]["quote"] = "otherwise"
    assert (other_sections(old, worded), figures_digest(worded)) == ((), figures_digest(old))
    next(one for one in signed["clauses"] if one["attested"])["attested"][0]["valid_until"] = "2026-10-01"
    assert other_sections(old, signed) == ("clauses",)
    assert figures_digest(signed) != figures_digest(old)
    del first["clauses"]  # as an earlier version wrote it
    assert other_sections(first, old) == ()
    assert figures_digest(FIRST) == figures_digest({key: part for key, part in FIRST.items() if key != "clauses"})
