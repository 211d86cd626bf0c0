"""What shipped packs want of a user, for whoever proposes them.

The one rule: the packs' own files say it, and nobody keeps a second list.
"""

from __future__ import annotations

from collections.abc import Mapping

from slactl.configuration.assets import asset_folder
from slactl.configuration.files import open_yaml
from slactl.configuration.library import BUNDLED
from slactl.configuration.mistakes import Notes, Refused
from slactl.configuration.nodes import Scalar
from slactl.configuration.packfile import read_pack, shipped_packs
from slactl.configuration.variables import Variable, name_text


def shipped_variables() -> Mapping[str, tuple[Variable, ...]]:
    """The variables of every shipped pack, by its name.

    Raises:
        AssetMissing: if the shipped folder is not there.
        ConfigurationError: if a shipped file was spoilt.
    """
    notes, found = Notes(), {}
    for name in shipped_packs():
        opened = open_yaml(asset_folder("config") / "packs" / f"{name}.yaml", f"{BUNDLED}packs/{name}.yaml", notes)
        pack = read_pack(opened, notes) if opened else None
        found[name] = tuple(pack.variables.values()) if pack else ()
    notes.refuse()
    return found


def holds(name: str) -> bool:
    """Whether a variable of a pack can hold a name as it is."""
    try:
        return name_text(Scalar(0, name, name)) == name
    except Refused:
        return False
