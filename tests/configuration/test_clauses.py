"""The section clauses: the document, what people and suppliers say of it, and every mistake of it."""

from __future__ import annotations

import hashlib
from datetime import date
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from slactl.cli.configfiles import named_files
from slactl.configuration import ConfigurationError, Loaded, load
from slactl.configuration.findings import find
from slactl.configuration.mistakes import Notes
from slactl.configuration.nodes import plain
from slactl.configuration.schema import schema_of
from slactl.configuration.yaml_reader import read_yaml
from slactl.model.clause import Answered, Attestation, Clause, Document, Inheritance

MAIN = "version: 1\nservices: {api: {environment: prod}}\n"
OWN = "objectives: [{id: u, indicator: coverage, goal: '>= 99%%', reference: {document: d, quote: q}%s}]\n"
DOCUMENT = """\
document: mine
title: {it: Il mio, en: Mine}
language: en
clauses:
  - {id: up, section: Uptime, quote: We are up., measured: [u], note: {it: Sì, en: Yes}}
  - {id: tidy, quote: Code is tidy., asks: {attested: {it: Chi, en: Who}, inherited: From whom}}
  - {id: nice, quote: We are nice., not_verifiable: {it: No, en: "No"}, whole: true, pack: lambda}
  - {id: set, quote: It is set., controlled: [gone]}
"""
VOUCHED = "{by: Ada, role: CISO, on: 2026-09-30, valid_until: 2027-09-30%s}"
PROMISED = "{supplier: AWS, document: Guide, version: 7, date: 2026-05-01%s}"


def loaded_of(folder: Path, main: str, **files: str) -> Loaded:
    (folder / "slactl.yaml").write_text(MAIN + main, encoding="utf-8")
    for name, text in files.items():
        path = folder / f"{name.replace('__', '/')}.yaml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return load(folder / "slactl.yaml")


def document_of(loaded: Loaded) -> Document:
    assert loaded.catalogue.document is not None
    return loaded.catalogue.document


def told_of(folder: Path, main: str, **files: str) -> list[str]:
    with pytest.raises(ConfigurationError) as refused:
        loaded_of(folder, main, **files)
    return [str(mistake).removeprefix(f"{folder}/") for mistake in refused.value.mistakes]


@pytest.mark.parametrize(
    ("main", "read"),
    [
        ("", True),
        ("objectives: bundled:isms.yaml\n", True),
        ("clauses: none\n", False),
        (OWN % "", False),
        (OWN % "" + "packs: {dynamodb: {tables: [a]}}\n", True),
        (OWN % "" + "packs: {dynamodb: {tables: [a]}}\nclauses: none\n", False),
        (OWN % "" + "clauses: {}\n", True),
    ],
)
def test_where_the_shipped_document_is_read(tmp_path: Path, main: str, read: bool) -> None:
    found = loaded_of(tmp_path, main).catalogue
    assert (found.document is not None) is read
    assert ("bundled:clauses/isms.yaml" in [file.name for file in found.files]) is read
    if found.document:
        assert (found.document.id, found.document.language) == ("isms", "it")


def test_a_document_of_ones_own(tmp_path: Path) -> None:
    loaded = loaded_of(tmp_path, OWN % ", clauses: [tidy]" + "clauses: {document: mine.yaml}\n", mine=DOCUMENT)
    assert document_of(loaded) == Document(
        "mine",
        {"it": "Il mio", "en": "Mine"},
        (
            Clause("up", "Uptime", "We are up.", ("u",), note={"it": "Sì", "en": "Yes"}),
            Clause(
                "tidy",
                "-",
                "Code is tidy.",
                asks_attestation={"it": "Chi", "en": "Who"},
                asks_inheritance={"it": "From whom", "en": "From whom"},
            ),
            Clause("nice", "-", "We are nice.", not_verifiable={"it": "No", "en": "No"}, whole=True, pack="lambda"),
            Clause("set", "-", "It is set.", controlled=("gone",)),
        ),
        language="en",
    )
    assert [(one.code, one.line, one.what) for one in find(loaded)] == [
        ("no-such-objective", 8, "clauses.set names an objective that is not there: gone")
    ]
    node = read_yaml(DOCUMENT, "mine", Notes())
    assert node is not None
    Draft202012Validator(schema_of("document")).validate(plain(node))


