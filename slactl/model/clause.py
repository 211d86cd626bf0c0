"""The clauses of a document, and how each is answered.

The one rule: what a person vouches for, or a supplier promises, is printed with its name and its age and counted
apart; it is never taken for a measurement.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class AnswerKind(StrEnum):
    """How a clause is known to hold, the strongest first."""

    MEASURED = "measured"
    CONTROLLED = "controlled"
    ATTESTED = "attested"
    INHERITED = "inherited"
    NOT_VERIFIABLE = "not-verifiable"
    UNANSWERED = "unanswered"


@dataclass(frozen=True, slots=True)
class Attestation:
    """A person vouches, up to and with ``valid_until``; ``evidence`` is a file (then with its digest) or an address."""

    by: str
    role: str
    on: date
    valid_until: date
    evidence: str | None = None
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class Inheritance:
    """A supplier promises, in a document of a version and a date."""

    supplier: str
    document: str
    version: str
    on: date
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Clause:
    """One sentence of the document, and what could answer it.

    ``measured`` and ``controlled`` are ids of objectives, any of which is an answer where it is switched on;
    ``asks_attestation`` and ``asks_inheritance`` say, by language, what a person or a supplier would have to say;
    ``not_verifiable`` why the rest cannot be verified as written; ``note`` how the sentence is read.
    ``whole`` tells that ``not_verifiable`` speaks of the whole clause, and not of what is left beside an answer.
    """

    id: str
    section: str
    quote: str
    measured: tuple[str, ...] = ()
    controlled: tuple[str, ...] = ()
    asks_attestation: Mapping[str, str] = field(default_factory=dict)
    asks_inheritance: Mapping[str, str] = field(default_factory=dict)
    not_verifiable: Mapping[str, str] = field(default_factory=dict)
    whole: bool = False
    note: Mapping[str, str] = field(default_factory=dict)
    pack: str | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """What a user's file says of one clause."""

    clause: str
    attested: tuple[Attestation, ...] = ()
    inherited: tuple[Inheritance, ...] = ()
    not_verifiable: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Document:
    """A document, clause by clause, in its own order; ``title`` and texts by language, quotes in ``language``."""

    id: str
    title: Mapping[str, str]
    clauses: tuple[Clause, ...]
    answers: Mapping[str, Answered] = field(default_factory=dict)
    language: str = "it"
