"""Finds what is shipped beside the code: ``config/`` and ``templates/``.

The one rule: an installed wheel carries them in ``slactl/_assets``; a checkout has them beside the
package, and is only taken for one where a ``pyproject.toml`` or the repository itself stands there.
"""

from __future__ import annotations

from pathlib import Path

PACKAGE = Path(__file__).resolve().parent.parent


class AssetMissing(Exception):
    """A shipped folder is not where it belongs: the installation is incomplete."""


def asset_folder(kind: str, package: Path = PACKAGE) -> Path:
    """The folder ``config`` or ``templates``.

    Raises:
        AssetMissing: if neither the wheel's nor the checkout's is there.
    """
    installed = package / "_assets" / kind
    if installed.is_dir():
        return installed
    checkout = package.parent
    is_checkout = (checkout / "pyproject.toml").is_file() or (checkout / ".git").exists()
    if is_checkout and (checkout / kind).is_dir():
        return checkout / kind
    raise AssetMissing(f"slactl's own {kind} folder is missing; install slactl again")


def bundled_config(name: str) -> Path:
    """A file of the shipped ``config/``.

    Raises:
        AssetMissing: if the folder is not there.
    """
    return asset_folder("config") / name