def test_show_has_a_line_for_each_clause(tmp_path: Path) -> None:
    loaded = loaded_of(tmp_path, OWN % "" + "clauses: {document: mine.yaml}\n", mine=DOCUMENT)
    told = {origin.key: (origin.value, origin.line) for origin in loaded.origins if origin.key.startswith("clauses.")}
    assert told == {
        "clauses.document": ("mine.yaml", 4),
        "clauses.up": ("measured: u", 5),
        "clauses.tidy": ("attested: by a person; inherited: from a supplier", 6),
        "clauses.nice": ("not_verifiable: as written", 7),
        "clauses.set": ("controlled: gone", 8),
    }


def test_answers_of_a_file_beside_the_proofs_that_it_names(tmp_path: Path) -> None:
    (tmp_path / "said" / "proofs").mkdir(parents=True)
    (tmp_path / "said" / "proofs" / "drill.pdf").write_bytes(b"drilled")
    answers = (
        "document: ../mine.yaml\nanswers:\n"
        f"  tidy:\n    attested: [{VOUCHED % ', evidence: proofs/drill.pdf'}, {VOUCHED % ''}]\n"
        f"    inherited: {PROMISED % ', url: https://example.com/guide'}\n"
        f"  up: {{attested: {VOUCHED % ', evidence: https://example.com/x'}, not_verifiable: Never}}\n"
    )
    loaded = loaded_of(tmp_path, OWN % "" + "clauses: said/a.yaml\n", mine=DOCUMENT, said__a=answers)
    vouched = Attestation("Ada", "CISO", date(2026, 9, 30), date(2027, 9, 30))
    digest = hashlib.sha256(b"drilled").hexdigest()
    proven = Attestation("Ada", "CISO", date(2026, 9, 30), date(2027, 9, 30), "proofs/drill.pdf", digest)
    linked = Attestation("Ada", "CISO", date(2026, 9, 30), date(2027, 9, 30), "https://example.com/x")
    promised = Inheritance("AWS", "Guide", "7", date(2026, 5, 1), "https://example.com/guide")
    assert document_of(loaded).answers == {
        "tidy": Answered("tidy", (proven, vouched), (promised,)),
        "up": Answered("up", (linked,), (), {"it": "Never", "en": "Never"}),
    }
    assert [file.name for file in loaded.catalogue.files] == ["slactl.yaml", "said/a.yaml", "mine.yaml"]
    assert tmp_path / "said" / "proofs" / "drill.pdf" in named_files(tmp_path / "slactl.yaml", loaded)
    node = read_yaml(answers, "a", Notes())
    assert node is not None
    Draft202012Validator(schema_of("clauses")).validate(plain(node))


@pytest.mark.parametrize(
    ("main", "files"),
    [
        ("clauses: {answers: {uptime: {attested: %s}}}\n" % (VOUCHED % ""), {}),
        ("clauses: {answers: a.yaml}\n", {"a": f"answers: {{uptime: {{attested: {VOUCHED % ''}}}}}\n"}),
        ("clauses: a.yaml\n", {"a": f"answers: {{uptime: {{attested: {VOUCHED % ''}}}}}\n"}),
    ],
)
def test_answers_may_stand_in_three_places(tmp_path: Path, main: str, files: dict[str, str]) -> None:
    (said,) = document_of(loaded_of(tmp_path, main, **files)).answers["uptime"].attested
    assert said.by == "Ada"


