"""Names of operations that must not be kept: personal data, secrets, floods of identifiers.

The one rule: a name is judged by its form alone, piece by piece; words, however many, are no
identifiers. What is told of such a name is its masked form, never the name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from urllib.parse import unquote

from slactl.model.service import Service
from slactl.workflows.onboarding.paths import parameter, template
from slactl.workflows.onboarding.rules import expressible

FLOOD = 20
"""So many operations of one service, day and form may differ in an identifier; more are a flood."""

_OMOCODIA = "[0-9LMNPQRSTUV]"
_WHOLE = (
    ("an e-mail address", re.compile(r"[^\s/@,;?&=]+@[^\s/@,;?&=]+\.[A-Za-z]{2,}")),
    ("a token", re.compile(r"eyJ[A-Za-z0-9_-]{5,}\.[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]*)?")),
)
_PIECES = (
    (
        "a tax code",
        re.compile(
            rf"[A-Z]{{6}}{_OMOCODIA}{{2}}[ABCDEHLMPRST]{_OMOCODIA}{{2}}[A-Z]{_OMOCODIA}{{3}}[A-Z]", re.IGNORECASE
        ),
    ),
    ("a token", re.compile(r"(AKIA|ASIA)[A-Z0-9]{16}|(gh[opsur]|github_pat)_[A-Za-z0-9_]{20,}|xox[abprs]-[\w-]{10,}")),
    ("a token", re.compile(r"[rs]k_(live|test)_[A-Za-z0-9]{10,}|sk-[A-Za-z0-9_-]{20,}")),
    ("a UUID", re.compile(r"[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE)),
    ("a token", re.compile(r"(?=.*\d)(?=.*[a-f])[0-9a-f]{16,}", re.IGNORECASE)),
)
PERSONAL = ("an e-mail address", "a tax code", "a VAT number")
_RUN = re.compile(r"[A-Za-z0-9]{16,}")
_VAT = re.compile(r"(IT)?(\d{11})", re.IGNORECASE)
_CUT = re.compile(r"[\s/?&=:;,()]+")
_SHORT_CODE = re.compile(r"[A-Za-z]{0,4}[-_]?\d{3,}")
_OWN = "/LambdaService"


@dataclass(frozen=True, slots=True)
class Refused:
    """A name that is not kept: its masked form, what it looks like, the rule that mends it, how many there are."""

    masked: str
    looks_like: str
    rule: str
    count: int = 1

    def __str__(self) -> str:
        many = f"{self.count} operations like " if self.count > 1 else ""
        return f"{many}{self.masked!r} ({self.looks_like}); add - {self.rule} before the rules that match it"


def looks_like(operation: str) -> str | None:
    """What a name seems to hold that must not be kept; None for an ordinary one.

    The names that Lambda functions report themselves under end in a function's name, which often ends
    in random letters: they are not looked into.
    """
    if operation.endswith(_OWN):
        return None
    text = unquote(operation)
    told = next((what for what, form in _WHOLE if form.search(text)), None)
    return told or next((what for piece in _pieces(text) if (what := _piece(piece))), None)


def looks_like_a_person(value: str) -> str | None:
    """What a value of a metric's dimension seems to hold of a person; identifiers of resources are none."""
    told = looks_like(value)
    return told if told in PERSONAL else None


def _pieces(text: str) -> list[str]:
    return [piece for piece in _CUT.split(text) if piece]


def _piece(piece: str) -> str | None:
    told = next((what for what, form in _PIECES if form.fullmatch(piece)), None)
    if told:
        return told
    if (found := _VAT.fullmatch(piece)) and _is_vat(found[2]):
        return "a VAT number"
    return "a token" if any(_random(run) for run in _RUN.findall(piece)) else None


def _random(run: str) -> bool:
    """Whether a run of letters and digits changes between them as no word does."""
    changes = sum(left.isdigit() != right.isdigit() for left, right in pairwise(run))
    return changes >= 4


def _is_vat(digits: str) -> bool:
    """Whether the last of eleven digits is the check digit of an Italian partita IVA."""
    odd = sum(int(digit) for digit in digits[0:10:2])
    even = sum(sum(divmod(2 * int(digit), 10)) for digit in digits[1:10:2])
    return int(digits) > 0 and (10 - (odd + even) % 10) % 10 == int(digits[10])


def carries_identifier(operation: str) -> bool:
    """Whether a piece of the name is an identifier by its form, personal or not."""
    return looks_like(operation) is not None or template(operation) is not None


def hider(service: Service, operation: str) -> str | None:
    """The ``match`` of the rule that stands for an operation with an identifier in its name; None if none does.

    A rule stands for it when it is the first that matches, counts it under another name (or ignores
    it), and has no identifier itself.
    """
    rule = next((rule for rule in service.rules if rule.matches(operation)), None)
    if rule is None or not (rule.name or rule.ignore) or "*" not in rule.match:
        return None
    return None if looks_like(rule.match) else rule.match


def hiders(service: Service) -> tuple[str, ...]:
    """The matches of the rules that may stand for operations."""
    return tuple(rule.match for rule in service.rules if (rule.name or rule.ignore) and "*" in rule.match)


def hidden(service: Service, operations: Iterable[str]) -> dict[str, str]:
    """The operations that are kept under a rule's match, with that match."""
    found = ((name, hider(service, name)) for name in operations if carries_identifier(name))
    return {name: match for name, match in found if match is not None}


def refused(service: Service, operations: Iterable[str]) -> tuple[Refused, ...]:
    """The names that can't be kept as they are and that no rule hides, in order."""
    left = [name for name in sorted(set(operations)) if hider(service, name) is None]
    personal = {name: what for name in left if (what := looks_like(name))}
    floods = _floods(name for name in left if name not in personal)
    return (*_masked(personal), *floods)


def _masked(personal: Mapping[str, str]) -> tuple[Refused, ...]:
    by_form: dict[tuple[str, str], int] = {}
    for name, what in personal.items():
        form = (mask(name), what)
        by_form[form] = by_form.get(form, 0) + 1
    return tuple(Refused(form, what, _rule(form), count) for (form, what), count in sorted(by_form.items()))


def _floods(names: Iterable[str]) -> tuple[Refused, ...]:
    by_form: dict[str, int] = {}
    for name in names:
        form = mask(name)
        if form != name:
            by_form[form] = by_form.get(form, 0) + 1
    flooded = sorted((form, count) for form, count in by_form.items() if count > FLOOD)
    return tuple(Refused(form, "identifiers", _rule(form), count) for form, count in flooded)


def mask(operation: str) -> str:
    """The name with every piece that may identify somebody or something replaced by ``{...}``."""
    parts = re.split(r"([\s/?&=:;,()]+)", unquote(operation))
    return "".join(part if place % 2 else _mask_piece(part) for place, part in enumerate(parts))


def _mask_piece(piece: str) -> str:
    if not piece or piece.startswith("{"):
        return piece
    for what, form in _WHOLE:
        if form.search(piece):
            return "{email}" if "mail" in what else "{token}"
    if told := _piece(piece):
        return "{" + told.split(" ", 1)[1].replace(" ", "-").lower() + "}"
    return parameter(piece) or ("{id}" if _SHORT_CODE.fullmatch(piece) else piece)


def _rule(form: str) -> str:
    """The line of ``operations`` that counts everything of a form together."""
    match = expressible(re.sub(r"\{[^}]*\}", "*", form))
    return f"{{match: {json.dumps(match, ensure_ascii=False)}, as: {json.dumps(form, ensure_ascii=False)}}}"
