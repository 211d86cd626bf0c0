"""The configuration in a bundle: which files go in, and how they are loaded again.

The one rule: a configuration is loaded from a bundle only if every file that it names lies in it.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slactl.configuration import Loaded
    from slactl.evidence.bundle.writing import Content

BUNDLED = "bundled:"
TAMPERED = "it was not written by slactl bundle, or it was tampered with"


def configuration_files(main: Path, loaded: Loaded) -> tuple[str, dict[str, Content]]:
    """The main file's name in the bundle, and every file of the configuration by its name there.

    Raises:
        EvidenceFailure: if they can't keep their places.
    """
    from slactl.configuration.assets import bundled_config
    from slactl.configuration.library import shipped_name
    from slactl.evidence.bundle.names import SHIPPED
    from slactl.evidence.bundle.placing import placed

    name, found = placed(main.absolute(), named_files(main, loaded))
    contents: dict[str, Content] = dict(found)
    for file in loaded.catalogue.files:
        if file.name.startswith(BUNDLED):
            short = shipped_name(file.name)
            contents[SHIPPED + short] = bundled_config(short)
    return name, contents


def named_files(main: Path, loaded: Loaded) -> list[Path]:
    """Every file of a configuration that is the user's own: YAML, and those of announcements and attestations."""
    own = [main.parent / file.name for file in loaded.catalogue.files if not file.name.startswith(BUNDLED)]
    told = [
        Path(placed.fields.file).parent / placed.template.announcement.file
        for placed in loaded.windows
        if placed.template.announcement.file
    ]
    return [path.absolute() for path in (*own, *told, *loaded.answers.proofs)]


def configuration_in(root: Path, name: str) -> Loaded:
    """The configuration of an unpacked bundle.

    Raises:
        EvidenceFailure: if it has mistakes, or names a file that is not in the bundle.
    """
    from slactl.configuration import ConfigurationError, load
    from slactl.evidence.bundle.names import CONFIG
    from slactl.evidence.bundle.placing import outside
    from slactl.ports.archive import EvidenceFailure

    main = root / name
    if not name.startswith(CONFIG) or outside(root / CONFIG, [main]):
        raise EvidenceFailure(f"{name} is no configuration in the bundle", TAMPERED)
    try:
        loaded = load(main)
    except ConfigurationError as refused:
        first = str(refused.mistakes[0]).replace(f"{root}/", "")
        raise EvidenceFailure(f"the bundle's configuration is refused: {first}", TAMPERED) from None
    if astray := outside(root / CONFIG, named_files(main, loaded)):
        hint = "name every file by a path relative to the file that names it"
        raise EvidenceFailure(f"the configuration names a file outside the bundle: {astray[0].name}", hint)
    return loaded
