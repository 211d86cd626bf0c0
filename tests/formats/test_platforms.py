"""A report with a platform: rows of components and clauses of a document in every format."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from dataclasses import replace
from datetime import date
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

import pypdf
import pytest
from jsonschema import Draft202012Validator
from markdown_it import MarkdownIt

from slactl.formats import FORMATS
from slactl.formats.clauses import Telling
from slactl.formats.language import speak
from slactl.formats.page.components import MOST
from slactl.formats.page.components import chapter as components_chapter
from slactl.formats.page.scene import Scene
from slactl.model.control import ControlDetail
from slactl.model.general import AlarmRecord, Control, Expectation, Expects, MetricTerm, Ratio, Recorded
from slactl.model.objective import Indicator
from slactl.model.report import Report, Rollup, SourceUse
from slactl.model.status import Status
from tests.formats.agreement import HOSTILE
from tests.formats.platforms import ASKED, CLAUSES, GENERAL, ON_DEMAND, THROTTLED, THROTTLES, hostile_platform, platform
from tests.formats.sample import rich
from tests.formats.test_html import Reader

SCHEMA = json.loads((Path(__file__).parents[2] / "slactl/formats/report.schema.json").read_text("utf-8"))
MADE = {"platform": platform, "hostile": hostile_platform}
CLOUD = MetricTerm("Cloudflare/Zone", "Requests", "Sum")
EVERY = [(name, language) for name in MADE for language in ("it", "en")]


@cache
def said(name: str, form: str, language: str) -> str:
    return FORMATS[form].render(MADE[name](), language)


def told(name: str, language: str = "en") -> Any:
    return json.loads(said(name, "json", language))


def read(page: str) -> Reader:
    reader = Reader()
    reader.feed(page)
    reader.close()
    return reader


def chapter(page: str, name: str) -> str:
    """A chapter's text, without tags."""
    found = re.search(
        rf'<section class="chapter c-{name}".*?</section>\s*(?=<section class="chapter|</main>)', page, re.DOTALL
    )
    assert found is not None
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found.group())).split())


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_the_json_has_its_published_form(name: str, language: str) -> None:
    Draft202012Validator(SCHEMA).validate(told(name, language))


@pytest.mark.parametrize("name", MADE)
def test_every_row_of_a_component_is_in_json_and_csv(name: str) -> None:
    report = MADE[name]()
    wanted = [(row.service, row.objective, row.operation) for row in report.results]
    assert [(row["service"], row["objective"], row["operation"]) for row in told(name)["results"]] == wanted
    lines = list(csv.DictReader(io.StringIO(said(name, "csv", "en"), newline="")))
    assert [(one["objective"], one["status"]) for one in lines] == [
        (row.objective, row.status.value) for row in report.results
    ]


def test_units_and_details_of_general_rows() -> None:
    rows = {(row["objective"], row["operation"]): row for row in told("platform", "it")["results"]}
    reads, held = rows["memorydb-read-latency", None], rows["dynamodb-on-demand", "idempotency"]
    assert (reads["value"], reads["unit"], reads["display"]) == (0.4123, "ms", "412,3 µs")
    assert (held["good"], held["total"], held["unit"], held["display"]) == (29, 31, "days", "93,548%")
    assert held["detail"]["missed_days"] == ["2026-10-12", "2026-10-13"]
    assert [one["after"] for one in held["detail"]["changes"]] == ["PROVISIONED", "PAY_PER_REQUEST"]
    gone = rows["dynamodb-on-demand", "leaderboard"]["detail"]["days_without_sample"]
    assert (gone[0], len(gone)) == ("2026-10-03", 5)
    assert rows["payload", None]["display"] == "5,813 MB"


