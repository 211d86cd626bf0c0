"""Looks at an unpacked bundle from all sides: signature, files, chain, agreement, and every figure again.

The one rule: each look stands by itself, so that one that fails hides none of the others.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slactl.cli.configfiles import TAMPERED, configuration_in

if TYPE_CHECKING:
    from slactl.configuration import Loaded
    from slactl.evidence.bundle.manifest import BundleManifest
    from slactl.evidence.bundle.noted import NotedArchive
    from slactl.evidence.bundle.reading import Unpacked
    from slactl.evidence.signing.keys import PublicKey
    from slactl.evidence.store import ShelfArchive
    from slactl.formats import Format
    from slactl.model.report import Report
    from slactl.workflows.verifying.agreement import Record
    from slactl.workflows.verifying.differences import Compared
    from slactl.workflows.verifying.verdict import Checked, Look, Verification


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


UNREADABLE = (ValueError, TypeError, LookupError, AttributeError, ArithmeticError, RecursionError, AssertionError)


@dataclass
class Looks:
    """The looks so far."""

    root: Path
    all: list[Look] = field(default_factory=list)

    @contextmanager
    def at(self, of: str) -> Iterator[Callable[[Look], None]]:
        """One look; what keeps it from being taken is told in its place."""
        from slactl.ports.archive import EvidenceFailure
        from slactl.workflows.verifying.verdict import Look, Outcome

        try:
            yield self.all.append
        except EvidenceFailure as failure:
            self.all.append(Look(of, Outcome.UNCHECKED, (self.inside(str(failure)),), self.inside(failure.hint)))
        except UNREADABLE as wrong:
            # Whoever made the bundle decides what is read here: it may hold anything.
            told = f"what it holds can't be understood ({type(wrong).__name__}: {self.inside(str(wrong))})"
            self.all.append(Look(of, Outcome.UNCHECKED, (told,), TAMPERED))

    def inside(self, text: str) -> str:
        """A message about the bundle, not about where it was unpacked."""
        return text.replace(f"{self.root}/", "").replace(str(self.root), "the bundle")


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


def verified(bundle: Opened, key: PublicKey | None, recompute: Callable[[Opened], Report]) -> Verification:
    """Everything that can be said of a bundle offline."""
    from slactl.cli.origin import signature_look
    from slactl.workflows.verifying.verdict import Verification, look_for

    looks = Looks(bundle.root)
    with looks.at("signature") as told:
        told(signature_look(bundle, key))
    with looks.at("files") as told:
        told(look_for("files", tuple(_files(bundle))))
    with looks.at("chain") as told:
        told(look_for("chain", tuple(_chain(bundle))))
    with looks.at("agreement") as told:
        told(look_for("agreement", tuple(_agreement(bundle))))
    reports = tuple(_reports(bundle, looks, recompute))
    return Verification(tuple(looks.all), reports, tuple(_notes(bundle)))


def _files(bundle: Opened) -> Iterator[str]:
    """What is not as the manifest lists it, or as slactl writes it."""
    from slactl import __version__
    from slactl.evidence.bundle.manifest import held_against
    from slactl.evidence.bundle.names import README
    from slactl.evidence.bundle.readme import readme

    faults = dict(held_against(bundle.manifest, bundle.found))
    made = bundle.manifest.made
    if made.version == __version__ and bundle.found.read(README) not in (None, readme(made).encode()):
        faults.setdefault(README, "is not what slactl writes")
    yield from (f"{name} {what}" for name, what in sorted(faults.items()))


def _chain(bundle: Opened) -> Iterator[str]:
    """What of the evidence is not as its own chain says."""
    from slactl.evidence.bundle.names import EVIDENCE
    from slactl.evidence.bundle.noted import strangers
    from slactl.model.evidence import Kind
    from slactl.ports.archive import EvidenceFailure

    try:
        archive = bundle.store
    except EvidenceFailure as broken:
        yield str(broken).replace(f"{bundle.root}/", "")
        return
    number, digest = bundle.manifest.made.head
    if (archive.head.number, archive.head.sha256) != (number, digest):
        yield f"the chain ends with manifest {archive.head.number}, the bundle was made from one that ends otherwise"
    files = bundle.found.files
    for item in (item for kind in Kind for item in archive.items(kind)):
        found = files.get(EVIDENCE + item.path)
        if found and found.sha256 != item.sha256:
            yield f"{EVIDENCE}{item.path} is not what was kept: its SHA-256 differs"
    for name in strangers(archive, files):
        yield f"{name} is named by no manifest of the chain"


def _agreement(bundle: Opened) -> Iterator[str]:
    """Where the configuration is not what the report says, or not what the last collect saw."""
    from slactl.workflows.verifying.agreement import faults, last_before, told
    from slactl.workflows.verifying.remaking import clock_of, configuration_of

    _, document = bundle.report
    catalogue = bundle.loaded.catalogue
    states = configuration_of(document)
    here = {file.name: file.sha256 for file in catalogue.files}
    for name in sorted(states.keys() | here.keys()):
        if states.get(name) != here.get(name):
            yield f"{name} is not the file that the report was made with: its SHA-256 differs"
    last = last_before(bundle.records, clock_of(document))
    if last is not None:
        yield from (told(fault, last) for fault in faults(catalogue, last))


def _reports(bundle: Opened, looks: Looks, recompute: Callable[[Opened], Report]) -> Iterator[Checked]:
    """Each report of the bundle, held against the same report made again."""
    from slactl.evidence.bundle.names import REPORT
    from slactl.workflows.verifying.verdict import look_at

    made: Report | None = None
    with looks.at("reports"):
        made = recompute(bundle)
    if made is None:
        return
    other = _other_version(bundle)
    for name in sorted(name for name in bundle.found.files if name.startswith(REPORT)):
        with looks.at(name) as told:
            checked = _checked(bundle, name, made, same_version=other is None)
            told(look_at(checked, other))
            yield checked


def _other_version(bundle: Opened) -> str | None:
    """The version of slactl that made the report; None if it is this one."""
    from slactl import __version__
    from slactl.workflows.verifying.remaking import version_of

    by = version_of(bundle.report[1])
    return None if by == __version__ else by


def _checked(bundle: Opened, name: str, made: Report, *, same_version: bool) -> Checked:
    from slactl.workflows.verifying.differences import Compared, Figure, compared
    from slactl.workflows.verifying.figures import figures_of, read_report
    from slactl.workflows.verifying.texts import compared_texts
    from slactl.workflows.verifying.verdict import Checked

    says = (bundle.root / name).read_bytes()
    form, language = _form(bundle, name)
    if form is None:
        return Checked(name, Compared((Figure("file", "made by slactl bundle", "yes", "no"),)))
    gives = form.content(made, language)
    if form.binary:
        return Checked(name, _compared_bytes(bundle, says, gives, same_version=same_version))
    text, again = says.decode("utf-8", "replace"), gives.decode("utf-8")
    if form.name != "json":
        return Checked(name, compared_texts(text, again, page=form.name == "html", same_version=same_version))
    found = compared(figures_of(bundle.report[1]), figures_of(read_report(again)), same_version=same_version)
    if same_version and not found.false and says != gives:
        found = compared_texts(text, again, page=False, same_version=True)
    return Checked(name, found, decides=True)


def _compared_bytes(bundle: Opened, says: bytes, gives: bytes, *, same_version: bool) -> Compared:
    """A PDF can only be compared as a whole, and only where the same typesetter set it.

    Raises:
        EvidenceFailure: if another one did, and it came out otherwise.
    """
    from slactl.cli.bundling import typst_here
    from slactl.ports.archive import EvidenceFailure
    from slactl.workflows.verifying.differences import Compared, Figure

    by, here = bundle.manifest.made.typst, typst_here()
    if says != gives and (by != here or not same_version):
        hint = f"pip install slactl=={bundle.manifest.made.version} typst=={by}"
        raise EvidenceFailure(f"it was set by typst {by}, and differs from what typst {here} sets", hint)
    return Compared((Figure("file", "all", "the same" if says == gives else "otherwise", "the same"),))


def _form(bundle: Opened, name: str) -> tuple[Format | None, str]:
    """The format and language that slactl writes under a name; none, if it writes nothing there."""
    from slactl.evidence.bundle.names import REPORT
    from slactl.formats import FORMATS, LANGUAGES

    label = Path(bundle.report[0]).stem.removeprefix("slactl-")
    first = str(bundle.report[1].get("language"))
    named = {
        REPORT + form.file_name(label, language): (form, language)
        for form in FORMATS.values()
        for language in (LANGUAGES if form.localised else (first,))
    }
    return named.get(name, (None, ""))


def _notes(bundle: Opened) -> Iterator[str]:
    """What is worth knowing and no fault."""
    from slactl.evidence.bundle import names
    from slactl.ports.archive import EvidenceFailure
    from slactl.workflows.verifying.agreement import changes

    known = (names.MANIFEST, names.SIGNATURE, names.README)
    folders = (names.REPORT, names.EVIDENCE, names.CONFIG, names.SHIPPED)
    for name in bundle.found.files:
        if name not in known and not name.startswith(folders):
            yield f"{name} is no part of a bundle: it was not looked at, and not used"
    try:
        month = bundle.loaded.catalogue
        from slactl.model.period import Month

        span = Month.parse(bundle.manifest.made.month).span(month.report.zone)
        yield from changes(bundle.records, span)
    except (EvidenceFailure, ValueError):
        return
