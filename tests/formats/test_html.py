"""The page: whole, escaped, self-contained, and with the same figures as the JSON."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
import time
from dataclasses import replace
from functools import cache
from html.parser import HTMLParser

import pytest

from slactl.formats import html as page
from slactl.formats.json import render as render_json
from slactl.formats.language import speak
from slactl.formats.page.scene import Scene
from slactl.formats.sanitize import plain
from tests.formats.agreement import HOSTILE
from tests.formats.sample import SAMPLES, large, rich

VOID = {"meta", "br", "hr", "img", "input", "link", "rect", "line", "circle", "path"}
OPTIONAL = {"td", "th", "tr"}
CHAPTERS = (
    "Esito", "Completezza dei dati", "Disponibilità", "Tempi di risposta", "Tasso di errore", "Budget di errore",
    "Manutenzione programmata ed esclusioni", "Scostamenti e azioni correttive", "Metodo e definizioni", "Limitazioni",
    "Fonti ed evidenze", "Revisioni", "Verifica e approvazione",
)  # fmt: skip
EVERY = [(name, language) for name in SAMPLES for language in ("it", "en")]


class Reader(HTMLParser):
    """Collects what a page is made of, and complains of what is not closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.ids += [value for key, value in attrs if key == "id" and value is not None]
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in VOID
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        while self.open[-1] in OPTIONAL and self.open[-1] != tag:
            self.open.pop()
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] != "style":
            self.texts.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.texts))


@cache
def rendered(name: str, language: str) -> str:
    return page.render(SAMPLES[name](), language)


@cache
def read(name: str, language: str) -> Reader:
    reader = Reader()
    reader.feed(rendered(name, language))
    return reader


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_the_page_is_well_formed_with_anchors_that_exist(name: str, language: str) -> None:
    reader = read(name, language)
    assert not reader.open
    assert len(reader.ids) == len(set(reader.ids))
    named = [value for _, attrs in reader.tags for value in (attrs.get("aria-labelledby") or "").split()]
    linked = [(attrs.get("href") or "#").removeprefix("#") for tag, attrs in reader.tags if tag == "a"]
    assert named
    assert set(named) | set(linked) <= set(reader.ids)
    assert dict(reader.tags)["html"]["lang"] == language


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_nothing_is_loaded_run_or_styled_in_place(name: str, language: str) -> None:
    reader = read(name, language)
    tags = {tag for tag, _ in reader.tags}
    assert not tags & {
        "script",
        "link",
        "img",
        "iframe",
        "object",
        "embed",
        "form",
        "base",
        "details",
        "video",
        "audio",
    }
    for tag, attrs in reader.tags:
        assert "style" not in attrs
        assert not any(key.startswith("on") for key in attrs)
        assert tag == "a" or "href" not in attrs
        assert tag != "a" or (attrs["href"] or "").startswith("#")
    style = re.search(r"<style>(.*?)</style>", rendered(name, language), re.DOTALL)
    assert style
    assert not re.search(r"url\(|@import|https?:", style.group(1))


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_the_policy_allows_exactly_the_style_sheet(name: str, language: str) -> None:
    text = rendered(name, language)
    style = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    assert len(style) == 1
    digest = base64.b64encode(hashlib.sha256(style[0].encode()).digest()).decode()
    policy = html.unescape(str(re.search(r'Content-Security-Policy" content="([^"]*)"', text)[1]))  # type: ignore[index]
    parts = dict(part.strip().split(" ", 1) for part in policy.split(";"))
    assert parts == {
        "default-src": "'none'", "style-src": f"'sha256-{digest}'", "img-src": "data:", "base-uri": "'none'",
        "form-action": "'none'",
    }  # fmt: skip
    assert text.index("Content-Security-Policy") < text.index("<style>")


def test_the_chapters_come_in_order_and_are_numbered() -> None:
    text = rendered("rich", "it")
    titles = re.findall(r'<h2 id="[a-z]+" tabindex="-1"><span class="number">(\d+)</span> ([^<]+)</h2>', text)
    assert titles == [(str(place), title) for place, title in enumerate(CHAPTERS, 1)]


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_every_displayed_figure_of_the_json_stands_on_the_page(name: str, language: str) -> None:
    text = read(name, language).text
    for row in json.loads(render_json(SAMPLES[name](), language))["results"]:
        if row["display"]:
            bare = row["display"].removesuffix(" ms")
            assert bare in text, (row["objective"], row["operation"])


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_every_reason_gap_window_and_limitation_of_the_json_stands_on_the_page(name: str, language: str) -> None:
    text = read(name, language).text
    report = json.loads(render_json(SAMPLES[name](), language))
    told = [row["reason"] for row in report["results"] if row["reason"] and row["operation"] is None]
    told += report["gaps"] + report["limitations"]
    told += [part["reason"] for window in report["exclusions"] for part in window["services"] if part["reason"]]
    for one in told:
        assert re.sub(r"\s+", " ", one["text"]) in text
    for window in report["exclusions"]:
        assert plain(window["id"]) in text


def test_the_account_of_seconds_visibly_sums() -> None:
    text = rendered("rich", "it")
    tables = re.findall(r'<caption id="seconds-\d">.*?</table>', text, re.DOTALL)
    assert len(tables) == 2
    for table in tables:
        parts = [int(number.replace(".", "")) for number in re.findall(r'<td class="n">(?:\+ )?([\d.]+)</td>', table)]
        total = re.search(r"= ([\d.]+)", table)
        assert total
        assert sum(parts) == int(total[1].replace(".", "")) == 745 * 3600


