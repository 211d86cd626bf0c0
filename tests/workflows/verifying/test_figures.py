"""Every figure of a report is compared, and each false one is named."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from slactl.formats import FORMATS
from slactl.workflows.verifying.differences import Compared, compared
from slactl.workflows.verifying.figures import NotAReport, figures_of, read_report
from slactl.workflows.verifying.verdict import Checked, Outcome, look_at
from tests.formats import sample

TRUE: dict[str, Any] = json.loads(FORMATS["json"].render(sample.rich(), "en"))


def held(says: dict[str, Any], *, same_version: bool = True) -> Compared:
    return compared(figures_of(says), figures_of(TRUE), same_version=same_version)


def changed(change: Callable[[dict[str, Any]], Any]) -> list[str]:
    document = copy.deepcopy(TRUE)
    change(document)
    return [str(figure) for figure in held(document).false]


def row(document: dict[str, Any], objective: str, span: str = "month") -> Any:
    rows = document["results"]
    return next(one for one in rows if (one["objective"], one["operation"], one["span"]) == (objective, None, span))


def test_a_true_report_has_no_false_figure_and_many_true_ones() -> None:
    found = held(copy.deepcopy(TRUE))
    assert found.false == ()
    assert len(found.figures) > 1000


def test_a_false_value_is_named_with_both_sides() -> None:
    value = row(TRUE, "uptime")["value"]
    told = changed(lambda document: row(document, "uptime").update(value=0.9999))
    assert told == [f"missions-api / uptime / month: value: says 0.9999, evidence gives {value}"]


@pytest.mark.parametrize(
    ("change", "place", "field"),
    [
        (lambda d: d.update(status="OK"), "report", "status"),
        (lambda d: row(d, "uptime").update(status="OK"), "missions-api / uptime / month", "status"),
        (lambda d: row(d, "uptime")["budget"].update(used=1), "missions-api / uptime / month", "budget.used"),
        (lambda d: row(d, "uptime").update(display="100%"), "missions-api / uptime / month", "display"),
        (lambda d: d["services"][0]["days"][3].update(faults=99), "missions-api / days 2026-10-04", "faults"),
        (lambda d: d["period"].update(end="2026-10-30T00:00:00Z"), "report", "period.end"),
        (lambda d: d["exclusions"][0].update(proof="sworn"), "exclusions ", "proof"),
        (lambda d: d["objectives"][0].update(goal=">= 90%"), "objectives uptime", "goal"),
        (lambda d: d["provenance"].update(data_sha256="0" * 64), "report", "provenance.data_sha256"),
    ],
)
def test_a_false_figure_anywhere_is_named(change: Callable[[dict[str, Any]], Any], place: str, field: str) -> None:
    told = changed(change)
    assert len(told) == 1
    assert told[0].startswith(place)
    assert f": {field}: says " in told[0]


def test_a_row_too_few_and_a_row_too_many_are_named_and_no_other() -> None:
    gone = changed(lambda d: d["results"].remove(row(d, "uptime")))
    assert all(line.startswith(("report: results.count", "missions-api / uptime / month")) for line in gone)
    assert all("says nothing" in line or "results.count" in line for line in gone)
    more = changed(lambda d: d["results"].insert(0, {**row(d, "uptime"), "objective": "invented"}))
    assert all(line.startswith(("report: results.count", "missions-api / invented / month")) for line in more)


def test_a_gap_that_was_left_out_is_named() -> None:
    told = changed(lambda d: d["gaps"].clear())
    assert any(line.startswith("gaps ") for line in told)
    assert any("gaps.count: says 0, evidence gives 1" in line for line in told)


def test_a_row_that_stands_twice_is_named() -> None:
    told = changed(lambda d: d["results"].append({**row(d, "uptime"), "value": 1}))
    assert any("missions-api / uptime / month #2: value: says 1" in line for line in told)


def leaves(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from leaves(inner, (*path, key))
    else:
        yield path


def shortened(value: Any) -> Any:
    """The same with lists of at most two elements."""
    if isinstance(value, dict):
        return {key: shortened(inner) for key, inner in value.items()}
    return [shortened(inner) for inner in value[:2]] if isinstance(value, list) else value


def test_no_leaf_of_the_report_can_be_changed_unseen() -> None:
    """Each number, text and truth value, one at a time."""
    document = shortened(TRUE)
    paths, expected = list(leaves(document)), figures_of(document)
    assert len(paths) > 300
    for path in paths:
        inner = document
        for key in path[:-1]:
            inner = inner[key]
        true = inner[path[-1]]
        inner[path[-1]] = f"not {true}"
        assert compared(figures_of(document), expected, same_version=True).false, path
        inner[path[-1]] = true


@pytest.mark.parametrize(("says", "gives"), [(1, 1.0), (1, True), (0, None), ("1", 1), (0, False)])
def test_what_looks_alike_is_not_the_same(says: object, gives: object) -> None:
    assert compared(figures_of({"a": says}), figures_of({"a": gives}), same_version=True).false


def test_fields_that_only_this_version_knows_are_no_difference() -> None:
    older = copy.deepcopy(TRUE)
    for one in older["results"]:
        del one["beside"]
    assert held(older, same_version=True).false
    found = held(older, same_version=False)
    assert (found.false, found.unknown) == ((), ())
    assert look_at(Checked("report", found, decides=True), "0.0.9").outcome is Outcome.PROVEN
    older["results"][0]["value"] = 0.5
    assert len(held(older, same_version=False).false) == 1
    assert look_at(Checked("report", held(older, same_version=False)), "0.0.9").outcome is Outcome.DIFFERS


def test_fields_that_this_version_does_not_know_are_not_proven() -> None:
    newer = copy.deepcopy(TRUE)
    newer["results"][0]["apdex"] = 0.99
    found = held(newer, same_version=False)
    assert found.unknown == ("apdex",)
    look = look_at(Checked("report", found, decides=True), "9.0")
    assert look.outcome is Outcome.UNCHECKED
    assert "apdex" in look.told[0]
    newer["results"][0]["value"] = 0.5
    look = look_at(Checked("report", held(newer, same_version=False), decides=True), "9.0")
    assert look.outcome is Outcome.DIFFERS


def test_other_words_with_the_same_numbers_are_told_and_not_proven() -> None:
    older = copy.deepcopy(TRUE)
    older["gaps"][0]["text"] = older["gaps"][0]["text"].upper()
    older["status"] = "OK"
    found = held(older, same_version=False)
    assert [figure.field for figure in found.false] == ["status"]
    assert [figure.field for figure in found.worded] == ["text"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("", "is no JSON"),
        ("[]", "no JSON object"),
        ("[" * 100_000, "is no JSON"),
        ('{"value": 1, "value": 2}', "twice"),
        ('{"a": {"value": 1, "value": 1}}', "twice"),
        ('{"value": NaN}', "NaN"),
        ('{"value": Infinity}', "Infinity"),
    ],
)
def test_what_is_no_report_is_told(text: str, word: str) -> None:
    with pytest.raises(NotAReport, match=word):
        read_report(text)