def test_the_clauses_stand_in_the_json_with_their_answers() -> None:
    found = told("platform")
    assert [one["id"] for one in found["clauses"]] == [one.id for one in CLAUSES]
    assert sum(found["document"]["counts"].values()) == found["document"]["clauses"] == len(CLAUSES)
    by_id = {one["id"]: one for one in found["clauses"]}
    assert by_id["drill"]["attested"][0]["expired"] is True
    assert (by_id["drill"]["status"], by_id["drill"]["finding"]) == ("INSUFFICIENT_DATA", True)
    assert by_id["caching"]["status"] is None
    assert by_id["partitioning"]["inherited"][0]["age_days"] == 410
    assert by_id["failover"]["wanted"]["pack"] == "route53"
    assert by_id["unlimited"]["found"][0]["row"]["display"] == "0.035%"
    assert found["watched"][0]["crossings"][1] == {
        "at": "2026-10-21T21:20:00Z", "action": None, "delay_seconds": None,
    }  # fmt: skip
    by_name = {one["objective"]: one for one in found["watched"]}
    assert by_name["error-rate"]["muted"][1] == {
        "at": "2026-10-26T20:50:00Z", "window": "CHG-2", "admitted": False, "action": None,
    }  # fmt: skip
    assert (by_name["memorydb-read-latency"]["by_month"], by_name["uptime"]["by_month"]) == (True, False)
    assert by_name["lambda-concurrency"]["unknown_crossings"] == 1


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_the_page_is_whole_and_every_anchor_is_its_own(name: str, language: str) -> None:
    reader = read(said(name, "html", language))
    assert reader.open == []
    assert len(reader.ids) == len(set(reader.ids))
    assert {tag for tag, _ in reader.tags}.isdisjoint({"script", "a:script", "img"})


def test_nothing_from_outside_is_markup() -> None:
    page = said("hostile", "html", "it")
    assert "<script" not in page
    assert "javascript:alert" in page
    assert 'href="javascript' not in page
    rendered = MarkdownIt("commonmark", {"html": True}).enable("table").render(said("hostile", "md", "it"))
    assert "<script" not in rendered
    assert "<a " not in rendered
    assert all(len(line) < 20_000 for line in said("hostile", "md", "it").splitlines())


def test_the_outcome_names_the_misses_of_components() -> None:
    text = chapter(said("platform", "html", "it"), "outcome")
    assert re.search(r"Amazon DynamoDB Letture rifiutate per limite < 0,1% 0,035% .*?✗ Non rispettato", text)
    assert "1 parte su 23 non rispettata" in text
    assert "Parte peggiore: idempotency (0,200%)" in text
    assert re.search(r"AWS Lambda Concorrenza rispetto al limite < 80% 80,001%", text)


def test_a_service_s_rows_stand_together_in_the_outcome() -> None:
    text = chapter(said("platform", "html", "it"), "outcome")
    binding = text.split("Obiettivi informativi")[0]
    assert binding.count(" missions-api ") == 1
    assert binding.index("Missioni concluse") < binding.index(" media-api ")


def test_the_chapter_of_components_has_figures_breakdowns_and_changes() -> None:
    text = chapter(said("platform", "html", "it"), "components")
    assert "1.203.920 su 1.204.331 operazioni" in text
    assert "rispettata in 29 giorni su 31 non rispettata: lun 12 ott – mar 13 ott La tabella ha una capacità" in text
    assert "sab 3 ott – mar 6 ott, ven 9 ott" in text
    assert '2026-10-12T05:00+02:00 Modalità on-demand idempotency "PAY_PER_REQUEST" "PROVISIONED" no' in text
    assert "da 100,000% a 0,100%" in text
    assert "La lettura dei dati non era consentita" in text


def folded(report: Report) -> list[str]:
    """The values that the first breakdown shows."""
    block = components_chapter(Scene(report, speak("en"))).blocks[0]
    table = next(one for one in block.tables if one.id.startswith("parts-"))
    return [cells[0].text for cells in table.rows]


def test_a_long_breakdown_shows_the_largest_and_hides_no_miss() -> None:
    report = platform()
    assert folded(report) == [
        "missions",
        "idempotency",
        "leaderboard",
        *(f"tenant-{number:02d}" for number in range(9)),
    ]
    assert len(folded(report)) == MOST
    last = next(row for row in report.results if (row.objective, row.operation) == ("dynamodb-throttles", "tenant-19"))
    rows = tuple(replace(row, status=Status.INSUFFICIENT_DATA) if row is last else row for row in report.results)
    assert folded(replace(report, results=rows))[-1] == "tenant-19"


def test_a_component_s_parts_are_no_endpoints() -> None:
    page = said("platform", "html", "it")
    assert "Letture rifiutate per limite" not in chapter(page, "errors")
    assert "Missioni concluse" not in chapter(page, "errors")


