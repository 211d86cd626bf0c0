"""Looks at an unpacked bundle from all sides: signature, files, chain, agreement, and every figure again.

The one rule: each look stands by itself, so that one that fails hides none of the others.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slactl.cli.configfiles import TAMPERED

if TYPE_CHECKING:
    from slactl.cli.unpacked import Opened
    from slactl.evidence.signing.keys import PublicKey
    from slactl.formats import Format
    from slactl.model.report import Report
    from slactl.workflows.verifying.differences import Compared
    from slactl.workflows.verifying.verdict import Checked, Look, Verification


CLOCKS_APART = 3600
"""Seconds that the clocks of two machines may differ by."""
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

    def through(self, of: str, faults: Iterator[str]) -> None:
        """A look that names faults one by one; what keeps it from ending hides none of those before."""
        from slactl.workflows.verifying.verdict import look_for

        told: list[str] = []
        with self.at(of) as tell:
            # One by one, so that those before a failure are kept.
            for fault in faults:
                told.append(fault)  # noqa: PERF402
            tell(look_for(of, tuple(told)))
            return
        if told:
            self.all.append(look_for(of, tuple(told)))

    def inside(self, text: str) -> str:
        """A message about the bundle, not about where it was unpacked."""
        return text.replace(f"{self.root}/", "").replace(str(self.root), "the bundle")


def verified(bundle: Opened, key: PublicKey | None, recompute: Callable[[Opened], Report]) -> Verification:
    """Everything that can be said of a bundle offline."""
    from slactl.cli.origin import signature_look
    from slactl.workflows.verifying.verdict import Verification

    looks = Looks(bundle.root)
    with looks.at("signature") as told:
        told(signature_look(bundle, key))
    looks.through("files", _files(bundle))
    looks.through("chain", _chain(bundle))
    looks.through("agreement", _agreement(bundle))
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
    from slactl.evidence.bundle.noted import last_kept, strangers
    from slactl.model.evidence import Kind
    from slactl.ports.archive import EvidenceFailure
    from slactl.workflows.verifying.moments import second
    from slactl.workflows.verifying.remaking import clock_of

    try:
        archive = bundle.store
    except EvidenceFailure as broken:
        yield str(broken).replace(f"{bundle.root}/", "")
        return
    number, digest = bundle.manifest.made.head
    if (archive.head.number, archive.head.sha256) != (number, digest):
        yield f"the chain ends with manifest {archive.head.number}, the bundle was made from one that ends otherwise"
    if (kept := last_kept(archive)) > clock_of(bundle.report[1]) + CLOCKS_APART:
        yield f"the report says that it was made before its evidence was kept, at {second(kept)}"
    files = bundle.found.files
    for item in (item for kind in Kind for item in archive.items(kind)):
        found = files.get(EVIDENCE + item.path)
        if found and found.sha256 != item.sha256:
            yield f"{EVIDENCE}{item.path} is not what was kept: its SHA-256 differs"
    for name in strangers(archive, files):
        yield f"{name} is named by no manifest of the chain"


def _agreement(bundle: Opened) -> Iterator[str]:
    """Where configuration and clock are not what the report says, or not what the last collect saw.

    Raises:
        EvidenceFailure: if the record of that collect is not in the bundle.
    """
    from slactl.workflows.verifying.agreement import faults, last_before, told
    from slactl.workflows.verifying.remaking import clock_of, configuration_of

    _, document = bundle.report
    catalogue, clock = bundle.loaded.catalogue, clock_of(document)
    states = configuration_of(document)
    yield from _made_otherwise(bundle, document)
    here = {file.name: file.sha256 for file in catalogue.files}
    for name in sorted(states.keys() | here.keys()):
        if states.get(name) != here.get(name):
            yield f"{name} is not the file that the report was made with: its SHA-256 differs"
    _check_record(bundle, clock)
    last = last_before(bundle.records, clock)
    assert last is not None
    yield from (told(fault, last) for fault in faults(catalogue, last))


def _made_otherwise(bundle: Opened, document: Mapping[str, Any]) -> Iterator[str]:
    """What the manifest says of the report's making and the report does not."""
    from slactl.evidence.bundle.names import MANIFEST
    from slactl.workflows.verifying.remaking import month_of, version_of

    made = bundle.manifest.made
    pairs = (
        ("report_id", made.report_id, document.get("report_id")),
        ("month", made.month, month_of(document).label),
        ("made_at", made.at, document.get("generated_at")),
        ("slactl", made.version, version_of(document)),
    )
    yield from (f"{MANIFEST}: {field}: says {says}, the report {told}" for field, says, told in pairs if says != told)


def _check_record(bundle: Opened, clock: int) -> None:
    """The chain tells of every collect; the last one's record must not have been left out."""
    from slactl.evidence.bundle.names import EVIDENCE
    from slactl.model.evidence import Kind
    from slactl.ports.archive import EvidenceFailure
    from slactl.workflows.verifying.agreement import item_at

    runs = [item for item in bundle.archive.items(Kind.RUN) if item_at(item) <= clock]
    last = max(runs, key=item_at, default=None)
    if last is None:
        raise EvidenceFailure("no collect is on record before the report was made", TAMPERED)
    if EVIDENCE + last.path not in bundle.found.files:
        raise EvidenceFailure(f"the record of the last collect is not in the bundle: {last.path}", TAMPERED)


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
    ours = figures_of(bundle.report[1])
    theirs = ours if says == gives else figures_of(read_report(again))
    found = compared(ours, theirs, same_version=same_version)
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
    from slactl import __version__
    from slactl.evidence.bundle import names
    from slactl.model.period import Month
    from slactl.ports.archive import EvidenceFailure
    from slactl.workflows.verifying.agreement import changes

    known = (names.MANIFEST, names.SIGNATURE, names.README)
    folders = (names.REPORT, names.EVIDENCE, names.CONFIG, names.SHIPPED)
    for name in bundle.found.files:
        if name not in known and not name.startswith(folders):
            yield f"{name} is no part of a bundle: it was not looked at, and not used"
    yield from (f"{name} is named by no file of the configuration: it was not used" for name in _unnamed(bundle))
    if bundle.manifest.made.version != __version__ and names.README in bundle.found.files:
        yield f"{names.README} is of another version of slactl: it was not compared"
    try:
        span = Month.parse(bundle.manifest.made.month).span(bundle.loaded.catalogue.report.zone)
        yield from changes(bundle.records, span)
    except (EvidenceFailure, *UNREADABLE):
        # The looks have told it already.
        return


def _unnamed(bundle: Opened) -> list[str]:
    """The listed files that stand with the configuration, and that nothing of it names."""
    from slactl.cli.configfiles import BUNDLED, named_files
    from slactl.configuration.library import shipped_name
    from slactl.evidence.bundle.names import CONFIG, SHIPPED
    from slactl.ports.archive import EvidenceFailure

    try:
        loaded = bundle.loaded
        paths = named_files(bundle.root / bundle.manifest.made.main, loaded)
    except (EvidenceFailure, *UNREADABLE):
        # The looks have told it already.
        return []
    used = {Path(os.path.normpath(path)) for path in paths} | {bundle.root / bundle.manifest.made.main}
    used |= {
        bundle.root / SHIPPED / shipped_name(file.name)
        for file in loaded.catalogue.files
        if file.name.startswith(BUNDLED)
    }
    there = sorted(name for name in bundle.manifest.files if name.startswith((CONFIG, SHIPPED)))
    return [name for name in there if bundle.root / name not in used]
