"""The section ``packs``: packs that are switched on, each with its variables, and what is changed of their entries.

The one rule: only what is switched on is opened; an entry that needs a variable which may be left out, and was, is
left out with it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from slactl.configuration.fields import Fields, quantity, text, word_of
from slactl.configuration.indicators import KINDS
from slactl.configuration.library import BUNDLED, Library
from slactl.configuration.mistakes import Origin, Refused, did_you_mean, one_of, quoted
from slactl.configuration.names import identifier_text
from slactl.configuration.nodes import Broken, Entry, Items, Node, Scalar, Table, plain
from slactl.configuration.objectives import Home, Placed, read_in_force, read_objectives
from slactl.configuration.packfile import PackFile, known_packs, read_pack
from slactl.configuration.quantities import share
from slactl.configuration.substitution import Values, filled, names_in
from slactl.configuration.times import calendar_date
from slactl.configuration.variables import Variable, value_of
from slactl.model.component import Component, PackUse
from slactl.model.objective import Objective

USE_KEYS = ("pack", "file", "since", "entries")
OVERRIDES = ("goal", "advisory", "warning", "exclude", "in_force")
OFF = "off"
NOT_WANTED = "a pack that is not wanted is left out; one that is has its variables below it"


@dataclass(frozen=True, slots=True)
class Changed:
    """An entry that the user changed: as the pack has it, and the fields of the change."""

    shipped: Objective
    objective: Objective
    fields: Fields


@dataclass(frozen=True, slots=True)
class Packs:
    """What the packs that are on come to, in their order."""

    uses: tuple[PackUse, ...] = ()
    components: tuple[Component, ...] = ()
    placed: tuple[Placed, ...] = ()
    changed: tuple[Changed, ...] = ()


@dataclass(slots=True)
class Reading:
    """What reading one use of a pack needs of the rest."""

    library: Library
    services: frozenset[str] | None
    files: dict[str, PackFile | None]


def read_packs(fields: Fields, library: Library, services: frozenset[str] | None) -> Packs:
    """Every pack that is on; ``services`` are the keys of the services (None: unknown)."""
    reading = Reading(library, services, {})
    found = [_read_use(fields, entry, reading) for entry in fields.table.entries]
    uses = [one for one in found if one]
    return Packs(
        tuple(use for one in uses for use in one.uses),
        tuple(component for one in uses for component in one.components),
        tuple(placed for one in uses for placed in one.placed),
        tuple(changed for one in uses for changed in one.changed),
    )


def _read_use(fields: Fields, entry: Entry, reading: Reading) -> Packs | None:
    _check_key(fields, entry, reading.services)
    inner = fields.as_fields(entry.value, fields.name(entry.key), entry.line, NOT_WANTED)
    if inner is None:
        return None
    pack = _pack_of(inner, entry, reading)
    if pack is None:
        return None
    before = len(fields.notes.mistakes)
    _check_keys(inner, pack)
    values = _values(inner, pack, reading.services)
    items, without = _items(inner, pack, values)
    home = Home(reading.services, entry.key, pack.name)
    placed = read_objectives(items, pack.fields, home, inner.where)
    _at_the_use(fields, entry, pack, before)
    kept, changed = _changed(inner, placed, pack)
    for name, missing in without.items():
        told = f"left out, for {one_of(sorted(missing))} is not given"
        fields.notes.origins.append(Origin(f"{inner.where}.entries.{name}", told, fields.file, entry.line))
    use = PackUse(pack.name, {name: plain(node) for name, node in values.given.items()})
    since = inner.get("since", quantity(calendar_date))
    component = Component(entry.key, _title(pack, entry.key), pack.name, pack.limits, since)
    return Packs((use,), (component,), kept, changed)


def _at_the_use(fields: Fields, entry: Entry, pack: PackFile, before: int) -> None:
    """What a value does to entries of a shipped pack is told where the value stands, and only if nothing else is."""
    notes, shipped = fields.notes, pack.fields.file
    strange = [one for one in notes.mistakes[before:] if one.file == shipped]
    if not strange or not shipped.startswith(BUNDLED):
        return
    notes.mistakes[before:] = [one for one in notes.mistakes[before:] if one.file != shipped]
    if len(notes.mistakes) == before:
        notes.mistake(fields.file, entry.line, strange[0].what, "a value given to the pack does not fit there")


def _title(pack: PackFile, key: str) -> dict[str, str]:
    """A pack that goes by another name says which one."""
    return {language: said if key == pack.name else f"{said} ({key})" for language, said in pack.title.items()}


def _check_key(fields: Fields, entry: Entry, services: frozenset[str] | None) -> None:
    try:
        identifier_text(entry.key)
    except Refused as refused:
        what = f"the name of a pack's use {refused.what}, found {quoted(entry.key)}"
        fields.notes.mistake(fields.file, entry.line, what, refused.hint)
    if entry.key in (services or ()):
        hint = f"give it another name: packs: {{{entry.key}-pack: {{pack: {entry.key}, ...}}}}"
        fields.mistake(entry.key, f"bears the key of a service, found {quoted(entry.key)}", hint)


def _pack_of(fields: Fields, entry: Entry, reading: Reading) -> PackFile | None:
    """The pack that is meant: a file of the user's own, or a shipped one."""
    if fields.has("file"):
        if fields.has("pack"):
            fields.mistake("pack", "does not go with file", "a file says itself which pack it is")
        name = fields.must("file", text)
    else:
        name = _shipped(fields, entry)
    if name is None:
        return None
    if name not in reading.files:
        opened = reading.library.shared_file(name, entry.line)
        reading.files[name] = read_pack(opened, reading.library.notes) if opened else None
    return reading.files[name]


