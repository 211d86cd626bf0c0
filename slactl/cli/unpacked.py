"""A bundle that was unpacked: its manifest, evidence, configuration, report and records, each read when needed.

The one rule: what is read here is what the bundle says; nothing of it is believed yet.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slactl.cli.configfiles import TAMPERED, configuration_in

if TYPE_CHECKING:
    from slactl.configuration import Loaded
    from slactl.evidence.bundle.manifest import BundleManifest
    from slactl.evidence.bundle.noted import NotedArchive
    from slactl.evidence.bundle.reading import Unpacked
    from slactl.evidence.store import ShelfArchive
    from slactl.workflows.verifying.agreement import Record


@dataclass
class Opened:
    """A bundle that was unpacked, and the manifest that it bears."""

    found: Unpacked
    manifest: BundleManifest

    @property
    def root(self) -> Path:
        return self.found.root

    @cached_property
    def store(self) -> ShelfArchive:
        """Its evidence.

        Raises:
            EvidenceFailure: if the chain is broken.
        """
        from slactl.evidence.store import open_archive

        return open_archive(str(self.root / "evidence"), create=False)

    @cached_property
    def archive(self) -> NotedArchive:
        """The same, for reading only.

        Raises:
            EvidenceFailure: if the chain is broken.
        """
        from slactl.evidence.bundle.noted import NotedArchive

        return NotedArchive(self.store)

    @cached_property
    def loaded(self) -> Loaded:
        """Its configuration.

        Raises:
            EvidenceFailure: if it has mistakes.
        """
        return configuration_in(self.root, self.manifest.made.main)

    @cached_property
    def report(self) -> tuple[str, dict[str, Any]]:
        """Its JSON report, by name and as plain objects.

        Raises:
            EvidenceFailure: if there is none, or it is none.
        """
        from slactl.evidence.bundle.names import REPORT
        from slactl.ports.archive import EvidenceFailure
        from slactl.workflows.verifying.figures import NotAReport, read_report

        names = [name for name in self.found.files if name.startswith(REPORT) and name.endswith(".json")]
        if len(names) != 1:
            raise EvidenceFailure(f"the bundle holds {len(names)} JSON reports instead of one", TAMPERED)
        try:
            return names[0], read_report((self.root / names[0]).read_text("utf-8"))
        except (NotAReport, UnicodeDecodeError) as wrong:
            raise EvidenceFailure(f"{names[0]} {wrong}", TAMPERED) from None

    @cached_property
    def records(self) -> list[Record]:
        """What the collects wrote of themselves.

        Raises:
            EvidenceFailure: if one of them can't be read.
        """
        from slactl.evidence.bundle.names import EVIDENCE
        from slactl.model.evidence import Kind
        from slactl.ports.archive import EvidenceFailure
        from slactl.workflows.verifying.agreement import records

        inside = [item for item in self.archive.items(Kind.RUN) if EVIDENCE + item.path in self.found.files]
        try:
            return records(self.archive.body(item) for item in inside)
        except ValueError as wrong:
            raise EvidenceFailure(f"a record of a collect can't be read ({wrong})", TAMPERED) from None


def opened(bundle: Path, root: Path) -> Opened:
    """Unpacks a bundle into a directory of our own.

    Raises:
        EvidenceFailure: if it is no bundle, or nobody should unpack it.
        OSError: if it can't be read.
    """
    from slactl.evidence.bundle.manifest import read_manifest
    from slactl.evidence.bundle.names import MANIFEST
    from slactl.evidence.bundle.reading import unpack
    from slactl.ports.archive import EvidenceFailure

    found = unpack(bundle, root)
    body = found.read(MANIFEST)
    if body is None:
        raise EvidenceFailure(f"{bundle} holds no whole {MANIFEST}", "it is no bundle, or a damaged one")
    return Opened(found, read_manifest(body))
