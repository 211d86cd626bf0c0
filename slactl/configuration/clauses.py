"""The section ``clauses``: which document is read clause by clause, and what people and suppliers say of it.

The one rule: whoever vouches does so by name, on a day and up to a day; the proof, if it is a file, is there and is
hashed now.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from slactl.configuration import patterns as p
from slactl.configuration.documents import read_document
from slactl.configuration.fields import Fields, prose, quantity, text
from slactl.configuration.files import Opened, digest_of
from slactl.configuration.library import BUNDLED, Library
from slactl.configuration.mistakes import Refused, did_you_mean, quoted
from slactl.configuration.names import IDENTIFIER, url
from slactl.configuration.nodes import Items, Scalar, Table
from slactl.configuration.speech import bilingual, bilingual_schema
from slactl.configuration.times import DATE, calendar_date
from slactl.model.clause import Answered, Attestation, Document, Inheritance

BUNDLED_DOCUMENT = f"{BUNDLED}clauses/isms.yaml"
NONE = "none"
CLAUSES_KEYS = ("document", "answers")
ANSWER_KEYS = ("attested", "inherited", "not_verifiable")
ATTESTED_KEYS = ("by", "role", "on", "valid_until", "evidence")
INHERITED_KEYS = ("supplier", "document", "version", "date", "url")
HINT = "slactl coverage lists the clauses"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Answers:
    """A document with what was said of it: the fields of clauses and answers, and the files that prove something."""

    document: Document | None = None
    own: bool = False
    clauses: tuple[Fields, ...] = ()
    said: tuple[tuple[Answered, Fields], ...] = ()
    proofs: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the section stands: its fields, and the file that names proofs."""

    fields: Fields
    file: Opened


def read_clauses(top: Fields, library: Library, *, expected: bool) -> Answers:
    """The document and its answers; without a section the shipped one, where it is ``expected``."""
    if top.has("clauses"):
        place = _place(top, library)
        if place is None:
            return Answers()
    else:
        top.origin("clauses")
        if not expected:
            return Answers()
        place = _Place(Fields(Table(top.line, ()), "clauses", top.file, top.notes), library.main)
    place.fields.only(CLAUSES_KEYS)
    name = place.fields.get("document", text, BUNDLED_DOCUMENT)
    opened = library.named_beside(name, place.file, place.fields.line_of("document"))
    read = read_document(opened, library.notes) if opened else None
    if read is None:
        return Answers()
    document, placed = read
    said, proofs = _answers(place, library, document)
    answered = {one.clause: one for one, _ in said}
    return Answers(replace(document, answers=answered), name != BUNDLED_DOCUMENT, placed, said, proofs)


def _place(top: Fields, library: Library) -> _Place | None:
    """The section in place, or the file that it names; None where it is switched off or wrong."""
    entry = top.table.entry("clauses")
    if entry is not None and isinstance(entry.value, Table):
        fields = top.mapping("clauses")
        return _Place(fields, library.main) if fields else None
    name = top.must("clauses", text, "write the name of a file, or none")
    if name is None or name == NONE:
        return None
    opened = library.named_file(name, top.line_of("clauses"))
    fields = _file_fields(opened, library) if opened else None
    return _Place(fields, opened) if fields and opened else None


def _file_fields(opened: Opened, library: Library) -> Fields | None:
    if isinstance(opened.node, Table):
        return Fields(opened.node, "clauses", opened.shown, library.notes)
    what = f"a file of clauses must be a mapping, found {opened.node.kind}"
    library.notes.mistake(opened.shown, opened.node.line, what, "its first line is answers:")
    return None


def _answers(
    place: _Place, library: Library, document: Document
) -> tuple[tuple[tuple[Answered, Fields], ...], tuple[Path, ...]]:
    """What is said of each clause, and the files that prove it."""
    found = _answers_of(place, library)
    if found is None:
        return (), ()
    fields, file = found
    known = [clause.id for clause in document.clauses]
    said: list[tuple[Answered, Fields]] = []
    proofs: list[Path] = []
    for entry in fields.table.entries:
        if entry.key not in known:
            hint = (
                did_you_mean(entry.key, known) or f"{document.id} has {len(known)} clauses; slactl coverage lists them"
            )
            what = f"names an unknown clause, found {quoted(entry.key)}"
            fields.notes.mistake(fields.file, entry.line, f"{fields.where} {what}", hint)
        inner = fields.mapping(entry.key)
        if inner:
            said.append((_answer(entry.key, inner, file, proofs), inner))
    return tuple(said), tuple(proofs)


def _answers_of(place: _Place, library: Library) -> tuple[Fields, Opened] | None:
    """The answers in place, or those of the file that is named."""
    entry = place.fields.table.entry("answers")
    if entry is None:
        return None
    if not isinstance(entry.value, Scalar):
        inner = place.fields.mapping("answers")
        return (inner, place.file) if inner else None
    name = place.fields.must("answers", text)
    opened = library.named_beside(name, place.file, entry.line) if name else None
    fields = _file_fields(opened, library) if opened else None
    if fields is None or opened is None:
        return None
    fields.only(("answers",))
    inner = fields.mapping("answers") if fields.has("answers") else None
    return (inner, opened) if inner else None


