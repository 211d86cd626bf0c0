"""``slactl coverage``: the document clause by clause, with the month's figures or without; findings by exit code."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from tests.failures.small import CALM, configuration, world
from tests.failures.stage import Stage

DOCUMENT = """document: mine
title: {it: Accordo, en: Agreement}
language: it
clauses:
  - {id: errors, section: Errors, quote: "meno dello 0,5%", measured: [error-rate]}
  - {id: code, section: Code, quote: "ottimizzato", asks: {attested: {en: who wrote it says so}}}
  - {id: cheap, section: Code, quote: "costi ottimizzati", not_verifiable: {en: no baseline}, whole: true}
"""
ANSWERS = """document: mine.yaml
answers:
  code:
    attested: {by: Ada Lovelace, role: CTO, on: 2026-09-30, valid_until: %s}
"""


@pytest.fixture
def shop(stage: Stage) -> Stage:
    files = configuration()
    answers = ANSWERS % "2027-09-30"
    main = files["slactl.yaml"] + "clauses: clauses.yaml\n"
    stage.configure({**files, "slactl.yaml": main, "clauses.yaml": answers, "mine.yaml": DOCUMENT})
    return stage


def test_every_clause_is_answered(shop: Stage) -> None:
    shop.show(world(mood=CALM))
    done = shop.run("coverage", "--month", "2026-10", "--lang", "en")
    assert done.code == 0, done.err
    lines = done.out.splitlines()
    assert lines[0] == "Agreement, 2026-10: 3 clauses"
    assert lines[1] == "measured 1, checked 0, attested 1, inherited 0, not verifiable 1, unanswered 0"
    assert "      Ada Lovelace, CTO, 30 September 2026 (31 days before), valid until 30 September 2027" in lines
    assert any("shop" not in line and "error-rate: 0.000% (< 0.5%), Met" in line for line in lines)
    assert lines[-1] == "Every clause is answered."
    assert "reading 2026-10" in done.err


def test_it_says_what_the_report_says(shop: Stage) -> None:
    shop.show(world())
    told = json.loads(shop.run("-q", "coverage", "--month", "2026-10", "--format", "json").out)
    report = shop.report().report
    assert told["clauses"] == report["clauses"]
    assert told["document"] == report["document"]
    assert told["clauses"][0]["status"] == "BREACHED"


def test_an_unanswered_clause_is_a_finding(shop: Stage) -> None:
    (shop.directory / "clauses.yaml").write_text("document: mine.yaml\n", "utf-8")
    done = shop.run("coverage", "--no-figures", "--lang", "en")
    assert done.code == 2
    assert "Nothing answers it. What would: attested: who wrote it says so." in done.out
    assert done.out.endswith("1 clause needs an answer.\n  code: unanswered\n")


@pytest.mark.parametrize("until", ["2026-10-15", "2026-11-01"])
def test_an_attestation_that_is_over_is_a_finding(shop: Stage, until: str) -> None:
    (shop.directory / "clauses.yaml").write_text(ANSWERS % until, "utf-8")
    done = shop.run("coverage", "--no-figures", "--format", "csv")
    assert done.code == 2
    rows = {one["clause"]: one for one in csv.DictReader(io.StringIO(done.out, newline=""))}
    assert (rows["code"]["finding"], rows["code"]["status"]) == ("expired", "INSUFFICIENT_DATA")


def test_without_figures_nobody_is_asked(shop: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    done = shop.run("coverage", "--no-figures", "--format", "md", "--lang", "it")
    assert (done.code, done.err) == (0, "")
    assert "| «meno dello 0,5%» · errors | ■ misurato | error-rate | – | error-rate |" in done.out


def test_without_an_endpoint_one_could_not_look(shop: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    done = shop.run("coverage", "--month", "2026-10")
    assert (done.code, done.out) == (3, "")
    assert "Traceback" not in done.err


def test_without_a_document_there_is_nothing_to_go_through(stage: Stage) -> None:
    stage.configure()
    done = stage.run("coverage")
    assert done.code == 3
    assert "there is no document to go through" in done.err


@pytest.mark.parametrize(
    "wrong",
    [("--no-figures", "--month", "2026-10"), ("--no-figures", "--from", "evidence"), ("--month", "2027-01"),
     ("--month", "October"), ("--format", "html"), ("--months", "1")],
)  # fmt: skip
def test_wrong_usage_is_no_verdict(shop: Stage, wrong: tuple[str, ...]) -> None:
    done = shop.run("coverage", *wrong)
    assert (done.code, done.out) == (3, "")
    assert "slactl: error: " in done.err


def test_a_bad_configuration_is_no_verdict(shop: Stage) -> None:
    (shop.directory / "mine.yaml").write_text(DOCUMENT.replace("quote:", "qoute:"), "utf-8")
    done = shop.run("coverage", "--no-figures")
    assert (done.code, done.out) == (3, "")
    assert "mine.yaml:5" in done.err


def test_nothing_is_written(shop: Stage) -> None:
    before = shop.files()
    shop.run("coverage", "--no-figures")
    assert shop.files() == before
    assert all(Path(name).suffix == ".yaml" for name in before)
