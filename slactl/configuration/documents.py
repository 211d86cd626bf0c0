"""A document clause by clause: what each sentence says, what could answer it, and what cannot be verified.

The one rule: a quote stands as it is written in the document, and every clause says how it could be answered.
"""

from __future__ import annotations

from slactl.configuration import patterns as p
from slactl.configuration.fields import Fields, item_name, prose, word_of
from slactl.configuration.files import Opened
from slactl.configuration.mistakes import Notes, Origin
from slactl.configuration.names import IDENTIFIER, identifier
from slactl.configuration.nodes import Table
from slactl.configuration.settings import LANGUAGES
from slactl.configuration.speech import bilingual, bilingual_schema
from slactl.model.clause import Clause, Document

DOCUMENT_KEYS = ("document", "title", "language", "clauses")
CLAUSE_KEYS = ("id", "section", "quote", "measured", "controlled", "asks", "not_verifiable", "whole", "note", "pack")
ASKS_KEYS = ("attested", "inherited")
_ID = rf"^{IDENTIFIER}$"
_ANSWERABLE = ("measured", "controlled", "asks", "not_verifiable")


def read_document(opened: Opened, notes: Notes) -> tuple[Document, tuple[Fields, ...]] | None:
    """A document with the fields of its clauses; None if it is none at all."""
    if not isinstance(opened.node, Table):
        what = f"a document must be a mapping, found {opened.node.kind}"
        notes.mistake(opened.shown, opened.node.line, what, "its first line is document: NAME")
        return None
    fields = Fields(opened.node, "", opened.shown, notes)
    fields.only(DOCUMENT_KEYS)
    name = fields.must("document", identifier, "a short name of it") or ""
    items = fields.items("clauses", "a list of clauses") or ()
    if not items:
        fields.missing("clauses", 'clauses: [{id: ..., quote: "...", measured: [uptime]}]')
    placed = [each for index, item in enumerate(items, 1) if (each := fields.as_fields(item, _name(item, index)))]
    before = len(notes.origins)
    clauses = tuple(_clause(each) for each in placed)
    # Whoever asks what is in effect wants a line for each clause, and not the document once more.
    notes.origins[before:] = [
        Origin(f"clauses.{clause.id}", _way(clause), each.file, each.line)
        for clause, each in zip(clauses, placed, strict=True)
    ]
    _check_unique(clauses, placed)
    language = fields.get("language", word_of(*LANGUAGES), LANGUAGES[0])
    return Document(name, bilingual(fields, "title", name or "-"), clauses, language=language), tuple(placed)


def _way(clause: Clause) -> str:
    """How a clause may be answered, in one line."""
    ways = {
        "measured": ", ".join(clause.measured),
        "controlled": ", ".join(clause.controlled),
        "attested": "by a person" if clause.asks_attestation else "",
        "inherited": "from a supplier" if clause.asks_inheritance else "",
        "not_verifiable": "as written" if clause.whole else "in part" if clause.not_verifiable else "",
    }
    return "; ".join(f"{way}: {what}" for way, what in ways.items() if what)


def _name(item: object, index: int) -> str:
    return item_name("clauses", item, index) if isinstance(item, Table) else f"clauses[{index}]"


def _clause(fields: Fields) -> Clause:
    fields.only(CLAUSE_KEYS)
    if not any(fields.has(key) for key in _ANSWERABLE):
        what = f"{fields.where} says of nothing how it could be answered"
        fields.notes.mistake(fields.file, fields.line, what, f"write one of {', '.join(_ANSWERABLE)}")
    asks = fields.mapping("asks") if fields.has("asks") else None
    if asks:
        asks.only(ASKS_KEYS)
    return Clause(
        id=fields.must("id", identifier, "a short name of the clause") or "",
        section=fields.get("section", prose, "-"),
        quote=fields.must("quote", prose, "the sentence in its own words") or "",
        measured=_ids(fields, "measured"),
        controlled=_ids(fields, "controlled"),
        asks_attestation=bilingual(asks, "attested") if asks else {},
        asks_inheritance=bilingual(asks, "inherited") if asks else {},
        not_verifiable=_said(fields, "not_verifiable"),
        whole=fields.flag("whole") if fields.has("whole") else False,
        note=_said(fields, "note"),
        pack=fields.get("pack", identifier) if fields.has("pack") else None,
    )


def _ids(fields: Fields, key: str) -> tuple[str, ...]:
    return (fields.words(key, identifier) or ()) if fields.has(key) else ()


def _said(fields: Fields, key: str) -> dict[str, str]:
    return bilingual(fields, key) if fields.has(key) else {}


def _check_unique(clauses: tuple[Clause, ...], placed: list[Fields]) -> None:
    first: dict[str, Fields] = {}
    for clause, fields in zip(clauses, placed, strict=True):
        earlier = first.setdefault(clause.id, fields)
        if clause.id and earlier is not fields:
            what = f"is taken, found it first at {earlier.file}:{earlier.line_of('id')}"
            fields.mistake("id", what, "every clause has an id of its own")


def document_schema() -> dict[str, object]:
    """What an editor can check of a document."""
    ids = p.listed(p.text("an objective's id", _ID), "objectives, any of which answers it where it is switched on")
    asks: dict[str, object] = {
        "attested": bilingual_schema("what a person would have to vouch for"),
        "inherited": bilingual_schema("what a supplier would have to promise"),
    }
    clause: dict[str, object] = {
        "id": p.text("a short name", _ID),
        "section": p.text("where it stands in the document"),
        "quote": p.text("the sentence in its own words"),
        "measured": ids,
        "controlled": ids,
        "asks": p.table(asks) | {"minProperties": 1},
        "not_verifiable": bilingual_schema("why it, or the rest of it, cannot be verified as written"),
        "whole": p.truth("whether not_verifiable speaks of the whole clause"),
        "note": bilingual_schema("how the sentence is read"),
        "pack": p.text("the pack that answers it", _ID),
    }
    keys: dict[str, object] = {
        "document": p.text("a short name", _ID),
        "title": bilingual_schema("what it is called"),
        "language": p.words("the language of its quotes", *LANGUAGES),
        "clauses": p.listed(p.table(clause, ("id", "quote")), "the clauses, in the document's order"),
    }
    return p.table(keys, ("document", "clauses"))