def test_the_clauses_follow_the_document_with_kind_figure_status_and_evidence() -> None:
    text = chapter(said("platform", "html", "it"), "clauses")
    assert [text.index(f"«{one.quote}»") for one in CLAUSES[:4]] == sorted(
        text.index(f"«{one.quote}»") for one in CLAUSES[:4]
    )
    assert "● verificato su configurazione Modalità on-demand, Amazon DynamoDB: rispettata in 29 giorni su 31" in text
    assert "□ attestato Anna Bianchi, CTO, 1 settembre 2026 (60 giorni prima), valido fino al 31 agosto 2027" in text
    assert "proofs/code.pdf SHA-256 7d7d7d7d7d7d7d7d" in text
    assert "○ ereditato dal fornitore AWS, DynamoDB SLA, versione 2025-09, 16 settembre 2025 (410 giorni prima)" in text
    assert "valido fino al 30 settembre 2026: scaduto Nulla vi risponde. ? Non determinabile" in text
    assert "– non verificabile Manca un termine di confronto." in text
    assert (
        "Nulla vi risponde. Risponderebbe: il pacchetto route53 attivato; attestazione: una prova di failover" in text
    )
    assert "tutte le clausole 10 3 – 1 2 – 4" in text


def test_the_sources_tell_what_was_looked_at_where_and_when() -> None:
    text = chapter(said("platform", "html", "it"), "sources")
    told = "dynamodb:DescribeTable 123456789012 eu-west-1 93 2026-10-01T05:00+02:00 2026-10-31T05:00+01:00"
    assert f"Modalità on-demand dynamodb-on-demand {told}" in text


def test_a_look_that_selected_nothing_says_so_in_words() -> None:
    report = platform()
    row = next(one for one in report.results if one.objective == "dynamodb-on-demand")
    assert isinstance(row.detail, ControlDetail)
    assert row.detail.latest is not None
    for selected, shown in ((None, "nessun valore"), ([], "elenco vuoto")):
        detail = replace(row.detail, latest=replace(row.detail.latest, selected=selected, held=False))
        page = FORMATS["html"].render(replace(report, results=(replace(row, detail=detail),)), "it")
        assert shown in page
        assert "Non è stato trovato alcun valore" in page


def test_the_sources_tell_of_which_store_samples_and_alarms_came() -> None:
    found = platform()
    kept = tuple(
        SourceUse(kind, None, None, None, 0, 0, 0, head=head * 32, items=items)
        for kind, head, items in (("control-samples", "5a", 62), ("alarm-history", "5a", 33))
    )
    report = replace(found, sources=(*found.sources, *kept))
    text = chapter(FORMATS["html"].render(report, "it"), "sources")
    for title, items in (("campioni conservati delle verifiche", 62), ("storico conservato degli allarmi", 33)):
        assert re.search(rf"{title} – – – {items} file [^0-9]*{'5a' * 32}", text), title
    document = json.loads(FORMATS["json"].render(report, "it"))
    Draft202012Validator(SCHEMA).validate(document)
    assert [one["store"]["items"] for one in document["sources"][-2:]] == [62, 33]


def test_what_others_say_does_not_look_like_a_measurement() -> None:
    page = said("platform", "html", "it")
    assert page.count('<td class="how h-measured"') == 4
    assert page.count('<td class="how h-attested"') == 1
    style = page[: page.index("</style>")]
    assert re.search(r"\.h-attested,\.h-inherited\{[^}]*italic", style)


def test_a_quote_in_another_language_says_so() -> None:
    quotes = {language: said("platform", "html", language).count('<span lang="it">«') for language in ("it", "en")}
    assert quotes == {"it": 0, "en": len(CLAUSES)}


def test_the_chapter_of_alarms_tells_crossings_without_a_notice() -> None:
    text = chapter(said("platform", "html", "it"), "alarms")
    assert "Disponibilità missions-api 744 h 99,865% 2 2026-10-08T10:46+02:00 6 min 1 2026-10-21T23:20+02:00 –" in text
    assert re.search(r"Letture rifiutate per limite Amazon DynamoDB · missions .*? non noto – – – – – –", text)
    called = "un allarme ha agito lo stesso: 2026-10-20T02:15+02:00"
    muted = f"2 2026-10-20T02:10+02:00 (CHG-1; {called}) 2026-10-26T21:50+01:00 (CHG-2, non ammessa)"
    assert f"Tasso di errore missions-api 745 h 100,000% 1 2026-10-26T22:35+01:00 45 min nessuno {muted}" in text
    missed = "1 a fine periodo: il mese l'ha mancata"
    assert f"Latenza di lettura, p99 AWS MemoryDB 745 h 100,000% 1 (sul mese) – – {missed} –" in text
    assert "0 (sul mese) 1 altro non noto – – nessuno –" in text


