"""What a collect keeps of controls: the first sample of a day, whatever differs, and nothing that was not selected."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from slactl.evidence.reading.samples import KeptSamples
from slactl.model.control import ControlSample
from slactl.model.evidence import Item, Kind, Place
from slactl.model.span import Span
from slactl.ports.archive import EvidenceFailure
from slactl.workflows.collecting import controlday
from slactl.workflows.collecting.controls import NAME, day_of, items
from slactl.workflows.collecting.record import agreement
from tests.fakes_archive import MemoryStore
from tests.workflows.general.test_controls import DENIED, FAILED, MODE, OCTOBER, ROME, at, objective, sample
from tests.workflows.general.test_sampling import catalogue


@dataclass
class Days:
    """A store, and one collect after the other."""

    store: MemoryStore = field(default_factory=MemoryStore)

    def keep(self, *taken: ControlSample) -> None:
        now = max(one.at for one in taken)
        place = Place(Kind.CONTROLS, "123456789012", "eu-west-1", "", day_of(now), NAME)
        added, dropped = items(self.store, place, taken, ROME)
        if added:
            self.store.commit("run", now, added, dropped)

    @property
    def items(self) -> tuple[Item, ...]:
        return self.store.items(Kind.CONTROLS)

    @property
    def kept(self) -> tuple[ControlSample, ...]:
        return KeptSamples(self.store).samples(Span(OCTOBER.start - 86_400, OCTOBER.end + 86_400))


def test_a_day_is_a_file_a_component_and_comes_back_as_it_was() -> None:
    days = Days()
    taken = [sample(at(7)), replace(sample(at(7), failure=DENIED), component="lambda", control="reserved")]
    days.keep(*taken)
    assert [(item.place.service, item.place.when, item.place.name) for item in days.items] == [
        ("dynamodb", "2026-10-07", "controls.json"),
        ("lambda", "2026-10-07", "controls.json"),
    ]
    assert sorted(days.kept, key=lambda one: one.component) == taken
    assert dict(days.items[0].facts) == {"at": at(7), "samples": 1}


def test_of_a_day_the_first_sample_and_whatever_differs_are_kept() -> None:
    days = Days()
    for hour, value in ((6, "PAY_PER_REQUEST"), (9, "PAY_PER_REQUEST"), (12, "PROVISIONED"), (15, "PROVISIONED")):
        days.keep(sample(at(7, hour), value))
    days.keep(sample(at(7, 18)))
    assert [(one.at, one.selected) for one in days.kept] == [
        (at(7, 6), "PAY_PER_REQUEST"), (at(7, 12), "PROVISIONED"), (at(7, 18), "PAY_PER_REQUEST"),
    ]  # fmt: skip
    assert len(days.items) == 1  # each record took the earlier one's place
    assert [commit[1:] for commit in days.store.commits] == [(1, 0), (1, 1), (1, 1)]


def test_a_look_that_is_answered_after_a_refusal_is_kept_and_the_same_refusal_once() -> None:
    days = Days()
    for hour, failure in ((6, FAILED), (7, replace(FAILED, figures=())), (8, DENIED), (9, None)):
        days.keep(sample(at(7, hour), failure=failure))
    assert [(one.at, one.failure) for one in days.kept] == [(at(7, 6), FAILED), (at(7, 8), DENIED), (at(7, 9), None)]


def test_the_first_sample_of_a_local_day_is_kept_though_the_utc_day_has_one() -> None:
    days = Days()
    days.keep(sample(at(7, 6)))
    days.keep(sample(at(8, 0) + 600))  # 22:10 UTC of the 7th
    assert [one.at for one in days.kept] == [at(7, 6), at(8, 0) + 600]


def test_another_question_of_the_day_is_kept_beside_the_first() -> None:
    days = Days()
    days.keep(sample(at(7)))
    days.keep(replace(sample(at(7, 9)), asked="another"))
    assert len(days.kept) == 2


def test_only_the_days_that_are_asked_for_are_read() -> None:
    days = Days()
    for day in (4, 6, 7):
        days.keep(sample(at(day)))
    book = KeptSamples(days.store)
    assert [one.at for one in book.samples(Span(at(6, 0), at(7, 0)))] == [at(6)]
    del days.store.bodies[days.items[0].path]
    assert [one.at for one in book.samples(Span(at(6, 0), at(8, 0)))] == [at(6), at(7)]
    with pytest.raises(EvidenceFailure):
        book.samples(OCTOBER)


def test_what_was_read_is_told_with_the_head_of_its_chain() -> None:
    days = Days()
    for day in (4, 6, 7):
        days.keep(sample(at(day)))
    book = KeptSamples(days.store, "ab" * 32)
    assert book.use() == ()
    book.samples(Span(at(6, 0), at(8, 0)))
    book.samples(Span(at(6, 0), at(7, 0)))
    (use,) = book.use()
    assert (use.kind, use.head, use.items, use.calls) == ("control-samples", "ab" * 32, 2, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "slactl.evidence-controls/2"},
        {"samples": [{"control": "x"}]},
        {"samples": None},
        {"samples": [{"control": "x", "target": None, "at": 1, "asked": "", "selected": 1, "held": None,
                      "failure": {"code": "of-another-version"}}]},
    ],
)  # fmt: skip
def test_what_is_no_record_of_samples_is_said(change: dict[str, Any]) -> None:
    days = Days()
    days.keep(sample(at(7)))
    (item,) = days.items
    days.store.bodies[item.path] = json.dumps(json.loads(days.store.body(item)) | change).encode()
    with pytest.raises(EvidenceFailure, match=r"controls/"):
        KeptSamples(days.store).samples(OCTOBER)
    with pytest.raises(EvidenceFailure):
        days.keep(sample(at(7, 9), "PROVISIONED"))


def test_the_same_samples_give_the_same_bytes() -> None:
    place = Place(Kind.CONTROLS, "1", "r", "dynamodb", "2026-10-07", NAME)
    taken = [sample(at(7)), sample(at(7, 9), "PROVISIONED")]
    assert controlday.body(place, taken) == controlday.body(place, taken[::-1])


def test_a_record_of_a_collect_says_what_was_asked_and_expected() -> None:
    (told,) = agreement(catalogue(objective(MODE)), at(7))["objectives"]
    assert told["control"] == {
        "call": "dynamodb:DescribeTable",
        "with": {"TableName": "{each}"},
        "for_each": ["missions", "idempotency"],
        "select": "Table.BillingModeSummary.BillingMode",
        "region": None,
        "expect": {"equals": "PAY_PER_REQUEST"},
    }
