"""The variables of packs: their kinds, and reading what a user gives for them.

The one rule: a value fits its kind or is refused where the user wrote it, so that no entry of a pack ever fails for
what was put into it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from slactl.configuration import patterns as p
from slactl.configuration.fields import Fields, quantity, text, truth, word_of
from slactl.configuration.mistakes import Refused, did_you_mean
from slactl.configuration.names import ACCOUNT, REGION, account, region, url
from slactl.configuration.nodes import Entry, Items, Node, Scalar
from slactl.configuration.quantities import duration, share
from slactl.configuration.speech import bilingual

VARIABLE_KEYS = ("kind", "required", "default", "about")
RESERVED = ("pack", "file", "since", "entries", "each")
_NAME = r"[^*{}'\"`\\]{1,255}"
_PATTERN = r"[^{}'\"`\\]{1,255}"

Parser = Callable[[Scalar], object]


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable as its pack declares it; ``default`` is None where it may be left out without one."""

    name: str
    kind: str
    required: bool
    default: Node | None = None
    about: Mapping[str, str] = field(default_factory=dict)

    @property
    def as_configured(self) -> bool:
        """Whether leaving it out leaves the choice to the rest of the configuration."""
        return self.kind in ("region", "account")


def name_text(scalar: Scalar) -> str:
    """A name without wildcards and quotes.

    Raises:
        Refused: if it is none.
    """
    return _fit(scalar, _NAME, "must be a plain name", "no wildcards, braces or quotes")


def pattern_text(scalar: Scalar) -> str:
    """A name that may hold ``*``.

    Raises:
        Refused: if it is none.
    """
    return _fit(scalar, _PATTERN, "must be a name, in which * fits anything", "no braces or quotes")


def number(scalar: Scalar) -> Decimal | int:
    """A number that is not negative.

    Raises:
        Refused: if it is none.
    """
    if isinstance(scalar.value, bool) or not isinstance(scalar.value, int | Decimal) or scalar.value < 0:
        raise Refused("must be a number", "write it without quotes and without a unit")
    return scalar.value


def _fit(scalar: Scalar, pattern: str, what: str, hint: str) -> str:
    if isinstance(scalar.value, bool):
        raise Refused("must be text", "put it in quotes")
    name = text(Scalar(scalar.line, scalar.text, scalar.text))
    if not re.fullmatch(pattern, name):
        raise Refused(what, hint)
    return name


def _plain_text(scalar: Scalar) -> str:
    return _fit(scalar, _PATTERN, "must be text", "no braces or quotes")


SINGLE: Mapping[str, Parser] = {
    "name": name_text,
    "pattern": pattern_text,
    "text": _plain_text,
    "number": number,
    "share": quantity(share),
    "duration": quantity(duration),
    "region": region,
    "account": account,
    "service": text,
    "url": url,
    "flag": truth,
}
LISTS: Mapping[str, str] = {"names": "name", "patterns": "pattern", "regions": "region", "services": "service"}
KIND_WORDS = (*SINGLE, *LISTS)


def read_variables(fields: Fields | None) -> dict[str, Variable]:
    """The variables that a pack declares."""
    found = {}
    for entry in fields.table.entries if fields else ():
        inner = fields.mapping(entry.key) if fields else None
        if inner and fields:
            _check_name(fields, entry)
            found[entry.key] = _variable(inner, entry.key)
    return found


def _check_name(fields: Fields, entry: Entry) -> None:
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,31}", entry.key) or entry.key in RESERVED:
        hint = f"small letters, digits and _; not {', '.join(RESERVED)}"
        fields.mistake(entry.key, "is no name of a variable", hint)


def _variable(fields: Fields, name: str) -> Variable:
    fields.only(VARIABLE_KEYS)
    kind = fields.must("kind", word_of(*KIND_WORDS)) or "text"
    entry = fields.table.entry("default")
    default = value_of(fields, "default", kind, None) if entry else None
    required = fields.flag("required", default=entry is None)
    if required and entry:
        fields.mistake("required", "does not go with default, found true", "keep one of the two")
    return Variable(name, kind, required, default, bilingual(fields, "about"))


def value_of(fields: Fields, key: str, kind: str, services: frozenset[str] | None) -> Node | None:
    """What a variable is given, as a node to be put in; None after a mistake."""
    entry = fields.table.entry(key)
    parse = _parser(LISTS.get(kind, kind), services)
    if entry is None:
        return None
    if kind in LISTS:
        words = fields.words(key, parse, "name one at least")
        once = dict.fromkeys(words or ())  # one that stands twice is refused by now, and the entries say no more of it
        return Items(entry.line, tuple(Scalar(entry.line, word, word) for word in once)) if once else None
    found = fields.must(key, parse)
    return entry.value if found is not None else None


def _parser(kind: str, services: frozenset[str] | None) -> Callable[[Scalar], str]:
    """A parser that gives the text as it was written."""

    def parse(scalar: Scalar) -> str:
        SINGLE[kind](scalar)
        if kind == "service" and services is not None and scalar.text not in services:
            raise Refused("must be the key of a service", did_you_mean(scalar.text, services))
        return scalar.text

    return parse


def variable_schema(variable: Variable) -> dict[str, object]:
    """What an editor can check of a variable's value."""
    about = variable.about.get("en", "")
    single = _single_schema(LISTS.get(variable.kind, variable.kind), about)
    return p.listed(single, about) if variable.kind in LISTS else single


def _single_schema(kind: str, about: str) -> dict[str, object]:
    if kind == "number":
        return {"type": "number", "minimum": 0, "description": about}
    if kind == "flag":
        return p.truth(about)
    shapes = {"share": p.SHARE, "duration": p.DURATION, "region": f"^{REGION}$", "account": f"^{ACCOUNT}$"}
    return p.text(about, shapes.get(kind)) | ({} if kind in shapes else {"type": ["string", "number"]})
