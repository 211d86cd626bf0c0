"""Where the files of a configuration stand in a bundle.

The one rule: they keep their places relative to each other, so that the main file finds them there as
it found them at home; a file that it names by an absolute path can't be found and is refused.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from slactl.evidence.bundle.names import CONFIG
from slactl.ports.archive import EvidenceFailure


def placed(main: Path, others: Sequence[Path]) -> tuple[str, dict[str, Path]]:
    """The main file's name in the bundle, and all files by their names there; paths are absolute.

    Raises:
        EvidenceFailure: if the files have no folder in common.
    """
    paths = [Path(os.path.normpath(path)) for path in (main, *others)]
    try:
        common = Path(os.path.commonpath([path.parent for path in paths]))
    except ValueError:
        raise EvidenceFailure("the configuration's files lie on different drives", "keep them together") from None
    names = {CONFIG + path.relative_to(common).as_posix(): path for path in paths}
    return CONFIG + paths[0].relative_to(common).as_posix(), names


def outside(root: Path, paths: Iterable[Path]) -> list[Path]:
    """Those of some absolute paths that do not lie below a folder."""
    whole = Path(os.path.normpath(root))
    return [path for path in paths if not Path(os.path.normpath(path)).is_relative_to(whole)]