def test_chapters_that_have_nothing_to_tell_are_not_there() -> None:
    page = FORMATS["html"].render(rich(), "it")
    assert [name for name in ("components", "clauses", "alarms") if f'id="{name}"' in page] == []
    only = replace(platform(), watched=None, answers=())
    assert 'id="clauses"' not in FORMATS["html"].render(only, "it")


def test_the_method_defines_what_it_speaks_of() -> None:
    text = chapter(said("platform", "html", "en"), "method")
    assert "Attested and inherited" in text
    assert "bad: AWS/DynamoDB ReadThrottleEvents (Sum) {TableName=missions|idempotency}" in text
    assert "judged for every Table" in text
    assert 'dynamodb:DescribeTable Table.BillingModeSummary.BillingMode is "PAY_PER_REQUEST"' in text
    assert "Attested" not in chapter(FORMATS["html"].render(rich(), "en"), "method")


@pytest.mark.parametrize(
    ("indicator", "wanted"),
    [
        (Ratio((CLOUD,), (CLOUD,), counts_good=True), "Cloudflare"),
        (Ratio((THROTTLED,), (ASKED,), counts_good=False), "CloudWatch"),
        (AlarmRecord(Recorded.WATCHED), "storico conservato degli allarmi"),
        (AlarmRecord(Recorded.NOTIFIED), "storico conservato degli allarmi"),
        (AlarmRecord(Recorded.ATTRIBUTED), "CloudWatch Application Signals · CloudWatch, API Gateway"),
        (AlarmRecord(Recorded.PERCENTILES_READABLE), "CloudWatch Application Signals · CloudWatch, API Gateway"),
    ],
)
def test_whose_figures_answer_a_clause_is_told(indicator: Indicator, wanted: str) -> None:
    report = platform()
    agreed = tuple(
        replace(one, indicator=indicator) if one.id == THROTTLES.id else one for one in report.catalogue.objectives
    )
    changed = replace(report, catalogue=replace(report.catalogue, objectives=agreed))
    answer = next(one for one in report.answers if one.clause.id == "unlimited")
    told = Telling.of(changed, speak("it")).evidence(answer)
    assert f"dynamodb-throttles · {wanted}" in told


def test_what_a_miss_means_is_said_wherever_it_is_listed() -> None:
    page = said("platform", "html", "it")
    for name in ("outcome", "components", "deviations"):
        assert "La tabella ha una capacità fissa." in chapter(page, name), name
    components = chapter(page, "components").split("Verifiche della configurazione")[0]
    assert "La tabella ha una capacità fissa." in components


def control_cell(select: str, expects: Expectation, found: object) -> str:
    """The chapter of components with the on-demand mode looked at otherwise."""
    report = platform()
    control = Control("view:of-it", select, expects)
    agreed = tuple(replace(one, indicator=control) if one.id == ON_DEMAND.id else one for one in GENERAL)
    row = next(one for one in report.results if (one.objective, one.operation) == (ON_DEMAND.id, "missions"))
    assert isinstance(row.detail, ControlDetail)
    assert row.detail.latest is not None
    detail = replace(row.detail, latest=replace(row.detail.latest, selected=found))
    made = replace(report, catalogue=replace(report.catalogue, objectives=agreed))
    return chapter(FORMATS["html"].render(replace(made, results=(replace(row, detail=detail),)), "it"), "components")


def test_what_is_expected_is_read_with_what_was_selected_and_its_unit() -> None:
    nothing = control_cell("tenants_without_plan", Expectation(Expects.ABSENT), [])
    assert "missions nessuno tenants_without_plan rispettata" in nothing
    seconds = control_cell("slowest_seconds", Expectation(Expects.AT_MOST, 180), 150)
    assert "al massimo 180 s slowest_seconds rispettata in 31 giorni su 31 150 s" in seconds
    assert "almeno 2 length(regions) rispettata in 31 giorni su 31 2 " in control_cell(
        "length(regions)", Expectation(Expects.AT_LEAST, 2), 2
    )


