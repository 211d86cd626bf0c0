"""What an editor can check of packs: the section of the main file, and a pack's own file.

The one rule: the variables of shipped packs are known to the schema; those of a user's own pack are not.
"""

from __future__ import annotations

from slactl.configuration import patterns as p
from slactl.configuration.assets import asset_folder
from slactl.configuration.clauses import clauses_schema
from slactl.configuration.files import open_yaml
from slactl.configuration.mistakes import Notes
from slactl.configuration.names import IDENTIFIER
from slactl.configuration.packfile import known_packs, read_pack
from slactl.configuration.packs import OFF
from slactl.configuration.speech import bilingual_schema
from slactl.configuration.times import DATE
from slactl.configuration.variables import KIND_WORDS, Variable, variable_schema

Schema = dict[str, object]
_ID = rf"^{IDENTIFIER}$"


def packs_section() -> Schema:
    """The section ``packs``: shipped packs by their names, other uses and own packs by any."""
    shipped: Schema = {name: _use(name) for name in known_packs()}
    other: Schema = {
        "type": "object",
        "anyOf": [{"required": ["pack"]}, {"required": ["file"]}],
        "properties": _use_keys(),
    }
    return {
        "type": "object",
        "propertyNames": {"pattern": _ID},
        "properties": shipped,
        "additionalProperties": other,
        "description": "packs of promises that are switched on, each with its variables",
    }


def pack_schema() -> Schema:
    """A pack's file. Of an entry little is known: a variable may stand for anything, a number or a list too."""
    entry: Schema = {"type": "object", "required": ["id", "indicator"]}
    variable = p.table(
        {
            "kind": p.words("what a user may give", *KIND_WORDS),
            "required": p.truth("whether it must be given; default: where there is no default"),
            "default": {"description": "what it is where it is left out"},
            "about": bilingual_schema("what it is for"),
        },
        ("kind",),
    )
    keys: Schema = {
        "pack": p.text("its name, with which the ids of its entries begin", _ID),
        "title": bilingual_schema("what it is called"),
        "about": bilingual_schema("what it is for"),
        "limits": bilingual_schema("what its source cannot tell; it stands in the report"),
        "variables": {"type": "object", "additionalProperties": variable, "description": "what a user gives"},
        "entries": p.listed(entry, "objectives, in which {name} stands for a variable"),
    }
    return p.table(keys, ("pack", "entries"))


def clauses_section() -> Schema:
    """The section ``clauses``."""
    path = p.text("a file of answers, a path relative to this file; or none")
    return {"oneOf": [path, clauses_schema()]}


def _use_keys() -> Schema:
    off: Schema = {"const": OFF, "description": "leave the entry out"}
    dates: Schema = {"from": p.text("first day", f"^{DATE}$"), "to": p.text("first day without it", f"^{DATE}$")}
    change = p.table(
        {
            "goal": p.text("another goal"),
            "advisory": p.truth("inform only, or decide"),
            "warning": p.text("the share of the error budget below which a met goal warns", p.SHARE),
            "exclude": p.words("whether announced maintenance is left out", "none", "maintenance"),
            "in_force": p.table(dates) | {"minProperties": 1, "description": "the days on which it holds"},
        }
    )
    return {
        "pack": p.text("the shipped pack that is meant, where the use has another name"),
        "file": p.text("a pack of your own, a path relative to this file"),
        "since": p.text("switched on since; before it nothing is owed", f"^{DATE}$"),
        "entries": {
            "type": "object",
            "additionalProperties": {"oneOf": [off, change]},
            "description": "what is changed of its entries",
        },
    }


def _use(name: str) -> Schema:
    """A use by the pack's own name; what stands there may still be another pack, or a file."""
    variables = _variables(name)
    needed = [one.name for one in variables if one.required]
    own = p.table(_use_keys() | {one.name: variable_schema(one) for one in variables}, needed)
    return {"if": {"anyOf": [{"required": ["pack"]}, {"required": ["file"]}]}, "else": own}


def _variables(name: str) -> tuple[Variable, ...]:
    notes = Notes()
    opened = open_yaml(asset_folder("config") / "packs" / f"{name}.yaml", name, notes)
    pack = read_pack(opened, notes) if opened else None
    return tuple(pack.variables.values()) if pack else ()
