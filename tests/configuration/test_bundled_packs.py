"""The shipped packs and the shipped document agree: entries, clauses and quotes, in both languages."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from slactl.configuration import Loaded, load
from slactl.configuration.clauses import BUNDLED_DOCUMENT
from slactl.configuration.files import open_yaml
from slactl.configuration.findings import find
from slactl.configuration.mistakes import Notes
from slactl.configuration.nodes import Items, Node, Table, plain
from slactl.configuration.packfile import PackFile, read_pack, shipped_packs
from slactl.configuration.schema import schema_of
from slactl.configuration.variables import Variable
from slactl.configuration.yaml_reader import read_yaml
from slactl.model.clause import Clause
from slactl.model.general import Control
from slactl.model.objective import Objective

CONFIG = Path(__file__).parents[2] / "config"
EXAMPLES = {
    "number": "1",
    "share": "50%",
    "duration": "1h",
    "region": "eu-west-1",
    "account": "'123456789012'",
    "service": "api",
    "flag": "true",
    "url": "https://example.com",
}
SPOKEN = ("title", "miss", "about", "limits", "note", "not_verifiable", "attested", "inherited")


def pack_of(name: str) -> PackFile:
    notes = Notes()
    opened = open_yaml(CONFIG / "packs" / f"{name}.yaml", name, notes)
    pack = read_pack(opened, notes) if opened else None
    notes.refuse()
    assert pack is not None
    return pack


def example(variable: Variable) -> str:
    single = EXAMPLES.get(variable.kind.removesuffix("s"), "example")
    return f"[{single}]" if variable.kind.endswith("s") else single


@cache
def everything(folder: Path) -> Loaded:
    """The configuration with every shipped pack, each variable given."""
    lines = ["version: 1", "services: {api: {environment: prod}}", "packs:"]
    for name in shipped_packs():
        given = ", ".join(f"{one.name}: {example(one)}" for one in pack_of(name).variables.values())
        lines.append(f"  {name}: {{{given}}}")
    (folder / "slactl.yaml").write_text("\n".join(lines), encoding="utf-8")
    return load(folder / "slactl.yaml")


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Loaded:
    return everything(tmp_path_factory.mktemp("packs"))


def clauses_of(loaded: Loaded) -> dict[str, Clause]:
    assert loaded.catalogue.document is not None
    return {one.id: one for one in loaded.catalogue.document.clauses}


def entries_of(loaded: Loaded) -> list[Objective]:
    return [one for one in loaded.catalogue.objectives if one.pack]


def test_every_entry_of_every_pack_is_read(loaded: Loaded) -> None:
    written = [str(entry["id"]) for name in shipped_packs() for entry in entries(name)]
    assert [one.id for one in entries_of(loaded)] == written
    assert [one.name for one in loaded.catalogue.packs] == list(shipped_packs())
    assert [one.what for one in find(loaded) if one.file.startswith("bundled:packs/")] == []


def entries(pack: str) -> list[dict[str, object]]:
    found = [plain(entry) for entry in pack_of(pack).entries]
    return [entry for entry in found if isinstance(entry, dict)]


def test_required_variables_alone_are_enough(tmp_path: Path) -> None:
    lines = ["version: 1", "services: {api: {environment: prod}}", "clauses: none", "packs:"]
    for name in shipped_packs():
        needed = [one for one in pack_of(name).variables.values() if one.required]
        lines.append(f"  {name}: {{{', '.join(f'{one.name}: {example(one)}' for one in needed)}}}")
    (tmp_path / "slactl.yaml").write_text("\n".join(lines), encoding="utf-8")
    found = load(tmp_path / "slactl.yaml").catalogue
    assert {one.pack for one in found.general} == set(shipped_packs())


def test_every_entry_quotes_a_clause_that_it_names(loaded: Loaded) -> None:
    clauses = clauses_of(loaded)
    for entry in entries_of(loaded):
        assert entry.clauses, entry.id
        assert entry.reference is not None, entry.id
        quoted = [clauses[name] for name in entry.clauses if (entry.reference.quote or "-") in clauses[name].quote]
        assert quoted, entry.id
        assert entry.reference.section in {clause.section for clause in quoted}, entry.id


def test_clauses_and_entries_name_each_other(loaded: Loaded) -> None:
    said = {(clause, entry.id) for entry in entries_of(loaded) for clause in entry.clauses}
    shipped = {one.id for one in loaded.catalogue.objectives if not one.pack}
    named = {
        (clause.id, name)
        for clause in clauses_of(loaded).values()
        for name in (*clause.measured, *clause.controlled)
        if name not in shipped
    }
    assert said == named


def test_clauses_tell_measures_from_controls(loaded: Loaded) -> None:
    kinds = {one.id: isinstance(one.indicator, Control) for one in loaded.catalogue.objectives}
    for clause in clauses_of(loaded).values():
        assert not any(kinds[name] for name in clause.measured), clause.id
        assert all(kinds[name] for name in clause.controlled), clause.id


def test_a_clause_names_the_pack_that_would_answer_it(loaded: Loaded) -> None:
    packs = {one.id: one.pack for one in entries_of(loaded)}
    for clause in clauses_of(loaded).values():
        named = {packs[name] for name in (*clause.measured, *clause.controlled) if name in packs}
        assert clause.pack is None or clause.pack in named, clause.id


def test_the_shipped_targets_quote_the_document(loaded: Loaded) -> None:
    quotes = [clause.quote for clause in clauses_of(loaded).values()]
    for objective in loaded.catalogue.objectives:
        quote = objective.reference.quote if objective.reference else None
        assert quote is not None
        assert any(quote in one for one in quotes), objective.id


def test_every_clause_can_be_answered_or_says_why_not(loaded: Loaded) -> None:
    for clause in clauses_of(loaded).values():
        asked = clause.asks_attestation or clause.asks_inheritance
        assert clause.measured or clause.controlled or asked or clause.whole, clause.id
        assert bool(clause.not_verifiable) or not clause.whole, clause.id


def spoken(node: Node, path: str = "") -> Iterator[tuple[str, Node]]:
    """Everything that readers see, with where it stands."""
    if isinstance(node, Table):
        for entry in node.entries:
            if entry.key in SPOKEN and path.rpartition(".")[2] != "variables":
                yield f"{path}.{entry.key}", entry.value
            else:
                yield from spoken(entry.value, f"{path}.{entry.key}")
    if isinstance(node, Items):
        for index, item in enumerate(node.items, 1):
            yield from spoken(item, f"{path}[{index}]")


@pytest.mark.parametrize("file", [*(f"packs/{name}.yaml" for name in shipped_packs()), "clauses/isms.yaml"])
def test_readers_are_told_in_both_languages(file: str) -> None:
    node = read_yaml((CONFIG / file).read_text(encoding="utf-8"), file, Notes())
    assert node is not None
    found = list(spoken(node))
    assert found
    for where, texts in found:
        assert isinstance(texts, Table), where
        assert [entry.key for entry in texts.entries] == ["it", "en"], where


@pytest.mark.parametrize("file", sorted(path.relative_to(CONFIG).as_posix() for path in CONFIG.rglob("*.yaml")))
def test_both_parsers_read_what_is_shipped_alike(file: str) -> None:
    text, notes = (CONFIG / file).read_text(encoding="utf-8"), Notes()
    assert read_yaml(text, f"bundled:{file}", notes) == read_yaml(text, file, notes)
    assert notes.mistakes == []


@pytest.mark.parametrize(
    ("what", "file"),
    [
        *(("pack", f"packs/{name}.yaml") for name in shipped_packs()),
        ("document", "clauses/isms.yaml"),
        ("clauses", "example-clauses.yaml"),
    ],
)
def test_shipped_files_are_valid_for_editors(what: str, file: str) -> None:
    node = read_yaml((CONFIG / file).read_text(encoding="utf-8"), file, Notes())
    assert node is not None
    Draft202012Validator(schema_of(what)).validate(plain(node))


def test_the_example_answers_clauses(tmp_path: Path) -> None:
    (tmp_path / "clauses.yaml").write_bytes((CONFIG / "example-clauses.yaml").read_bytes())
    main = "version: 1\nservices: {api: {environment: prod}}\nclauses: clauses.yaml\n"
    (tmp_path / "slactl.yaml").write_text(main, encoding="utf-8")
    found = load(tmp_path / "slactl.yaml").catalogue
    assert found.document is not None
    assert set(found.document.answers) <= {one.id for one in found.document.clauses}
    assert [file.name for file in found.files][-2:] == ["clauses.yaml", BUNDLED_DOCUMENT]
