"""Objectives: what is common to every kind; the kind itself reads its own options.

The one rule: the same id may stand twice only where the two are never in force on the same day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

from slactl.configuration.fields import Fields, item_name, prose, quantity, text, word_of
from slactl.configuration.indicators import KINDS
from slactl.configuration.indicators.kind import Kind
from slactl.configuration.mistakes import did_you_mean, quoted
from slactl.configuration.names import identifier
from slactl.configuration.nodes import Node, Table
from slactl.configuration.quantities import open_share, share
from slactl.configuration.settings import LANGUAGES
from slactl.configuration.times import calendar_date
from slactl.model.objective import InForce, Objective, Reference

COMMON_KEYS = (
    "id",
    "title",
    "indicator",
    "goal",
    "over",
    "exclude",
    "advisory",
    "warning",
    "services",
    "in_force",
    "reference",
)
SPECIAL_KEYS = ("per", "class", "confidence")


@dataclass(frozen=True, slots=True)
class Placed:
    """An objective with the fields it was read from."""

    objective: Objective
    fields: Fields


def read_objectives(items: tuple[Node, ...], fields: Fields, services: frozenset[str] | None) -> list[Placed]:
    """Every objective of a list that has no mistake; ``services`` are the known keys."""
    found = []
    for index, item in enumerate(items, 1):
        inner = fields.as_fields(item, item_name("objectives", item, index))
        placed = _read(inner, services) if inner else None
        if placed:
            found.append(placed)
    return found


def check_unique(placed: list[Placed]) -> None:
    """Refuse an id that is in force twice on one day."""
    for index, second in enumerate(placed):
        for first in placed[:index]:
            if _clash(first.objective, second.objective):
                found = f"{first.fields.file}:{first.fields.line_of('id')}"
                hint = "give each an in_force that ends where the next begins: {from: 2026-01-01, to: 2027-01-01}"
                second.fields.mistake("id", f"is in force twice, found it first at {found}", hint)


def _read(fields: Fields, services: frozenset[str] | None) -> Placed | None:
    name = fields.must("id", identifier, "a short name such as uptime")
    kind_name = fields.must("indicator", word_of(*KINDS), "the kind of figure: " + ", ".join(KINDS))
    kind = KINDS.get(kind_name or "")
    common = _common(fields, kind)
    limits = known_services(fields, services)
    _check_keys(fields, kind, kind_name)
    if kind is None:
        return None
    indicator = kind.parse(fields)
    goal = fields.must("goal", quantity(kind.goal), 'a comparison and a limit such as ">= 99.9%"')
    if indicator is None or goal is None or name is None:
        return None
    objective = Objective(
        id=name,
        title=_title(fields, name),
        indicator=indicator,
        goal=goal,
        over_year=common["over"] == "year",
        excludes_maintenance=common["exclude"] == "maintenance",
        per_operation=common["per"] == "operation",
        operation_class=common["class"],
        advisory=fields.flag("advisory"),
        warning=fields.get("warning", quantity(share), "25%"),
        confidence=_confidence(fields, kind),
        services=limits,
        in_force=_in_force(fields),
        reference=_reference(fields),
    )
    return Placed(objective, fields)


def _common(fields: Fields, kind: Kind | None) -> Mapping[str, str | None]:
    """The choices that every objective has, as words."""
    special = kind.admits if kind else frozenset(SPECIAL_KEYS)
    return {
        "over": fields.get("over", word_of("month", "year"), "month"),
        "exclude": fields.get("exclude", word_of("none", "maintenance"), "none"),
        "per": fields.get("per", word_of("service", "operation"), "service") if "per" in special else None,
        "class": fields.get("class", identifier) if "class" in special else None,
    }


def _check_keys(fields: Fields, kind: Kind | None, kind_name: str | None) -> None:
    if kind is None:
        own = [key for each in KINDS.values() for key in each.options]
        fields.only((*COMMON_KEYS, *SPECIAL_KEYS, *own))
        return
    reasons = {key: f"{key} does not go with indicator: {kind_name}" for key in SPECIAL_KEYS}
    for other, each in KINDS.items():
        reasons |= {key: f"{key} goes with indicator: {other}" for key in each.options}
    fields.only((*COMMON_KEYS, *kind.options, *(key for key in SPECIAL_KEYS if key in kind.admits)), reasons)


def _confidence(fields: Fields, kind: Kind) -> Fraction | None:
    return fields.get("confidence", quantity(open_share)) if "confidence" in kind.admits else None


def _title(fields: Fields, name: str) -> dict[str, str]:
    """The title in both languages; one text, one language or none stands for the other."""
    entry = fields.table.entry("title")
    if entry is None or not isinstance(entry.value, Table):
        title = fields.get("title", prose, name)
        return dict.fromkeys(LANGUAGES, title)
    inner = fields.mapping("title")
    titles = {}
    if inner:
        inner.only(LANGUAGES)
        given = [language for language in LANGUAGES if inner.has(language)]
        titles = {language: said for language in given if (said := inner.get(language, prose))}
    fallback = next(iter(titles.values()), name)
    return {language: titles.get(language, fallback) for language in LANGUAGES}


def known_services(fields: Fields, known: frozenset[str] | None) -> tuple[str, ...] | None:
    """The ``services`` list, each one checked against the known keys (None: not known)."""
    named = fields.words("services", text)
    for name in named or ():
        if known is not None and name not in known:
            fields.mistake(
                "services",
                f"names an unknown service, found {quoted(name)}",
                did_you_mean(name, known) or f"known: {', '.join(sorted(known)) or 'none'}",
            )
    return named


def _in_force(fields: Fields) -> InForce | None:
    inner = fields.mapping("in_force")
    if inner is None:
        return None
    inner.only(("from", "to"))
    start = inner.get("from", quantity(calendar_date))
    end = inner.get("to", quantity(calendar_date))
    if not inner.has("from") and not inner.has("to"):
        hint = "write in_force: {from: 2026-01-01, to: 2027-01-01}"
        fields.mistake("in_force", "has neither from nor to, found {}", hint)
    if start and end and end <= start:
        hint = "the day named by to is the first without the objective"
        inner.mistake("to", f"must lie after from, found {quoted(end.isoformat())}", hint)
    return InForce(start, end)


def _clash(first: Objective, second: Objective) -> bool:
    """Whether two objectives of one id are in force on the same day."""
    if first.id != second.id:
        return False
    one, other = first.in_force, second.in_force
    return one is None or other is None or not (_ends_before(one, other) or _ends_before(other, one))


def _ends_before(earlier: InForce, later: InForce) -> bool:
    return earlier.end is not None and later.start is not None and earlier.end <= later.start


def _reference(fields: Fields) -> Reference | None:
    inner = fields.mapping("reference")
    if inner is None:
        return None
    inner.only(("document", "section", "quote"))
    document = inner.must("document", prose, "the document that holds the promise")
    return Reference(document or "", inner.get("section", prose), inner.get("quote", prose))
