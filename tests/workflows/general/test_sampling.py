"""Samples of today: what is asked, once, and only where nothing was kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import partial
from typing import Any

from slactl.model.catalogue import AwsSettings, Catalogue, ReportSettings
from slactl.model.component import Component
from slactl.model.general import Control
from slactl.model.maintenance import MaintenanceCalendar
from slactl.model.objective import InForce, Objective
from slactl.model.report import SourceUse
from slactl.model.span import Span
from slactl.model.status import Code, Reason
from slactl.ports.general import GeneralWorld, Look, NoDirectory
from slactl.workflows.general.sampling import SamplesOfToday, controls_of, digest_of, take
from slactl.workflows.report import sources_of
from tests.fakes import FakeReader
from tests.workflows.general.test_controls import DENIED, MODE, OCTOBER, ONE, Book, at, objective, sample

NOW = at(20, 9)
TODAY = Span(at(20, 0), at(21, 0))


@dataclass
class Reader:
    """Answers every look with a value, or with why there is none."""

    look: Look = field(default_factory=lambda: Look("PAY_PER_REQUEST"))
    asked: list[Control] = field(default_factory=list)

    def me(self) -> Reader:
        return self

    def looks(self, controls: Sequence[Control]) -> list[tuple[Look, ...]]:
        self.asked += controls
        return [tuple(self.look for _ in one.each or (None,)) for one in controls]


def catalogue(*objectives: Objective) -> Catalogue:
    return Catalogue(
        ReportSettings(timezone="Europe/Rome"),
        AwsSettings(),
        (),
        objectives,
        MaintenanceCalendar(),
        components=(Component("dynamodb"),),
    )


def test_a_sample_of_each_target_with_what_was_expected_then() -> None:
    agreed = catalogue(objective(MODE))
    taken = take(agreed, controls_of(agreed, NOW), Reader(), NOW)
    assert [(one.target, one.at, one.held, one.failure) for one in taken] == [
        ("missions", NOW, True, None),
        ("idempotency", NOW, True, None),
    ]
    assert {(one.component, one.control, one.asked, one.selected) for one in taken} == {
        ("dynamodb", "on-demand", digest_of(MODE), "PAY_PER_REQUEST")
    }


def test_a_refused_look_is_neither_held_nor_missed() -> None:
    agreed = catalogue(objective(ONE))
    (one,) = take(agreed, controls_of(agreed, NOW), Reader(Look(failure=DENIED)), NOW)
    assert (one.held, one.selected, one.failure) == (None, None, DENIED)


def test_controls_in_force_today_or_on_the_first_of_the_month_are_looked_at() -> None:
    def lasting(start: date | None, end: date | None) -> Objective:
        return replace(objective(ONE), in_force=InForce(start, end))

    ended = lasting(None, date(2026, 10, 1))
    until_the_tenth = lasting(None, date(2026, 10, 10))
    from_the_fifteenth = lasting(date(2026, 10, 15), None)
    to_come = lasting(date(2026, 11, 1), None)
    chosen = controls_of(catalogue(ended, until_the_tenth, from_the_fifteenth, to_come), NOW)
    assert [one for one, _ in chosen] == [until_the_tenth, from_the_fifteenth]


def test_without_evidence_today_is_looked_at_once_and_no_other_day() -> None:
    reader = Reader()
    book = SamplesOfToday(catalogue(objective(ONE)), NOW, lambda: reader)
    assert [one.at for one in book.samples(OCTOBER)] == [NOW]
    assert [one.at for one in book.samples(TODAY)] == [NOW]
    assert book.samples(Span(OCTOBER.start, TODAY.start)) == ()
    assert len(reader.asked) == 1


def test_a_month_that_is_over_asks_nobody() -> None:
    def nobody() -> Reader:
        raise AssertionError("AWS was asked")

    assert SamplesOfToday(catalogue(objective(ONE)), at(3, month=11), nobody).samples(OCTOBER) == ()


def test_what_was_kept_of_today_is_not_looked_at_again() -> None:
    kept = [sample(at(19)), sample(at(20))]
    reader = Reader()
    book = SamplesOfToday(catalogue(objective(ONE)), NOW, lambda: reader, Book(kept))
    assert book.samples(OCTOBER) == tuple(kept)
    assert reader.asked == []


def test_what_failed_today_or_was_another_question_is_looked_at_again() -> None:
    other = replace(sample(at(20)), asked="another")
    for kept in (sample(at(20), failure=Reason.of(Code.READ_FAILED)), other, sample(at(19))):
        reader = Reader()
        book = SamplesOfToday(catalogue(objective(ONE)), NOW, partial(Reader.me, reader), Book([kept]))
        found = book.samples(OCTOBER)
        assert [one.at for one in found] == [kept.at, NOW]
        assert reader.asked == [ONE]


@dataclass
class Told(Book):
    """A book that tells what it read."""

    kind: str = "control-samples"

    def use(self) -> tuple[SourceUse, ...]:
        return (SourceUse(self.kind, None, None, None, 0, 0, 0, head="ab" * 32, items=2),)

    def days(self, span: Span) -> tuple[Mapping[str, Any], ...]:
        del span
        return ()


def test_what_was_read_of_samples_and_of_alarms_is_among_the_sources() -> None:
    book = SamplesOfToday(catalogue(objective(ONE)), NOW, Reader, Told([sample(at(19)), sample(at(20))]))
    general = GeneralWorld(NoDirectory(DENIED), book, Told([], kind="alarm-history"))
    told = sources_of(FakeReader([]), {}, general)
    assert [(one.kind, one.items) for one in told if one.head] == [("control-samples", 2), ("alarm-history", 2)]
