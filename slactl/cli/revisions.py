"""Which revision a report is: what stands in the output folder or in the store, held against it.

The one rule: a final report is never overwritten. The same figures are the same revision; others
are the next one, under a name of its own. Where there is a store, it is kept there before it is written anywhere.
"""

from __future__ import annotations

import csv
import json
import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from slactl.cli.console import talk

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from slactl.model.evidence import Item
    from slactl.model.report import Report
    from slactl.model.revision import History
    from slactl.ports.archive import Archive

    Form = Callable[[Report], Mapping[str, Any]]
    """What gives the JSON form of a report."""

TRIES = 5
"""How often a report is settled anew because another run kept one meanwhile."""
MARK = re.compile(r'slactl-(revision|final|generated|figures)(?:" content=|=)"([^"]*)"')


@dataclass(frozen=True, slots=True)
class Stood:
    """A final report that stands somewhere; ``document`` is its JSON form, else ``told`` the digest it tells."""

    number: int
    generated_at: str
    name: str
    told: str = ""
    document: Mapping[str, Any] | None = None

    @property
    def figures(self) -> str:
        """The digest of its figures."""
        from slactl.workflows.revising import figures_digest

        return self.told if self.document is None else figures_digest(self.document)


@dataclass(frozen=True, slots=True)
class Settled:
    """A report with its revision; ``label`` names its files, ``unchanged`` says that the revision stood before."""

    report: Report
    label: str
    unchanged: bool


def settle(
    made: Report, stood: Iterable[Stood], directory: Path | None, document: Mapping[str, Any] | None = None
) -> Settled:
    """Gives a report its revision; ``document`` is its JSON form, where that is not the report's own.

    A provisional one has none to settle, but does not take the place of a final one.

    Raises:
        EvidenceFailure: if it would.
    """
    from slactl.workflows.revising import figures_digest

    label = made.period.label
    if not made.period.final:
        _refuse_step_back(label, directory)
        return Settled(made, label, unchanged=False)
    known = _by_number(stood)
    document = document or json_form(made)
    figures = figures_digest(document)
    last = max(known, default=0)
    unchanged = bool(last) and _same(known[last], document, figures)
    number = last if unchanged else last + 1
    settled = replace(made, revision=number, history=_history(known, number, document, figures))
    return Settled(settled, label if number == 1 else f"{label}.r{number}", unchanged)


def json_form(made: Report) -> Mapping[str, Any]:
    """The report as JSON has it, in the configuration's language."""
    from slactl.formats.json import report_object
    from slactl.formats.language import speak

    return report_object(made, speak(made.catalogue.report.language))


def stood(directory: Path | None, archive: Archive | None, label: str) -> list[Stood]:
    """The final reports of a month in a folder and in the store.

    Raises:
        EvidenceFailure: if the store can't be read.
    """
    return [*(in_store(archive, label) if archive else []), *(in_folder(directory, label) if directory else [])]


def settle_and_keep(made: Report, directory: Path | None, archive: Archive | None, said: Form) -> Settled:
    """Settles a report by what stands in a folder and in the store, and keeps it there; ``said`` is its JSON form.

    Raises:
        EvidenceFailure: if the store can't be read, or other runs are faster again and again. A store that takes
            nothing is told of, and no failure; a provisional report that would follow a final one is.
    """
    from slactl.ports.archive import EvidenceFailure

    for _ in range(TRIES):
        document = said(made) if made.period.final else None
        settled = settle(made, stood(directory, archive, made.period.label), directory, document)
        del document  # it is large, and keeping makes another
        if archive is None or _kept_or_told(archive, settled.report, said):
            return settled
    raise EvidenceFailure(f"other runs keep writing reports of {made.period.label}", "run again when they are done")


def kept_or_told(archive: Archive, made: Report) -> None:
    """Keeps a final report in the store; a store that takes nothing is told of, and no failure."""
    if not _kept_or_told(archive, made, json_form):
        talk("the report is not kept in the store: another run kept one meanwhile; run again")


def _kept_or_told(archive: Archive, made: Report, said: Form) -> bool:
    """Keeps a final report, and says so; false if another run kept one of that revision meanwhile."""
    from slactl.ports.archive import EvidenceFailure, Overtaken

    try:
        kept = keep(archive, made, said) if made.period.final else ()
    except Overtaken:
        return False
    except (EvidenceFailure, OSError) as refused:
        kept = ()
        talk(f"the report is not kept in the store: {refused}")
    for item in kept:
        talk(f"revision {made.revision} is kept in the store as {item.path}")
    return True