def _answer(clause: str, fields: Fields, file: Opened, proofs: list[Path]) -> Answered:
    fields.only(ANSWER_KEYS)
    if not fields.table.entries:
        fields.notes.mistake(
            fields.file, fields.line, f"{fields.where} says nothing, found {{}}", f"write {', '.join(ANSWER_KEYS)}"
        )
    return Answered(
        clause,
        tuple(_several(fields, "attested", lambda one: _attestation(one, file, proofs))),
        tuple(_several(fields, "inherited", _inheritance)),
        bilingual(fields, "not_verifiable") if fields.has("not_verifiable") else {},
    )


def _several(fields: Fields, key: str, read: Callable[[Fields], T | None]) -> Iterable[T]:
    """One mapping, or a list of them."""
    entry = fields.table.entry(key)
    if entry is None:
        return
    many = isinstance(entry.value, Items)
    for index, node in enumerate(entry.value.items if isinstance(entry.value, Items) else (entry.value,), 1):
        inner = fields.as_fields(node, f"{fields.name(key)}[{index}]" if many else fields.name(key), node.line)
        found = read(inner) if inner else None
        if found is not None:
            yield found


def _attestation(fields: Fields, file: Opened, proofs: list[Path]) -> Attestation | None:
    fields.only(ATTESTED_KEYS)
    by = fields.must("by", prose, "the name of the person who vouches")
    role = fields.must("role", prose, "what makes the person one who may vouch")
    on = fields.must("on", quantity(calendar_date), "the day, such as 2026-09-30")
    until = fields.must("valid_until", quantity(calendar_date), "the last day on which it holds")
    evidence = fields.get("evidence", _proof)
    if on and until and until <= on:
        fields.mistake("valid_until", f"must lie after on, found {quoted(until.isoformat())}")
    digest = _digest(fields, evidence, file, proofs)
    return Attestation(by, role, on, until, evidence, digest) if by and role and on and until else None


def _proof(scalar: Scalar) -> str:
    """A file's name, or an address of the web.

    Raises:
        Refused: for another address, or no text.
    """
    return url(scalar) if "://" in scalar.text else text(scalar)


def _digest(fields: Fields, evidence: str | None, file: Opened, proofs: list[Path]) -> str | None:
    """The digest of a proof that is a file; an address has none."""
    if evidence is None or "://" in evidence:
        return None
    path = file.beside(evidence)
    try:
        digest = digest_of(path)
    except Refused as refused:
        fields.mistake("evidence", f"names a file that {refused.what}, found {quoted(evidence)}", refused.hint)
        return None
    proofs.append(path)
    return digest


def _inheritance(fields: Fields) -> Inheritance | None:
    fields.only(INHERITED_KEYS)
    supplier = fields.must("supplier", prose, "who promises")
    document = fields.must("document", prose, "where it is promised")
    version = fields.must("version", _version, "the version or edition that was read")
    on = fields.must("date", quantity(calendar_date), "the document's day, such as 2026-05-01")
    address = fields.get("url", url)
    return Inheritance(supplier, document, version, on, address) if supplier and document and version and on else None


def _version(scalar: Scalar) -> str:
    """A version, which may look like a number.

    Raises:
        Refused: if it is a truth value, or no line of text.
    """
    if isinstance(scalar.value, bool):
        raise Refused("must be text", "put it in quotes")
    return prose(Scalar(scalar.line, scalar.text, scalar.text))


def check_clauses(answers: Answers, objectives: Iterable[tuple[tuple[str, ...], Fields]]) -> None:
    """Refuse an objective's clause that the document does not have; ``objectives`` are those to be held to it."""
    known = [clause.id for clause in answers.document.clauses] if answers.document else []
    for clauses, fields in objectives:
        for name in clauses if known else ():
            if name not in known:
                hint = did_you_mean(name, known) or HINT
                fields.mistake("clauses", f"names an unknown clause, found {quoted(name)}", hint)


def clauses_schema() -> dict[str, object]:
    """What an editor can check of a file of answers."""
    day = rf"^{DATE}$"
    attested: dict[str, object] = {
        "by": p.text("who vouches"),
        "role": p.text("in which role"),
        "on": p.text("on which day", day),
        "valid_until": p.text("the last day on which it holds", day),
        "evidence": p.text("a file, relative to this one, which is hashed; or an address"),
    }
    inherited: dict[str, object] = {
        "supplier": p.text("who promises"),
        "document": p.text("where"),
        "version": {"type": ["string", "number"], "description": "the version or edition"},
        "date": p.text("the document's day", day),
        "url": p.text("where it can be read"),
    }
    one = p.table(attested, ATTESTED_KEYS[:4], "a person vouches")
    other = p.table(inherited, INHERITED_KEYS[:4], "a supplier promises")
    answer: dict[str, object] = {
        "attested": {"oneOf": [one, p.listed(one, "several")]},
        "inherited": {"oneOf": [other, p.listed(other, "several")]},
        "not_verifiable": bilingual_schema("why it cannot be verified"),
    }
    answers = {
        "type": "object",
        "propertyNames": {"pattern": rf"^{IDENTIFIER}$"},
        "additionalProperties": p.table(answer) | {"minProperties": 1},
        "description": "what is said of each clause, by its id",
    }
    path = p.text("a file of answers, a path relative to this file")
    document = p.text(f"a document of your own, or {BUNDLED_DOCUMENT}")
    return p.table({"document": document, "answers": {"oneOf": [path, answers]}})