def test_every_table_has_a_caption_and_its_heads_say_what_they_head() -> None:
    reader = read("rich", "it")
    tags = [tag for tag, _ in reader.tags]
    assert tags.count("table") == tags.count("caption") > 15
    assert all(attrs.get("scope") in {"col", "row", "rowgroup"} for tag, attrs in reader.tags if tag == "th")
    assert tags.count("h1") == 1
    for tag, attrs in reader.tags:
        if tag == "svg":
            assert attrs.get("role") == "img" or attrs.get("aria-hidden") == "true"


def test_names_from_outside_are_text() -> None:
    text, reader = rendered("hostile", "en"), read("hostile", "en")
    assert "<script" not in text
    assert "\x1b" not in text
    assert "\u202e" not in text
    shown = re.sub(r"\s+", " ", reader.text)
    for name in HOSTILE:
        assert re.sub(r"\s+", " ", plain(name)) in shown
    assert "display: none }" not in str(re.search(r"<style>(.*?)</style>", text, re.DOTALL)[1])  # type: ignore[index]


def test_a_provisional_report_says_so_first_and_in_its_title() -> None:
    text = rendered("provisional", "it")
    title = re.search(r"<title>(.*?)</title>", text)
    assert title
    assert title[1].startswith("[PROVVISORIO]")
    assert text.index("Il periodo è ancora in corso") < text.index("<h1>")
    assert "A rischio" in text
    assert "PROVVISORIO" not in rendered("rich", "it")


def test_a_figure_that_misses_its_goal_is_never_called_met() -> None:
    table = rendered("rich", "it")
    row = table[table.index('id="outcome-informative"') :]
    row = row[: row.index("</tr>", row.index("questo mese"))]
    assert "99,719%" in row
    assert "Attenzione" in row
    assert "Rispettato" not in row


def test_endpoints_stand_worst_first() -> None:
    text = rendered("rich", "it")
    table = text[text.index('id="endpoints-1"') :]
    names = re.findall(r"<th scope=row>([^<]+)", table[: table.index("</table>")])
    assert names[0] == "POST /reports/search"
    assert len(names) == 14


def test_the_same_report_gives_the_same_bytes() -> None:
    assert page.render(rich(), "it") == page.render(rich(), "it")


def test_a_thousand_operations_stay_under_a_megabyte_and_a_second() -> None:
    report = large()
    rendered("rich", "it")
    started = time.process_time()
    text = page.render(report, "it")
    spent = time.process_time() - started
    assert len(text.encode()) < 1_000_000
    assert spent < 1
    assert text.count("<th scope=row>") == 1000
    for operation in report.services[0].operations:
        assert html.escape(operation.name) in text


def test_an_empty_month_has_its_chapters_and_no_pictures() -> None:
    text = page.render(SAMPLES["empty"](), "it")
    assert len(re.findall(r'<h2 id="[a-z]+" tabindex', text)) == len(CHAPTERS)
    assert "Non determinabile" in text
    assert "<path" not in text


def test_the_margins_of_the_printed_page_speak_the_language() -> None:
    report = rich()
    style = page.style_sheet(Scene(report, speak("it")))
    assert re.search(r'@bottom-right\{content:"Pagina "counter\(page\)" di "counter\(pages\)\}', style)
    assert "9f2c4d1e77ab0c55" in style


def test_a_window_is_told_with_its_notice_its_proof_and_its_fate() -> None:
    text = read("rich", "it").text
    block = text[text.index("Finestre di manutenzione che toccano il periodo") :]
    applied = block[block.index("CHG-1042") : block.index("CHG-1049")]
    for word in (
        "2026-10-14T02:00+02:00",
        "lavoro svolto 2026-10-14T02:10+02:00 – 2026-10-14T03:40+02:00",
        "2026-10-09T10:00+02:00",
        "preavviso 112 h",
        "prova: documentata",
        "proofs/CHG-1042.eml",
        "3f" * 32,
        "ammessa missions-api",
        "1 h 30 min richiesto: 2 h",
    ):
        assert word in applied
    late = block[block.index("CHG-1057") :]
    late = late[: late.index("WEEKLY")]
    assert "non ammessa missions-api, media-api Annunciata 6 h prima dell'inizio" in late
    assert "0 s richiesto: 1 h 30 min" in late
    assert "preavviso 6 h" in late


@pytest.mark.parametrize(("clock_set", "told"), [(True, "SLACTL_NOW was set:"), (False, "SLACTL_NOW was not set")])
def test_the_sources_say_what_is_needed_to_compute_it_again(*, clock_set: bool, told: str) -> None:
    report = rich()
    report = replace(report, provenance=replace(report.provenance, clock_set=clock_set))
    reader = Reader()
    reader.feed(page.render(report, "en"))
    text = reader.text[reader.text.index("Where each number comes from") :]
    for word in (
        told,
        "2026-11-04T05:58:00Z – 2026-11-04T06:00:00Z",
        "slactl report --month 2026-10 --lang it",
        report.provenance.data_digest,
        report.provenance.config_digest,
        "tzdata 2026.6",
        "123456789012 eu-west-1 arn:aws:sts::123456789012:assumed-role/slactl-report/cron 12 640 41,000 39,118",
        "GET /health 44,700 0 0",
        "ISMS SLA Uptime ≥ 99,9% annuale",
    ):
        assert word in text


def test_the_method_tells_what_the_agreement_chose() -> None:
    text = read("rich", "en").text
    chosen = text[text.index("What the agreement chose") : text.index("Limitations", text.index("What the agreement"))]
    for word in (
        "slice 5 min", "slice goal ≥ 95%", "silence: as in the weeks before", "judged over the agreement year",
        "excludes planned maintenance", "confidence 99%", "fast means < 1,000 ms", "AWS's approximation",
        "never by averaging percentiles", "half-open", "99% and 90%", "rounded down",
    ):  # fmt: skip
        assert word in chosen
    assert "by time slices, with a slice goal of 90%" in text
