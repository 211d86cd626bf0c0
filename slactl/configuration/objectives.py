"""Objectives: what is common to every kind; the kind itself reads its own options.

The one rule: the same id may stand twice only where the two are never in force on the same day.
"""

from __future__ import annotations

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
from slactl.model.goal import Comparison, Goal
from slactl.model.objective import Coverage, InForce, Objective, Reference

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
NAMELESS = "-"
GOAL_HINT = 'a comparison and a limit such as ">= 99.9%"'
NO_GOAL = Goal(Comparison.AT_LEAST, Fraction(0), "")
"""Stands in for a goal that was refused."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An objective with the fields it was read from."""

    objective: Objective
    fields: Fields


def read_objectives(items: tuple[Node, ...], fields: Fields, services: frozenset[str] | None) -> list[Placed]:
    """Every objective of a list; ``services`` are the known keys (None: unknown)."""
    found = []
    for index, item in enumerate(items, 1):
        inner = fields.as_fields(item, item_name("objectives", item, index))
        if inner:
            found.append(_read(inner, services))
    return found


def check_unique(placed: list[Placed]) -> None:
    """Refuse an id that is in force twice on one day."""
    for index, second in enumerate(placed):
        for first in placed[:index]:
            if _clash(first.objective, second.objective):
                found = f"{first.fields.file}:{first.fields.line_of('id')}"
                hint = "give each an in_force that ends where the next begins: {from: 2026-01-01, to: 2027-01-01}"
                second.fields.mistake("id", f"is in force twice, found it first at {found}", hint)


def _read(fields: Fields, services: frozenset[str] | None) -> Placed:
    """An objective; what is wrong in it has a placeholder, so that the rest is read all the same."""
    name = fields.must("id", identifier, "a short name such as uptime") or ""
    kind = _kind(fields)
    admits = kind.admits if kind else frozenset()
    objective = Objective(
        id=name,
        title=_title(fields, name or NAMELESS),
        indicator=(kind and kind.parse(fields)) or Coverage(),
        goal=(kind and fields.must("goal", quantity(kind.goal), GOAL_HINT)) or NO_GOAL,
        over_year=fields.get("over", word_of(*_spans(kind)), "month") == "year",
        excludes_maintenance=fields.get("exclude", word_of("none", "maintenance"), "none") == "maintenance",
        per_operation="per" in admits and fields.get("per", word_of("service", "operation"), "service") == "operation",
        operation_class=fields.get("class", identifier) if "class" in admits else None,
        advisory=fields.flag("advisory"),
        warning=fields.get("warning", quantity(share), "25%"),
        confidence=fields.get("confidence", quantity(open_share)) if "confidence" in admits else None,
        services=known_services(fields, services),
        in_force=_in_force(fields),
        reference=_reference(fields),
    )
    return Placed(objective, fields)


def _spans(kind: Kind | None) -> tuple[str, ...]:
    """What may be judged: a year only of uptime, whose seconds add up over months that forgot the rest."""
    return ("month", "year") if kind is None or kind is KINDS["availability"] else ("month",)


def _kind(fields: Fields) -> Kind | None:
    """The kind that ``indicator`` names; refuses the keys that do not go with it."""
    name = fields.must("indicator", word_of(*KINDS), "the kind of figure: " + ", ".join(KINDS))
    if name is None:
        own = [key for each in KINDS.values() for key in each.options]
        fields.only((*COMMON_KEYS, *SPECIAL_KEYS, *own))
        return None
    kind = KINDS[name]
    reasons = {key: f"{key} does not go with indicator: {name}" for key in SPECIAL_KEYS}
    for other, each in KINDS.items():
        reasons |= {key: f"{key} goes with indicator: {other}" for key in each.options}
    fields.only((*COMMON_KEYS, *kind.options, *(key for key in SPECIAL_KEYS if key in kind.admits)), reasons)
    return kind


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
    if not inner.table.entries:
        hint = "write in_force: {from: 2026-01-01, to: 2027-01-01}"
        fields.mistake("in_force", "has neither from nor to, found {}", hint)
    if start and end and end <= start:
        hint = "the day named by to is the first without the objective"
        inner.mistake("to", f"must lie after from, found {quoted(end.isoformat())}", hint)
    return InForce(start, end)


def _clash(first: Objective, second: Objective) -> bool:
    """Whether two objectives of one id are in force on the same day."""
    if first.id != second.id or not first.id:
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
