"""The account of seconds and the comparison with the edge add up for whoever reads them."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from itertools import pairwise

import pytest

from slactl.formats.language import speak
from slactl.formats.page import completeness
from slactl.formats.page.parts import Table
from slactl.formats.page.scene import Scene
from slactl.model.report import Gap, Reconciliation, Report
from slactl.model.span import Span
from slactl.model.status import Code, Reason
from tests.formats.sample import empty, provisional, rich


def scene(report: Report, language: str = "it") -> Scene:
    return Scene(report, speak(language))


def test_the_bar_of_the_account_is_as_wide_as_the_period() -> None:
    for service in rich().services:
        bar = completeness.account_bar(scene(rich()), service)
        assert sum(float(one.width) for one in bar.segments) == pytest.approx(1000, abs=0.3)
        assert bar.segments[0].x == "0"
        for left, right in pairwise(bar.segments):
            assert float(left.x) + float(left.width) == pytest.approx(float(right.x), abs=0.2)


def figures_of(table: Table, column: int = 1) -> list[str]:
    return [cells[column].text for cells in table.rows]


def test_what_is_before_the_services_start_has_its_line_and_the_lines_sum_to_the_period() -> None:
    report = rich()
    account = report.services[0].seconds
    young = replace(report.services[0], seconds=replace(account, up=account.up - 90_000), not_owed=90_000)
    table, *_ = completeness.chapter(scene(replace(report, services=(young,)), "en")).blocks[0].tables
    assert [cell.text for cell in table.rows[-1]] == ["before the service's start", "+ 90,000", "25 h", "3.356%"]
    parts = [int(text.removeprefix("+ ").replace(",", "")) for text in figures_of(table)]
    assert sum(parts) == 745 * 3600
    assert table.foot[1].text == "= 2,682,000"
    bar = completeness.account_bar(scene(report), young)
    assert sum(float(one.width) for one in bar.segments) == pytest.approx(1000, abs=0.3)
    enlarged = completeness.enlarged_bar(scene(report), young)
    assert enlarged == completeness.enlarged_bar(scene(report), report.services[0])


def test_a_service_of_the_whole_period_has_no_line_before_its_start() -> None:
    table = completeness.chapter(scene(rich(), "en")).blocks[0].tables[0]
    assert len(table.rows) == 6


@pytest.mark.parametrize(
    ("service", "unexplained", "agrees", "difference", "note"),
    [
        (98_950, 50, True, "= 50", "The sources agree (limit: 0.1%)."),
        (99_350, 350, False, "= −350", "The sources disagree (limit: 0.1%)."),
    ],
)
def test_the_edge_less_the_unrouted_less_the_service_is_the_difference(
    service: int, unexplained: int, *, agrees: bool, difference: str, note: str
) -> None:
    found = Reconciliation(100_000, service, 1000, unexplained, Fraction(unexplained, 100_000), agrees)
    table = reconciled(found)
    assert figures_of(table)[:2] == ["100,000", "− 1,000"]
    assert figures_of(table)[3:5] == [difference, str(unexplained)]
    numbers = [int(re.sub("[=, ]", "", text).replace("−", "-")) for text in figures_of(table)[:4]]
    assert sum(numbers[:3]) == numbers[3]
    assert table.note == note


def test_sources_of_which_one_was_not_read_are_not_said_to_agree() -> None:
    table = reconciled(Reconciliation(None, 4, None, None, None, agrees=None))
    assert figures_of(table) == ["–", "–", "− 4", "–", "–", "–"]
    assert table.note == "The sources could not be compared: one of them was not read."


def reconciled(found: Reconciliation) -> Table:
    report = rich()
    service = replace(report.services[0], reconciliation=found)
    return completeness.chapter(scene(replace(report, services=(service,)), "en")).blocks[0].tables[1]


def test_what_was_not_up_is_enlarged_only_while_it_is_small() -> None:
    assert completeness.enlarged_bar(scene(rich()), rich().services[0])
    assert completeness.enlarged_bar(scene(provisional()), provisional().services[0]) is None
    assert completeness.enlarged_bar(scene(empty()), empty().services[0]) is None


def test_hundreds_of_gaps_are_listed_by_weight_and_the_rest_is_summed_up() -> None:
    start = rich().period.span.start
    failed, silent = Reason.of(Code.READ_FAILED), Reason.of(Code.UNEXPLAINED_SILENCE)
    many = [Gap(failed, "missions-api", None, Span(start + n * 900, start + n * 900 + 300)) for n in range(400)]
    rare = Gap(silent, "missions-api", None, Span(start + 450, start + 750))
    long = Gap(failed, "missions-api", None, Span(start + 400_000, start + 407_200))
    gaps = tuple(sorted((*many, rare, long), key=lambda gap: gap.span))
    shown = completeness.shown_gaps(gaps)
    assert len(shown) == completeness.MOST_GAPS
    assert {rare, long} <= set(shown)
    assert list(shown) == sorted(shown, key=lambda gap: gap.span)
    block = completeness.chapter(scene(replace(rich(), gaps=gaps), "en")).blocks[-1]
    assert len(block.tables[0].rows) == completeness.MOST_GAPS
    rest = sum(gap.span.seconds for gap in gaps if gap not in shown)
    assert rest == 352 * 300
    assert block.tables[0].note == "And 352 more, 29 h 20 min in all; the JSON report lists every one."
    few = completeness.chapter(scene(replace(rich(), gaps=gaps[:50]), "en")).blocks[-1]
    assert (len(few.tables[0].rows), few.tables[0].note) == (50, "")
