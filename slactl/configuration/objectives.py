"""Objectives: what is common to every kind; the kind itself reads its own options.

The one rule: the same id may stand twice only where the two are never in force on the same day.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from slactl.configuration.fields import Fields, item_name, prose, quantity, text, word_of
from slactl.configuration.indicators import KINDS
from slactl.configuration.indicators.kind import Kind
from slactl.configuration.mistakes import did_you_mean, one_of, quoted
from slactl.configuration.names import identifier
from slactl.configuration.nodes import Node
from slactl.configuration.quantities import open_share, share
from slactl.configuration.speech import bilingual
from slactl.configuration.times import calendar_date
from slactl.model.goal import Comparison, Goal
from slactl.model.objective import Coverage, Indicator, InForce, Objective, Reference

COMMON_KEYS = (
    "id",
    "title",
    "indicator",
    "goal",
    "over",
    "exclude",
    "advisory",
    "warning",
    "in_force",
    "reference",
    "clauses",
)
SPECIAL_KEYS = ("services", "component", "service", "per", "class", "confidence")
PLATFORM = "platform"
NAMELESS = "-"
GOAL_HINT = 'a comparison and a limit such as ">= 99.9%"'
NO_GOAL = Goal(Comparison.AT_LEAST, Fraction(0), "")
"""Stands in for a goal that was refused."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An objective with the fields it was read from."""

    objective: Objective
    fields: Fields


@dataclass(frozen=True, slots=True)
class Home:
    """Where objectives stand: the known services (None: unknown), and whose name general ones bear by default.

    ``pack`` is the pack that they are entries of, in which case their ids begin with its name; in the catalogue they
    begin with ``component``, so that a pack may be used twice.
    """

    services: frozenset[str] | None
    component: str = PLATFORM
    pack: str | None = None

    def named(self, name: str) -> str:
        """An entry's id in the catalogue."""
        return name if self.pack is None else self.component + name.removeprefix(self.pack)


def read_objectives(items: tuple[Node, ...], fields: Fields, home: Home, section: str = "objectives") -> list[Placed]:
    """Every objective of a list."""
    found = []
    for index, item in enumerate(items, 1):
        inner = fields.as_fields(item, item_name(section, item, index))
        if inner:
            found.append(_read(inner, home))
    return found


def check_unique(placed: list[Placed]) -> None:
    """Refuse an id that is in force twice on one day."""
    for index, second in enumerate(placed):
        for first in placed[:index]:
            if _clash(first.objective, second.objective):
                found = f"{first.fields.file}:{first.fields.line_of('id')}"
                hint = "give each an in_force that ends where the next begins: {from: 2026-01-01, to: 2027-01-01}"
                second.fields.mistake("id", f"is in force twice, found it first at {found}", hint)


def _read(fields: Fields, home: Home) -> Placed:
    """An objective; what is wrong in it has a placeholder, so that the rest is read all the same."""
    name = fields.must("id", identifier, "a short name such as uptime") or ""
    kind = _kind(fields)
    admits = kind.admits if kind else frozenset()
    indicator = kind.parse(fields) if kind else None
    objective = Objective(
        id=home.named(name),
        title=bilingual(fields, "title", name or NAMELESS),
        indicator=indicator or Coverage(),
        goal=(kind and _goal(fields, kind, indicator)) or NO_GOAL,
        over_year=fields.get("over", word_of(*_spans(kind)), "month") == "year",
        excludes_maintenance=fields.get("exclude", word_of("none", "maintenance"), "none") == "maintenance",
        per_operation=_per(fields, kind),
        operation_class=fields.get("class", identifier) if "class" in admits else None,
        advisory=fields.flag("advisory"),
        warning=fields.get("warning", quantity(share), "25%"),
        confidence=fields.get("confidence", quantity(open_share)) if "confidence" in admits else None,
        services=_of_whom(fields, kind, home),
        in_force=read_in_force(fields),
        reference=_reference(fields),
        clauses=(fields.words("clauses", identifier) or ()) if fields.has("clauses") else (),
        pack=home.pack,
    )
    return Placed(objective, fields)