@pytest.mark.parametrize(
    ("today", "codes"),
    [
        (None, []),
        (date(2026, 9, 29), ["attestation-early"]),
        (date(2026, 9, 30), []),
        (date(2027, 8, 31), []),
        (date(2027, 9, 1), ["attestation-expires"]),
        (date(2027, 9, 30), ["attestation-expires"]),
        (date(2027, 10, 1), ["attestation-expired"]),
    ],
)
def test_what_runs_out_is_found_in_time(tmp_path: Path, today: date | None, codes: list[str]) -> None:
    loaded = loaded_of(
        tmp_path, OWN % "" + "clauses: {document: mine.yaml, answers: a.yaml}\n",
        mine=DOCUMENT.replace("  - {id: set, quote: It is set., controlled: [gone]}\n", ""),
        a=f"answers:\n  tidy:\n    attested: {VOUCHED % ''}\n",
    )  # fmt: skip
    found = find(loaded, today)
    assert [one.code for one in found] == codes
    assert all((one.line, "Ada" in one.what) == (3, True) for one in found)


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        (
            f"  uptme: {{attested: {VOUCHED % ''}}}",
            "names an unknown clause, found 'uptme'\n  hint: did you mean uptime?",
        ),
        ("  uptime: {}", ".uptime says nothing, found {}\n  hint: write attested, inherited, not_verifiable"),
        (
            "  uptime: {attested: {by: Ada, role: CISO, on: 2026-09-30, valid_until: 2026-09-30}}",
            ".uptime.attested.valid_until must lie after on, found '2026-09-30'",
        ),
        (
            f"  uptime: {{attested: {VOUCHED % ', evidence: gone.pdf'}}}",
            (".uptime.attested.evidence names a file that is missing, found 'gone.pdf'\n"
            "  hint: a path is relative to the file that names it"),
        ),
        (
            f"  uptime: {{attested: {VOUCHED % ', evidence: ftp://x/y'}}}",
            (".uptime.attested.evidence must be an address such as https://status.example.com/incidents/1042, "
            "found 'ftp://x/y'"),
        ),
        (
            "  uptime: {attested: {by: Ada, role: CISO, on: 2026-09-31, valid_until: 2027-01-01}}",
            ".uptime.attested.on must be a date of the calendar (day is out of range for month), found '2026-09-31'",
        ),
        (
            "  uptime: {vouched: Ada}",
            ".uptime, found 'vouched'\n  hint: known here: attested, inherited, not_verifiable",
        ),
    ],
)  # fmt: skip
def test_single_mistakes(tmp_path: Path, answer: str, told: str) -> None:
    found = told_of(tmp_path, "clauses: a.yaml\n", a=f"answers:\n{answer}\n")
    assert len(found) == 1
    assert found[0].startswith("a.yaml:2: ")
    assert found[0].endswith(told)


def test_all_mistakes_at_once(tmp_path: Path) -> None:
    told = told_of(
        tmp_path,
        OWN % ", clauses: [upp]" + "clauses: {document: mine.yaml, answers: a.yaml}\n",
        mine=DOCUMENT.replace("id: nice", "id: up").replace(", whole: true", ", hole: true")
        + "  - {id: bare, quote: So what.}\n",
        a="answers:\n  nowhere: {inherited: {supplier: AWS, version: true}}\n  up: [1]\n",
    )
    assert [line.partition("\n")[0] for line in told] == [
        "slactl.yaml:3: objectives.u.clauses names an unknown clause, found 'upp'",
        "mine.yaml:7: unknown key in clauses.up, found 'hole'",
        "mine.yaml:7: clauses.up.id is taken, found it first at " + f"{tmp_path}/mine.yaml:5",
        "mine.yaml:9: clauses.bare says of nothing how it could be answered",
        "a.yaml:2: clauses.answers names an unknown clause, found 'nowhere'",
        "a.yaml:2: clauses.answers.nowhere.inherited has no document",
        "a.yaml:2: clauses.answers.nowhere.inherited.version must be text, found the truth value true",
        "a.yaml:2: clauses.answers.nowhere.inherited has no date",
        "a.yaml:3: clauses.answers.up must be a mapping, found a list",
    ]


def test_a_file_that_is_missing_is_told_where_it_is_named(tmp_path: Path) -> None:
    (told,) = told_of(tmp_path, "clauses: a.yaml\n", a="document: gone.yaml\n")
    assert told.startswith("a.yaml:1: the file named here is missing, found 'gone.yaml'")


def test_shipped_packs_say_nothing_of_another_document(tmp_path: Path) -> None:
    main = OWN % "" + "packs: {dynamodb: {tables: [a]}}\nclauses: {document: mine.yaml}\n"
    assert document_of(loaded_of(tmp_path, main, mine=DOCUMENT)).id == "mine"
