"""The configuration is held against what the collects saw."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from slactl.model.catalogue import Catalogue
from slactl.model.maintenance import Window
from slactl.model.span import Span
from slactl.workflows.collecting.outcome import Outcome
from slactl.workflows.collecting.record import Made, run_body
from slactl.workflows.verifying.agreement import Record, changes, faults, last_before, records, told
from tests.formats.agreement import MONTH, at, catalogue

MADE = Made("0.1.0", "123456789012", "eu-west-1", "arn", clock_set=False)
BASE = catalogue()


def collected(when: str, seen: Catalogue = BASE) -> bytes:
    outcome = Outcome(f"run-{when}", at(when), at(when))
    return run_body(outcome, seen, MADE, complete=True)


def with_window(change: Callable[[Window], Window | None], base: Catalogue = BASE) -> Catalogue:
    """The agreement with its first window changed, or without it."""
    calendar = base.maintenance
    first, *rest = calendar.windows
    new = change(first)
    return replace(base, maintenance=replace(calendar, windows=(*([new] if new else []), *rest)))


def found(now: Catalogue, *bodies: bytes) -> list[str]:
    last = last_before(records(bodies), at("2026-11-04T07:00"))
    assert last is not None
    return [told(fault, last) for fault in faults(now, last)]


def test_the_agreement_that_the_last_collect_saw_has_no_faults() -> None:
    assert BASE.maintenance.windows
    assert found(BASE, collected("2026-11-04T06:00")) == []
    assert (
        found(BASE, collected("2026-10-01T06:00", with_window(lambda one: None)), collected("2026-11-04T06:00")) == []
    )


def test_the_last_collect_before_the_report_counts() -> None:
    earlier, later = collected("2026-11-03T06:00"), collected("2026-11-09T06:00", with_window(lambda one: None))
    assert found(BASE, later, earlier) == []
    assert last_before(records([later]), at("2026-11-04T07:00")) is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (lambda one: replace(one, span=Span(one.span.start, one.span.end + 3600)), "end"),
        (lambda one: replace(one, announced=(one.announced or 0) - 86_400), "announced"),
        (lambda one: replace(one, cancelled=not one.cancelled), "cancelled"),
        (lambda one: replace(one, reason="Otherwise"), "reason"),
    ],
)
def test_an_edited_window_is_named(change: Callable[[Window], Window], field: str) -> None:
    name = BASE.maintenance.windows[0].id
    lines = found(with_window(change), collected("2026-11-04T06:00"))
    assert len(lines) == 1
    assert lines[0].startswith(f"windows {name}: {field}: says ")
    assert "collect run-2026-11-04T06:00 saw " in lines[0]


def test_a_window_that_was_added_or_taken_out_is_named() -> None:
    name = BASE.maintenance.windows[0].id
    assert any(
        f"windows {name}" in line for line in found(with_window(lambda one: None), collected("2026-11-04T06:00"))
    )
    more = found(with_window(lambda one: replace(one, id="CHG-NEW")), collected("2026-11-04T06:00"))
    assert any("windows CHG-NEW" in line and "saw nothing" in line for line in more)


def test_an_edited_target_is_named() -> None:
    first = BASE.objectives[0]
    softer = replace(BASE, objectives=(replace(first, advisory=not first.advisory), *BASE.objectives[1:]))
    lines = found(softer, collected("2026-11-04T06:00"))
    assert len(lines) == 1
    assert lines[0].startswith(f"objectives {first.id}: advisory: says ")


def history(*bodies: bytes) -> list[str]:
    return list(changes(records(bodies), MONTH))


def test_windows_that_were_changed_after_they_had_begun_are_told() -> None:
    window = BASE.maintenance.windows[0]
    longer = with_window(lambda one: replace(one, span=Span(one.span.start, one.span.end + 3600)))
    assert window.span.meets(MONTH)
    lines = history(collected("2026-10-01T06:00"), collected("2026-11-04T06:00", longer))
    assert lines == [f"window {window.id} was changed (span), seen by collect run-2026-11-04T06:00, after it had begun"]


def test_windows_that_came_late_or_went_are_told() -> None:
    window, without = BASE.maintenance.windows[0], with_window(lambda one: None)
    late = history(collected("2026-10-01T06:00", without), collected("2026-11-04T06:00"))
    assert late == [f"window {window.id} was first seen by collect run-2026-11-04T06:00, after it had begun"]
    gone = history(collected("2026-10-01T06:00"), collected("2026-11-04T06:00", without))
    assert gone == [f"window {window.id} is gone from collect run-2026-11-04T06:00 on"]


def test_windows_that_stand_as_they_were_are_not_told() -> None:
    """Nor are occurrences of recurring windows that records no longer name."""
    assert BASE.maintenance.recurring
    assert history(collected("2026-10-01T06:00"), collected("2026-11-04T06:00"), collected("2027-06-04T06:00")) == []


@pytest.mark.parametrize("body", [b"", b"{}", b"[]", b'{"schema": "slactl.evidence-run/1"}'])
def test_what_is_no_record_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match=r"slactl\.evidence-run|Expecting value"):
        records([body])


def test_a_record_knows_when_it_was_made() -> None:
    (one,) = records([collected("2026-11-04T06:00")])
    assert isinstance(one, Record)
    assert one.seen.at == at("2026-11-04T06:00")