def _goal(fields: Fields, kind: Kind, indicator: Indicator | None) -> Goal | None:
    parse = quantity(kind.reader(indicator))
    if kind.usual_goal is not None:
        return fields.get("goal", parse, kind.usual_goal)
    return fields.must("goal", parse, GOAL_HINT)


def _per(fields: Fields, kind: Kind | None) -> bool:
    """Whether single operations, or single values of a breakdown, decide."""
    if kind is None or not ("per" in kind.admits or "per" in kind.options):
        return False
    part = fields.get("per", word_of("service", kind.part), "service") == kind.part
    broken = next((key for key in ("breakdown", "for_each") if key in kind.options), None)
    if part and broken and not fields.has(broken):
        fields.mistake("per", f"has no {broken} to go by, found 'breakdown'", f"add {broken}, or leave per out")
    return part


def _of_whom(fields: Fields, kind: Kind | None, home: Home) -> tuple[str, ...] | None:
    """The services that an objective holds for; of a general one the component or service whose name its rows bear."""
    if kind is None or not kind.general:
        return known_services(fields, home.services) if kind is None or "services" in kind.admits else None
    service, component = fields.get("service", text), fields.get("component", identifier)
    if service is not None and component is not None:
        fields.mistake("component", f"does not go with service, found {quoted(component)}", "keep the one it is about")
    if service is not None:
        _check_known(fields, "service", service, home.services)
        return (service,)
    _check_free(fields, component or home.component, home)
    return (component or home.component,)


def _check_known(fields: Fields, key: str, name: str, known: frozenset[str] | None) -> None:
    if known is not None and name not in known:
        hint = did_you_mean(name, known) or f"known: {', '.join(sorted(known)) or 'none'}"
        fields.mistake(key, f"names an unknown service, found {quoted(name)}", hint)


def _check_free(fields: Fields, component: str, home: Home) -> None:
    """A component and a service never share a key, for rows bear either."""
    if component not in (home.services or ()) or home.pack:
        return
    hint = f"write service: {component} if the service is meant, or give the component another name"
    fields.mistake("component", f"bears the key of a service, found {quoted(component)}", hint)


def _spans(kind: Kind | None) -> tuple[str, ...]:
    """What may be judged: a year only of uptime, whose seconds add up over months that forgot the rest."""
    return ("month", "year") if kind is None or kind is KINDS["availability"] else ("month",)


def _kind(fields: Fields) -> Kind | None:
    """The kind that ``indicator`` names; refuses the keys that do not go with it."""
    name = fields.must("indicator", word_of(*KINDS), "the kind of figure: " + ", ".join(KINDS))
    if name is None:
        own = [key for each in KINDS.values() for key in each.options]
        fields.only(dict.fromkeys((*COMMON_KEYS, *SPECIAL_KEYS, *own)))
        return None
    kind = KINDS[name]
    homes: dict[str, list[str]] = {}
    for other, each in KINDS.items():
        for key in each.options:
            homes.setdefault(key, []).append(other)
    reasons = {key: f"{key} goes with indicator: {one_of(names)}" for key, names in homes.items()}
    reasons |= {key: f"{key} does not go with indicator: {name}" for key in SPECIAL_KEYS}
    fields.only((*COMMON_KEYS, *kind.options, *(key for key in SPECIAL_KEYS if key in kind.admits)), reasons)
    return kind


def known_services(fields: Fields, known: frozenset[str] | None) -> tuple[str, ...] | None:
    """The ``services`` list, each one checked against the known keys (None: not known)."""
    named = fields.words("services", text)
    for name in named or ():
        _check_known(fields, "services", name, known)
    return named


def read_in_force(fields: Fields) -> InForce | None:
    """The days on which something holds; None where nothing is said of them."""
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