def _shipped(fields: Fields, entry: Entry) -> str | None:
    """The name of a shipped pack's file; None if there is no such pack."""
    named = fields.has("pack")
    name = fields.must("pack", text) if named else entry.key
    if name is None:
        return None
    known = known_packs()
    if name not in known:
        hint = did_you_mean(name, known) or f"known: {', '.join(known) or 'none'}; an own one is named by file:"
        line = fields.line_of("pack") if named else entry.line
        fields.notes.mistake(fields.file, line, f"{fields.where} is no known pack, found {quoted(name)}", hint)
        return None
    return f"{BUNDLED}packs/{name}.yaml"


def _check_keys(fields: Fields, pack: PackFile) -> None:
    known = (*pack.variables, *USE_KEYS)
    for entry in fields.table.entries:
        if entry.key not in known:
            hint = did_you_mean(entry.key, known) or f"its variables: {', '.join(pack.variables) or 'none'}"
            what = f"unknown variable of the pack {pack.name}, found {quoted(entry.key)}"
            fields.notes.mistake(fields.file, entry.line, what, hint)


def _values(fields: Fields, pack: PackFile, services: frozenset[str] | None) -> Values:
    """What the variables stand for; a required one that is missing is refused, and stands for its own name."""
    given: dict[str, Node] = {}
    for name, variable in pack.variables.items():
        value = value_of(fields, name, variable.kind, services)
        if value is None and not fields.has(name):
            value = _default(fields, variable, services)
        elif value is None:
            value = _stand_in(variable, services)
        if value is not None:
            given[name] = value
    omitted = {name for name, one in pack.variables.items() if one.as_configured and name not in given}
    return Values(given, frozenset(omitted))


def _default(fields: Fields, variable: Variable, services: frozenset[str] | None) -> Node | None:
    if variable.required:
        about = variable.about.get("en")
        fields.missing(variable.name, f"{variable.name}: {about}" if about else None)
        return _stand_in(variable, services)
    written = plain(variable.default) if variable.default else None
    fields.notes.origins.append(Origin(fields.name(variable.name), written))
    return variable.default


_STAND_INS: Mapping[str, Scalar] = {
    "number": Scalar(0, 1, "1"),
    "share": Scalar(0, "50%", "50%"),
    "duration": Scalar(0, "1h", "1h"),
    "region": Scalar(0, "eu-west-1", "eu-west-1"),
    "regions": Scalar(0, "eu-west-1", "eu-west-1"),
    "account": Scalar(0, "000000000000", "000000000000"),
    "flag": Scalar(0, True, "true"),
}


def _stand_in(variable: Variable, services: frozenset[str] | None) -> Node:
    """Something that fits, so that the entries are read all the same and nothing is told twice."""
    name = min(services or ("name",)) if variable.kind in ("service", "services") else "name"
    one = _STAND_INS.get(variable.kind, Scalar(0, name, name))
    return Items(0, (one,)) if variable.kind.endswith("s") else one


