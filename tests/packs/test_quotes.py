"""Every shipped pack: its entries quote the document, and name the clauses that name them."""

from __future__ import annotations

from collections import Counter
from functools import cache
from typing import Any

import pytest
import yaml

from slactl.configuration.assets import asset_folder
from slactl.configuration.packfile import shipped_packs

LANGUAGES = {"it", "en"}


@cache
def read(name: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((asset_folder("config") / name).read_text(encoding="utf-8"))
    return found


def clauses() -> dict[str, dict[str, Any]]:
    return {clause["id"]: clause for clause in read("clauses/isms.yaml")["clauses"]}


def entries() -> list[Any]:
    return [
        pytest.param(entry, name, id=entry["id"])
        for name in shipped_packs()
        for entry in read(f"packs/{name}.yaml")["entries"]
    ]


SENTENCES = {
    "Metriche di performance": 1, "Uptime": 5, "API latency": 4, "Response time": 4, "Error rate": 4, "AWS Lambda": 5,
    "Amazon DynamoDB": 4, "Strategie di caching e storage media": 1, "AWS MemoryDB for Redis": 8,
    "Cloudflare R2 per media storage": 9, "AWS Route 53": 5, "AWS Lambda distribution": 4,
    "Rate limiting configurabile": 4, "Limiti default API Gateway": 4, "Idempotency e resilienza operazioni": 17,
}  # fmt: skip
"""The document's headings with the sentences and bullets below each; a label before a list is none."""


def test_every_sentence_of_the_document_is_a_clause_once() -> None:
    known = clauses().values()
    assert Counter(one["section"] for one in known) == SENTENCES
    assert max(Counter(one["quote"] for one in known).values()) == 1


@pytest.mark.parametrize(("entry", "pack"), entries())
def test_an_entry_quotes_a_clause_that_it_answers(entry: dict[str, Any], pack: str) -> None:
    known = clauses()
    quoted = [known[name]["quote"] for name in entry["clauses"]]
    assert any(entry["reference"]["quote"] in quote for quote in quoted)
    assert entry["id"].startswith(f"{pack}-")
    assert set(entry["title"]) == LANGUAGES


@pytest.mark.parametrize(("entry", "pack"), entries())
def test_clauses_and_entries_name_each_other(entry: dict[str, Any], pack: str) -> None:
    del pack
    kind = "controlled" if entry["indicator"] == "control" else "measured"
    naming = {name for name, clause in clauses().items() if entry["id"] in clause.get(kind, ())}
    assert naming == set(entry["clauses"])


@pytest.mark.parametrize(("entry", "pack"), entries())
def test_a_control_says_in_both_languages_what_a_miss_means(entry: dict[str, Any], pack: str) -> None:
    del pack
    assert (entry["indicator"] == "control") == ("miss" in entry)
    assert set(entry.get("miss", LANGUAGES)) == LANGUAGES


@pytest.mark.parametrize("pack", shipped_packs())
def test_no_clause_names_an_entry_that_its_pack_has_not(pack: str) -> None:
    named = {
        one for clause in clauses().values() for one in (*clause.get("measured", ()), *clause.get("controlled", ()))
    }
    own = {entry["id"] for entry in read(f"packs/{pack}.yaml")["entries"]}
    own |= {target["id"] for target in read("isms.yaml")["objectives"]}
    assert {one for one in named if one.startswith(f"{pack}-")} <= own


@pytest.mark.parametrize("pack", shipped_packs())
def test_a_pack_speaks_both_languages(pack: str) -> None:
    told = read(f"packs/{pack}.yaml")
    spoken = [told["title"], told["about"], told.get("limits", dict.fromkeys(LANGUAGES))]
    spoken += [variable["about"] for variable in told["variables"].values()]
    assert all(set(one) == LANGUAGES for one in spoken)
