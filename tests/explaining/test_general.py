"""The way of general figures: what a percentile, an average, a control and the record of alarms come to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import pytest
import typer

from slactl.cli.explain import _has_slices
from slactl.formats.explanation import saying
from slactl.model.catalogue import Catalogue
from slactl.model.control import ControlSample
from slactl.model.explanation import Explanation, Papers
from slactl.model.general import MetricTerm, Recorded, Silence, Statistic, Statistical, WeightedAverage
from slactl.model.period import Month
from slactl.model.service import SourceKind
from slactl.model.span import Span
from slactl.model.watch import Muted
from slactl.ports.general import GeneralWorld, NoDirectory, NoSamples, SampleBook
from slactl.sources.metric_listing import ListedMetrics
from slactl.workflows.explaining.explain import Question, general_way
from slactl.workflows.explaining.general import open_general
from tests.explaining.adding_up import check_said
from tests.fakes import FAILED, FakeInventory, FakeReader, instant
from tests.workflows.general import test_controls as controls
from tests.workflows.general import test_record as record
from tests.workflows.general.stage import (
    END,
    LATER,
    PERCENT,
    START,
    Put,
    Stage,
    catalogue,
    circumstances,
    every,
    goal,
    objective,
    reader_of,
    term,
)

OCTOBER, DAY = Month(2026, 10), 86_400
HEAD = "ab" * 32


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    return Stage(monkeypatch)


def told(
    stage: Stage, made: Catalogue, puts: Sequence[Put] = (), samples: SampleBook | None = None
) -> tuple[Explanation, str, str]:
    """The explanation of the only objective, and what it says in both languages."""
    world = stage.over(puts)
    general = GeneralWorld(ListedMetrics(world, LATER), samples or NoSamples())
    around = replace(circumstances(LATER), general=general)
    (only,) = made.objectives
    opened = open_general(made, only.id, OCTOBER, reader_of(world), {}, around, HEAD)
    return said(general_way(opened, Question((only.services or ("",))[0], only.id)))


def said(found: Explanation) -> tuple[Explanation, str, str]:
    check_said(found)
    return found, saying("text")(found, "en"), saying("text")(found, "it")


def test_a_percentile_says_how_many_samples_are_within_its_limit_and_its_ends(stage: Stage) -> None:
    recent = every(600, 20.0, END - 5 * DAY)[:-3] + [(END - one, 90.0) for one in (1800, 1200, 600)]
    wanted = Statistic(MetricTerm("App", "Took", "p99"), Statistical.PERCENTILE, "ms", rank=Fraction(99, 100))
    found, english, italian = told(
        stage,
        catalogue(objective(replace(wanted, silence=Silence.QUIET), goal("< 50"))),
        [Put("App", "Took", {}, recent)],
    )
    assert "717 of 720 samples are within the limit: 99.583%." in english
    assert "+ 3  samples beyond it, or perhaps so" in english
    assert found.row.low is not None
    assert "The value lies between " in english
    assert "717 campioni su 720 sono entro il limite: 99,583%." in italian
    assert "metriche di CloudWatch: platform" in italian
    assert "Non c'è nulla da calcolare" not in italian


def test_an_average_has_its_weight_its_sum_and_both_ends(stage: Stage) -> None:
    at = START
    puts = [
        Put("App", "Rate", {}, [(at + 60 * minute, 10.0 if minute % 5 else 20.0) for minute in range(10)], "Percent"),
        Put("App", "Asked", {}, [(at + 60 * minute, 100.0) for minute in range(10)]),
    ]
    rate = WeightedAverage(replace(term("Rate", "Average"), scale=PERCENT), term("Asked"), silence=Silence.QUIET)
    found, english, italian = told(stage, catalogue(objective(rate, goal("< 50", PERCENT))), puts)
    assert (found.row.total, found.row.value) == (1000, Fraction(20, 100))
    assert "  200 / 1,000 = 20.000%" in english
    assert "The value lies between 10.000% and 20.000%" in english
    assert "somma di ogni valore per il suo peso" in italian


def test_what_is_no_quotient_says_so(stage: Stage) -> None:
    most = Statistic(term("Busy", "Maximum"), Statistical.MAXIMUM, "count", silence=Silence.QUIET)
    put = Put("App", "Busy", {}, every(3600, 7.0, END - 5 * DAY))
    _, english, italian = told(stage, catalogue(objective(most, goal("< 9"))), [put])
    assert "The value is no quotient of two counts" in english
    assert "Il valore non è il quoziente di due conteggi: risulta dalle parti e dalle letture qui riportate." in italian
    assert "There is nothing to compute." in told(stage, catalogue(objective(most, goal("< 9"))))[1]


@dataclass
class Files(controls.Book):
    """Samples of which each but the last stands in a file."""

    def origin(self, sample: ControlSample) -> str | None:
        return None if sample is self.kept[-1] else f"controls/day={sample.at // DAY}"


def test_a_control_names_its_files_their_head_and_the_live_looks(stage: Stage) -> None:
    kept = [controls.sample(controls.at(day)) for day in range(1, 32)]
    made = catalogue(controls.objective(controls.ONE))
    found, english, italian = told(stage, made, samples=Files(kept))
    assert (len(found.papers.files), found.papers.head) == (30, HEAD)
    assert found.papers.looks == ('2026-10-31T05:00:00Z dynamodb:DescribeTable {"TableName": "missions"}',)
    assert 'exactly "PAY_PER_REQUEST"' in english
    assert f"Letto dalle evidenze conservate (file: 30, testa della catena {HEAD}):\n    controls/day=" in italian
    assert "Letto dal vivo, con queste chiamate:\n    2026-10-31T05:00:00Z dynamodb:DescribeTable" in italian
    assert 'esattamente "PAY_PER_REQUEST"' in italian
    assert "non è stato chiesto nulla" not in italian
    bare = told(stage, made, samples=controls.Book(kept))[0].papers
    assert (bare.files, bare.head, len(bare.looks)) == ((), None, 31)


@dataclass
class Days(record.Days):
    """Days of alarms that stand in a file."""

    def origins(self, span: Span) -> tuple[str, ...]:
        assert span == OCTOBER.span(record.catalogue().report.zone)
        return ("alarms/day=2026-11-02",)


def of_record(book: Days, asks: Recorded, row: str | None = None) -> tuple[Explanation, str, str]:
    asked = record.asking(asks, "1")
    general = GeneralWorld(NoDirectory(FAILED), NoSamples(), book)
    inventories: Mapping[SourceKind, Any] = {SourceKind.APPLICATION_SIGNALS: FakeInventory(["GET /a"])}
    opened = open_general(
        record.catalogue(record.UPTIME, asked), asked.id, OCTOBER, FakeReader(record.HITS), inventories,
        replace(circumstances(record.LATER), general=general), HEAD,
    )  # fmt: skip
    return said(general_way(opened, Question("monitoring", asked.id, row)))


def test_the_record_has_a_line_for_each_crossing_of_each_promise() -> None:
    book = Days([record.acted(record.AT + 1000)], record.STANDING)
    found, english, italian = of_record(book, Recorded.NOTIFIED)
    assert found.papers == Papers(("alarms/day=2026-11-02",), HEAD)
    (promise,) = found.promises
    assert "  1 / 1 = 100.000%" in english
    assert "shop uptime  744 h of 744 h  2026-10-11T06:" in english
    assert instant("2026-10-11T06:16:40+00:00") == promise.crossings[0].action
    assert "  2026-10-11T06:16:40+00:00  " in english
    assert "superamenti di un limite seguiti da un'azione" in italian
    assert "notified" not in italian.partition("Da che cosa risulta")[2].partition("Calcolo")[0]
    assert "la storia conservata degli allarmi: monitoring" in italian
    assert of_record(book, Recorded.WATCHED, "shop uptime")[0].promises[0].watched == 744 * 3600
    untold = of_record(Days([], record.STANDING), Recorded.NOTIFIED)[1]
    assert "nobody was told" in untold


def test_what_a_window_muted_stands_by_itself() -> None:
    found, _, _ = of_record(Days([record.acted(record.AT + 1000)], record.STANDING), Recorded.NOTIFIED)
    muted = (Muted(record.AT, "W-1", admitted=True), Muted(record.AT, "W-2", admitted=False, action=record.AT + 60))
    _, english, italian = said(replace(found, promises=(replace(found.promises[0], muted=muted, by_month=True),)))
    assert "2026-10-11T06:00:00Z  muted by W-1 " in english
    assert "muted by W-2, not admitted; an alarm acted all the same: 2026-10-11T06:01+00:00" in english
    assert "silenziato da W-2, non ammessa; un allarme ha agito lo stesso" in italian
    crossed = next(line for line in english.splitlines() if line.startswith("  shop uptime"))
    assert crossed.endswith(" \N{EN DASH}")


def test_what_only_the_figures_of_services_tell_names_no_files() -> None:
    found, english, _ = of_record(Days(), Recorded.ATTRIBUTED)
    assert (found.papers, found.promises) == (Papers(), ())
    assert "requests that an endpoint accounts for" in english
    assert "slactl explain SERVICE OBJECTIVE" in english


def test_a_span_of_what_has_no_slices_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    made = catalogue(controls.objective(controls.ONE))
    _has_slices(made, Question("dynamodb", "on-demand"))
    with pytest.raises(typer.Exit) as refused:
        _has_slices(made, Question("dynamodb", "on-demand", at=Span(0, 60)))
    assert refused.value.exit_code == 2
    assert "--at goes with slices; on-demand has none" in capsys.readouterr().err
