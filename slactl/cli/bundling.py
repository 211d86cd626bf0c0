"""What goes into a bundle, and how it is put together.

The one rule: nothing is written before everything of it was read, and the configuration was loaded
from the very files that are bundled.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from slactl.cli.configfiles import configuration_files, configuration_in
from slactl.cli.console import complain, fail, talk

if TYPE_CHECKING:
    from collections.abc import Mapping

    from slactl.cli.clock import Now
    from slactl.cli.revisions import Settled
    from slactl.configuration import Loaded
    from slactl.evidence.bundle.manifest import Made
    from slactl.evidence.bundle.noted import NotedArchive
    from slactl.evidence.bundle.writing import Content
    from slactl.evidence.signing.keys import Signing
    from slactl.evidence.store import ShelfArchive
    from slactl.model.catalogue import AwsSettings
    from slactl.model.period import Month
    from slactl.model.report import Report

FORMATS_INSIDE = ("html", "json", "csv", "pdf")
NEEDED = "json"
"""Verifying begins with it, so it always goes in."""
MOST_TOLD = 20
VARIABLE = "SLACTL_KEY_PASSPHRASE"


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be bundled: in which formats, pages in all of the languages, the rest in the first."""

    main: Path
    loaded: Loaded
    month: Month
    formats: tuple[str, ...]
    languages: tuple[str, ...]
    present: Now


@dataclass(frozen=True, slots=True)
class Ready:
    """What is to be written beside manifest, signature and README."""

    settled: Settled
    files: dict[str, Content]
    made: Made


def gathered(order: Order, archive: ShelfArchive) -> Ready:
    """A month's report from evidence, and all that it was made from.

    Raises:
        EvidenceFailure: if evidence can't be read, or the configuration is not what the last collect saw.
        OSError: if a file can't be read.
    """
    from slactl.evidence.bundle.noted import NotedArchive, evidence_files

    main, files = configuration_files(order.main, order.loaded)
    _check_configuration(main, files, order.loaded)
    noted = NotedArchive(archive)
    _check_agreement(order, noted)
    settled = _settled(order, noted)
    files |= report_files(settled, order)
    files |= evidence_files(archive, noted.read)
    return Ready(settled, files, _made(order, settled.report, main, archive, len(noted.read)))


def written(path: Path, ready: Ready, signing: Signing | None) -> int:
    """Writes a bundle; gives how many files it holds.

    Raises:
        EvidenceFailure, AwsFailure: if the key will not sign.
        OSError: if it can't be written; then nothing is left behind.
    """
    from slactl.evidence import signing as room
    from slactl.evidence.bundle.manifest import BundleManifest, described
    from slactl.evidence.bundle.names import MANIFEST, README, REPORT, SIGNATURE
    from slactl.evidence.bundle.readme import readme
    from slactl.evidence.bundle.writing import listed, write_bundle
    from slactl.evidence.signing.statement import statement

    files = ready.files | {README: readme(ready.made).encode()}
    manifest = BundleManifest(ready.made, {name: listed(name, content) for name, content in files.items()})
    files[MANIFEST] = manifest.body
    if signing is not None:
        digests = {name: one.sha256 for name, one in manifest.files.items() if name.startswith(REPORT)}
        digests[MANIFEST] = listed(MANIFEST, manifest.body).sha256
        files[SIGNATURE] = room.signed(statement(digests, described(ready.made)), signing)
    write_bundle(path, files)
    return len(files)


def report_files(settled: Settled, order: Order) -> dict[str, Content]:
    """The report in every format; one whose extra is not installed is left out, and told."""
    from slactl.evidence.bundle.names import REPORT
    from slactl.formats import FORMATS
    from slactl.ports.archive import EvidenceFailure

    found: dict[str, Content] = {}
    for form in (FORMATS[name] for name in order.formats):
        try:
            for language in order.languages if form.localised else order.languages[:1]:
                name = REPORT + form.file_name(settled.label, language)
                found[name] = form.content(settled.report, language)
        except EvidenceFailure as missing:
            talk(f"the bundle goes without {form.name}: {missing} ({missing.hint})")
    return found


def typst_here() -> str | None:
    """The version of what sets a PDF; None where it is not installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("typst")
    except PackageNotFoundError:
        return None


def signing_with(key: Path | None, kms: str | None, settings: AwsSettings) -> Signing | None:
    """The key that was asked for; a passphrase comes from the environment.

    Raises:
        EvidenceFailure, AwsFailure: if it can't sign.
        OSError: if its file can't be read.
    """
    from slactl.evidence import signing

    if key is not None:
        return signing.file_signing(key.read_bytes(), os.environ.get(VARIABLE), str(key))
    if kms is not None:
        from slactl.cli.wiring import aws_world

        return signing.kms_signing(aws_world(settings).client("kms"), kms)
    return None


def _check_configuration(main: str, files: Mapping[str, Content], loaded: Loaded) -> None:
    """Loads the configuration from a copy, as whoever verifies will."""
    with tempfile.TemporaryDirectory(prefix="slactl-") as folder:
        root = Path(folder).resolve()
        for name, content in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            assert isinstance(content, Path)
            shutil.copyfile(content, root / name)
        again = configuration_in(root, main)
    if again.catalogue.files != loaded.catalogue.files or again.catalogue.maintenance != loaded.catalogue.maintenance:
        fail("the configuration changed while it was read", "run again")


def _check_agreement(order: Order, noted: NotedArchive) -> None:
    """Whoever verifies holds the configuration against the last collect; what would differ is told now."""
    from slactl.model.evidence import Kind
    from slactl.workflows.verifying.agreement import BEHIND, faults, item_at, last_before, records, told

    since = order.month.span(order.loaded.catalogue.report.zone).start - BEHIND
    runs = [item for item in noted.items(Kind.RUN) if item_at(item) >= since]
    last = last_before(records(noted.body(item) for item in runs), order.present.epoch)
    if last is None:
        fail("no collect of this month is on record", "slactl collect keeps what a bundle is made of", 1)
    found = faults(order.loaded.catalogue, last)
    for fault in found[:MOST_TOLD]:
        complain(told(fault, last))
    if found:
        fail("the configuration is not the one that the last collect saw", "run slactl collect, then bundle again")


def _settled(order: Order, noted: NotedArchive) -> Settled:
    """The report, with its revision by what the store holds."""
    from slactl.cli.computing import command_line
    from slactl.cli.provenance import circumstances
    from slactl.cli.proving import from_evidence
    from slactl.cli.revisions import in_store, settle

    catalogue = order.loaded.catalogue
    made = from_evidence(noted, catalogue, order.month, circumstances(catalogue, order.present, command_line()))
    return settle(made, in_store(noted, order.month.label), None)


def _made(order: Order, report: Report, main: str, archive: ShelfArchive, included: int) -> Made:
    from slactl import __version__
    from slactl.cli.computing import command_line
    from slactl.evidence.bundle.manifest import Made
    from slactl.model.evidence import Kind
    from slactl.workflows.verifying.moments import second

    return Made(
        version=__version__,
        at=second(order.present.epoch),
        command=command_line(),
        month=order.month.label,
        report_id=report.report_id,
        languages=order.languages,
        main=main,
        head=(archive.head.number, archive.head.sha256),
        typst=typst_here(),
        left_out=sum(len(archive.items(kind)) for kind in Kind) - included,
    )
