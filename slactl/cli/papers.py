"""The files that stand behind an agreement, as bytes: what collect and bundle keep.

The one rule: the bytes are those that the catalogue was read from, digest by digest; a file that
changed meanwhile ends the command.
"""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

from slactl.cli.console import fail

if TYPE_CHECKING:
    from collections.abc import Iterable

    from slactl.model.catalogue import Catalogue, ConfigFile
    from slactl.model.clause import Attestation
    from slactl.model.maintenance import Announcement
    from slactl.workflows.collecting.recording import Paper

BUNDLED = "bundled:"


def papers(catalogue: Catalogue, main: Path) -> list[Paper]:
    """The configuration's files, and those of announcements and attestations that were hashed.

    Raises:
        typer.Exit: if one changed since the catalogue was read.
    """
    from slactl.model.evidence import Kind
    from slactl.workflows.collecting.recording import Paper

    found = [Paper(Kind.CONFIG, file.name, _held(_path(file, main), file.sha256)) for file in catalogue.files]
    places = sorted({_path(file, main).parent for file in catalogue.files})
    told = {(one.file, one.sha256) for one in _announcements(catalogue) if one.file and one.sha256}
    told |= {(one.evidence, one.sha256) for one in _attestations(catalogue) if one.evidence and one.sha256}
    return [*found, *(Paper(Kind.PROOF, name, _proof(name, digest, places)) for name, digest in sorted(told))]


def _path(file: ConfigFile, main: Path) -> Path:
    from slactl.configuration.assets import bundled_config
    from slactl.configuration.library import shipped_name

    if file.name.startswith(BUNDLED):
        return bundled_config(shipped_name(file.name))
    return main.parent / file.name


def _announcements(catalogue: Catalogue) -> Iterable[Announcement]:
    calendar = catalogue.maintenance
    windows = (*calendar.windows, *(one.template for one in calendar.recurring))
    return [window.announcement for window in windows]


def _attestations(catalogue: Catalogue) -> Iterable[Attestation]:
    answers = catalogue.document.answers.values() if catalogue.document else ()
    return [one for answer in answers for one in answer.attested]


def _held(path: Path, digest: str) -> bytes:
    body = path.read_bytes()
    if sha256(body).hexdigest() != digest:
        fail(f"{path} changed while it was read", "run again")
    return body


def _proof(name: str, digest: str, places: Iterable[Path]) -> bytes:
    """The file of an announcement: it lies beside one of the configuration's files."""
    found = (path.read_bytes() for place in places if (path := place / name).is_file())
    body = next((body for body in found if sha256(body).hexdigest() == digest), None)
    return body if body is not None else fail(f"{name} changed while it was read", "run again")
