"""A pack's file: what it is called, its variables, and its entries before anything is put into them.

The one rule: whatever is wrong with a shipped pack is told with the name of its own file, once for all of its uses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from slactl.configuration.assets import AssetMissing, asset_folder
from slactl.configuration.fields import Fields
from slactl.configuration.files import Opened
from slactl.configuration.mistakes import Notes, quoted
from slactl.configuration.names import identifier
from slactl.configuration.nodes import Broken, Node, Scalar, Table
from slactl.configuration.speech import bilingual
from slactl.configuration.substitution import names_in
from slactl.configuration.variables import Variable, read_variables

PACK_KEYS = ("pack", "title", "about", "variables", "entries", "limits")


@dataclass(frozen=True, slots=True)
class PackFile:
    """A pack as it is written; ``entries`` are its objectives, with the names of variables in them."""

    name: str
    fields: Fields
    entries: tuple[Table, ...]
    variables: Mapping[str, Variable] = field(default_factory=dict)
    title: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, str] = field(default_factory=dict)


def shipped_packs() -> tuple[str, ...]:
    """The names of the packs that are shipped.

    Raises:
        AssetMissing: if the shipped folder is not there.
    """
    return tuple(sorted(path.stem for path in (asset_folder("config") / "packs").glob("*.yaml")))


def known_packs() -> tuple[str, ...]:
    """As ``shipped_packs``; none where the installation is incomplete."""
    try:
        return shipped_packs()
    except AssetMissing:
        return ()


def read_pack(opened: Opened, notes: Notes) -> PackFile | None:
    """A pack's file; None if it is none at all."""
    if not isinstance(opened.node, Table):
        what = f"a pack must be a mapping, found {opened.node.kind}"
        notes.mistake(opened.shown, opened.node.line, what, "its first line is pack: NAME")
        return None
    fields = Fields(opened.node, "pack", opened.shown, notes)
    fields.only(PACK_KEYS)
    name = fields.must("pack", identifier, "its name, with which the ids of its entries begin") or ""
    items = fields.items("entries", "a list of entries") or ()
    if not items:
        fields.missing("entries", "entries: [{id: ..., indicator: ..., goal: ...}]")
    variables = read_variables(fields.mapping("variables"))
    for item in items:
        _check_names(fields, item, variables)
    entries = tuple(each.table for item in items if (each := fields.as_fields(item, "pack.entries")))
    for entry in entries:
        _check_id(fields, entry, name)
    title = bilingual(fields, "title", name or "-")
    bilingual(fields, "about")
    return PackFile(name, fields, entries, variables, title, bilingual(fields, "limits"))


def _check_names(fields: Fields, item: Node, variables: Mapping[str, Variable]) -> None:
    for name in sorted(names_in(item) - set(variables)):
        what = f"an entry names a variable that the pack does not have, found {quoted('{' + name + '}')}"
        known = ", ".join(sorted(variables)) or "none"
        fields.notes.mistake(fields.file, item.line, what, f"known: {known}")


def _check_id(fields: Fields, entry: Table, pack: str) -> None:
    """Entries begin with their pack's name, so that ids of different packs never meet."""
    found = entry.entry("id")
    if found is None or isinstance(found.value, Broken) or not pack:
        return
    written = found.value.text if isinstance(found.value, Scalar) else ""
    if not written.startswith(f"{pack}-"):
        what = f"an entry's id must begin with {pack}-, found {quoted(written)}"
        fields.notes.mistake(fields.file, found.line, what, f"write {pack}-{written}" if written else None)