def in_folder(directory: Path, label: str) -> list[Stood]:
    """The final reports of a month that stand in a folder, in whatever format."""
    name = re.compile(rf"slactl-{re.escape(label)}(?:\.r[0-9]+)?(?:\.[a-z]{{2}})?\.(json|html|md|csv)")
    if not directory.is_dir():
        return []
    paths = (path for path in sorted(directory.iterdir()) if name.fullmatch(path.name))
    return [one for path in paths if (one := _read(path)) is not None]


def in_store(archive: Archive, label: str) -> list[Stood]:
    """The final reports of a month, or the statements of a year, that are kept as evidence.

    Raises:
        EvidenceFailure: if one of them is not what the store says.
    """
    found = (_of_json(archive.body(item).decode(errors="replace"), item.path) for item in _kept(archive, label))
    return [one for one in found if one is not None]


def keep(archive: Archive, made: Report, said: Form) -> tuple[Item, ...]:
    """Keeps a final report in the store, if its revision is not there yet.

    Raises:
        Overtaken: if another run kept one of the same revision meanwhile.
        EvidenceFailure: if it can't be kept.
    """
    from slactl.formats.jsontext import text
    from slactl.model.evidence import Kind, NewItem, Place

    label, number = made.period.label, made.revision
    if any(item.facts.get("revision") == number for item in _kept(archive, label)):
        return ()
    place = Place(Kind.REPORT, when=label, name=f"report-r{number}.json")
    item = NewItem(place, text(said(made)).encode(), {"revision": number, "figures": made.history.figures})
    return archive.commit(f"report-{label}-{made.generated_at}", made.generated_at, [item])


def _kept(archive: Archive, label: str) -> list[Item]:
    from slactl.model.evidence import Kind

    return [item for item in archive.items(Kind.REPORT, when=label) if item.place.when == label]


def _by_number(stood: Iterable[Stood]) -> dict[int, Stood]:
    """One of each revision; one that can be compared before one that can't."""
    known: dict[int, Stood] = {}
    for one in stood:
        if one.number not in known or known[one.number].document is None:
            known[one.number] = one
    return known


def _same(stood: Stood, document: Mapping[str, Any], figures: str) -> bool:
    """Whether a revision tells the same figures; a page tells only their digest."""
    from slactl.workflows.revising import changes, other_sections

    if stood.document is None:
        return stood.figures == figures
    return not changes(stood.document, document) and not other_sections(stood.document, document)


def _history(known: Mapping[int, Stood], number: int, document: Mapping[str, Any], figures: str) -> History:
    from slactl.model.revision import History, Revision
    from slactl.workflows.revising import changes, other_sections, reasons

    earlier = tuple(
        Revision(one.number, one.generated_at, one.figures, one.name)
        for _, one in sorted(known.items())
        if one.number < number
    )
    base = known.get(number - 1)
    if base is None:
        return History(figures, earlier)
    if base.document is None:
        return History(figures, earlier, comparable=False)
    found = changes(base.document, document)
    return History(
        figures, earlier, found, reasons(base.document, document, found), other_sections(base.document, document)
    )


def _read(path: Path) -> Stood | None:
    """A final report in a file; None where it is provisional, or no report of slactl at all."""
    text = path.read_text("utf-8", errors="replace")
    if path.suffix == ".json":
        return _of_json(text, path.name)
    told = _of_csv(text) if path.suffix == ".csv" else dict(MARK.findall(text))
    if told.get("final") != "true" or not told.get("revision", "").isdecimal():
        return None
    return Stood(int(told["revision"]), told.get("generated", ""), path.name, told.get("figures", ""))


def _of_json(text: str, name: str) -> Stood | None:
    try:
        document = json.loads(text)
        final = document["schema"].startswith(("slactl.report/", "slactl.annual/")) and document["period"]["final"]
        return _of_document(document, name) if final else None
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _of_csv(text: str) -> dict[str, str]:
    row = next(csv.DictReader(text.splitlines()), {})
    final = "true" if row.get("provisional") == "false" else "false"
    return {"revision": row.get("revision") or "", "final": final, "figures": row.get("figures_sha256") or ""}


def _of_document(document: Mapping[str, Any], name: str) -> Stood:
    return Stood(document["revision"], document["generated_at"], name, document=document)


def _refuse_step_back(label: str, directory: Path | None) -> None:
    from slactl.ports.archive import EvidenceFailure

    stood = in_folder(directory, label) if directory else []
    if stood:
        raise EvidenceFailure(
            f"{stood[-1].name} is a final report, this one would be provisional",
            "name another --output, or take SLACTL_NOW away",
        )