def test_the_largest_part_is_counted_by_its_own() -> None:
    report = platform()
    shares = replace(THROTTLES, indicator=Ratio((THROTTLED,), (THROTTLED,), False, breakdown="Tenant", largest=True))
    agreed = tuple(shares if one.id == THROTTLES.id else one for one in GENERAL)
    (whole,) = [one for one in report.results if one.objective == THROTTLES.id and one.operation is None]
    row = replace(whole, value=Fraction(12_439, 34_902), good=22_463, total=34_902, unit="requests")
    part = replace(row, operation="acme", rollup=None)
    made = replace(report, catalogue=replace(report.catalogue, objectives=agreed), results=(row, part))
    page = FORMATS["html"].render(made, "it")
    text = chapter(page, "components")
    assert "Conformi su totale" in text
    assert "il più grande: 12.439 su 34.902 richieste" in text
    assert text.count("12.439 su 34.902 richieste") == 2
    assert "la quota più grande: AWS/DynamoDB ReadThrottleEvents" in chapter(page, "method")


def test_of_each_objective_a_clause_tells_its_own_row_before_parts() -> None:
    report = platform()
    answer = next(one for one in report.answers if one.clause.id == "unlimited")
    (good,) = [one for one in answer.found if one.row and (one.objective, one.row.operation) == (THROTTLES.id, None)]
    assert good.row is not None
    fine = replace(good, row=replace(good.row, status=Status.OK, rollup=None))
    parts = [
        replace(good, objective=ON_DEMAND.id, row=replace(good.row, operation=f"part-{number}", rollup=None))
        for number in range(9)
    ]
    told = Telling.of(report, speak("it")).findings(replace(answer, found=(*parts, fine)))
    assert told[0].startswith("Letture rifiutate per limite, Amazon DynamoDB: 0,035%")
    assert [f"part-{number}" in told[number + 1] for number in range(5)] == [True] * 5
    assert told[6] == "e altri 4 valori"


def test_markdown_has_the_same_chapters() -> None:
    text = said("platform", "md", "it")
    for title in ("Componenti della piattaforma", "Verifica clausola per clausola", "Allarmi e notifiche"):
        assert f"\n## {title}\n" in text
    assert "412,3 µs" in text


def test_paper_has_every_figure_of_every_component() -> None:
    pages = pypdf.PdfReader(io.BytesIO(FORMATS["pdf"].content(platform(), "it"))).pages
    text = re.sub(r"[\s\u200b\u00ad]+", "", "".join(page.extract_text() for page in pages))
    rows = [row for row in told("platform", "it")["results"] if row["operation"] is None and row["display"]]
    assert [row["display"] for row in rows if re.sub(r"\s", "", row["display"]).removesuffix("ms") not in text] == []
    for word in ("Verificaclausolaperclausola", "ereditatodalfornitore", "AnnaBianchi", "rispettatain29giornisu31"):
        assert word in text


def test_hostile_names_go_on_paper() -> None:
    report = hostile_platform()
    assert FORMATS["pdf"].content(report, "en").startswith(b"%PDF")
    assert len(HOSTILE) > MOST


def test_dates_of_answers_are_days() -> None:
    assert date.fromisoformat(told("platform")["clauses"][2]["attested"][0]["valid_until"]) == date(2027, 8, 31)


def test_whose_hours_were_watched_is_said_by_the_promise_s_title() -> None:
    found = platform()
    (whole,) = [row for row in found.results if row.objective == "alarms-watched" and row.operation is None]
    name = "memorydb memorydb-read-latency"
    part = replace(whole, operation=name, status=Status.BREACHED, rollup=None)
    total = replace(whole, rollup=Rollup(Status.BREACHED, name))
    rows = tuple(total if one is whole else one for one in found.results)
    page = html.unescape(FORMATS["html"].render(replace(found, results=(*rows, part)), "it"))
    assert name not in page
    for one in ("alarms", "components", "deviations"):
        assert "Latenza di lettura, p99, AWS MemoryDB" in chapter(page, one)
    assert "Amazon CloudFront · Tasso di errore 5xx" in chapter(page, "completeness")
    assert "Amazon CloudFront · informativo" in chapter(page, "deviations")