def _items(fields: Fields, pack: PackFile, values: Values) -> tuple[tuple[Node, ...], dict[str, frozenset[str]]]:
    """The entries with everything in place, and those that are left out with what they miss."""
    items: list[Node] = []
    without: dict[str, frozenset[str]] = {}
    for entry in pack.entries:
        missing = (names_in(entry) & set(pack.variables)) - set(values.given) - values.omitted
        if missing:
            without[_id_of(entry)] = missing
            continue
        try:
            items.append(filled(entry, values))
        except Refused as refused:
            pack.fields.notes.mistake(pack.fields.file, entry.line, f"an entry {refused.what}", refused.hint)
    if without and not items:
        named = ", ".join(sorted(frozenset().union(*without.values())))
        fields.notes.mistake(fields.file, fields.line, f"{fields.where} has no entry left", f"give {named}")
    return tuple(items), without


def _id_of(entry: Table) -> str:
    found = entry.entry("id")
    return found.value.text if found and isinstance(found.value, Scalar) else "-"


def _changed(fields: Fields, placed: list[Placed], pack: PackFile) -> tuple[tuple[Placed, ...], tuple[Changed, ...]]:
    """The entries as the user wants them."""
    inner = fields.mapping("entries") if fields.has("entries") else None
    if inner is None:
        return tuple(placed), ()
    known = {name: index for index, one in enumerate(placed) for name in _names_of(one)}
    ids = {_id_of(entry) for entry in pack.entries}
    kept: list[Placed | None] = list(placed)
    changed = []
    for entry in inner.table.entries:
        if entry.key not in known:
            if entry.key not in ids:
                _unknown_entry(inner, entry, tuple(known) + tuple(ids), pack)
            continue
        index = known[entry.key]
        one = _override(inner, entry, placed[index])
        kept[index] = replace(placed[index], objective=one.objective) if one else None
        changed += [one] if one else []
    return tuple(one for one in kept if one), tuple(changed)


def _names_of(placed: Placed) -> tuple[str, ...]:
    """An entry is named by its id in the catalogue, or as its pack has it."""
    entry = placed.fields.table.entry("id")
    own = entry.value.text if entry and isinstance(entry.value, Scalar) else ""
    return tuple(dict.fromkeys((own, placed.objective.id)))


def _unknown_entry(fields: Fields, entry: Entry, known: tuple[str, ...], pack: PackFile) -> None:
    hint = did_you_mean(entry.key, known, f"{pack.name}-") or f"known: {', '.join(sorted(set(known)))}"
    what = f"unknown entry of the pack {pack.name}, found {quoted(entry.key)}"
    fields.notes.mistake(fields.file, entry.line, what, hint)


def _override(fields: Fields, entry: Entry, placed: Placed) -> Changed | None:
    """An entry with what the user says of it; None where it is switched off."""
    objective = placed.objective
    if isinstance(entry.value, Scalar):
        fields.must(entry.key, word_of(OFF), "write off, or a mapping such as {advisory: true}")
        return None
    inner = fields.mapping(entry.key)
    if inner is None or isinstance(entry.value, Broken):
        return None
    reasons = dict.fromkeys(("id", "title", "indicator"), "an entry that is another one goes to objectives:")
    inner.only(OVERRIDES, reasons)
    return Changed(objective, _with(inner, objective), inner)


def _with(fields: Fields, objective: Objective) -> Objective:
    kind = KINDS[objective.indicator.kind]
    given: dict[str, object] = {}
    if goal := fields.get("goal", quantity(kind.reader(objective.indicator))) if fields.has("goal") else None:
        given["goal"] = goal
    if fields.has("advisory"):
        given["advisory"] = fields.flag("advisory")
    if fields.has("warning"):
        given["warning"] = fields.get("warning", quantity(share), "25%")
    if fields.has("exclude"):
        given["excludes_maintenance"] = fields.get("exclude", word_of("none", "maintenance")) == "maintenance"
    if fields.has("in_force"):
        given["in_force"] = read_in_force(fields)
    return replace(objective, **given)  # type: ignore[arg-type]
