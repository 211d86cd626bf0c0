"""Evidence opened to make figures from, and a month's report from evidence alone.

The one rule: nothing here asks AWS; what evidence does not hold is a gap.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from slactl.evidence.bundle.noted import NotedArchive
    from slactl.evidence.reading import Evidence
    from slactl.evidence.reading.memory import Memory
    from slactl.evidence.store import ShelfArchive
    from slactl.model.catalogue import Catalogue
    from slactl.model.period import Month
    from slactl.model.report import Report
    from slactl.model.span import Span
    from slactl.ports.general import GeneralWorld
    from slactl.workflows.report import Circumstances


def from_evidence(archive: NotedArchive, catalogue: Catalogue, month: Month, made: Circumstances) -> Report:
    """The report of a month over what an archive holds.

    Raises:
        EvidenceFailure: if what it holds can't be read.
    """
    from slactl.workflows.report import make_report

    with evidence_of(archive, catalogue, year_of(month, catalogue)) as held:
        made = replace(made, keeping=held.keeping, general=general_of(archive, catalogue, held))
        stated = proved_by(archive, catalogue, year_of(month, catalogue), made)
        return make_report(catalogue, month, held.reader, dict(held.inventories), stated)


def general_of(archive: ShelfArchive | NotedArchive, catalogue: Catalogue, held: Evidence) -> GeneralWorld | None:
    """What general objectives are judged from, where evidence alone is asked; None where there are none."""
    if not catalogue.general:
        return None
    from slactl.cli.sampling import kept_alarms, kept_samples
    from slactl.ports.general import GeneralWorld

    return GeneralWorld(held.directory, kept_samples(archive), kept_alarms(archive))


def year_of(month: Month, catalogue: Catalogue) -> Span:
    """The agreement year that a month is in."""
    from slactl.model.period import agreement_year

    return agreement_year(month, catalogue.report.year_starts, catalogue.report.zone)


def evidence_of(
    archive: ShelfArchive | NotedArchive, catalogue: Catalogue, around: Span, memory: Memory | None = None
) -> AbstractContextManager[Evidence]:
    """What an archive holds of a catalogue's services, and which windows in a span it proves.

    ``memory`` is where sums are remembered, if they are.

    Raises:
        EvidenceFailure: if it can't be read, or is of another account than the one expected.
    """
    from slactl.evidence.reading import NO_MEMORY, open_evidence
    from slactl.evidence.reading.recorded import recorded
    from slactl.evidence.reading.subjects import check_account

    check_account(archive, catalogue.services, catalogue.aws.expected_account)
    proved = recorded(archive, catalogue.maintenance, around)
    zone, head = catalogue.report.zone, archive.head.sha256
    return open_evidence(archive, catalogue.services, zone, head, proved, memory or NO_MEMORY)


def proved_by(
    archive: ShelfArchive | NotedArchive, catalogue: Catalogue, around: Span, made: Circumstances
) -> Circumstances:
    """The circumstances with what a reader must know of what an archive holds of a span.

    Raises:
        EvidenceFailure: if a record of a collect can't be read.
    """
    from slactl.evidence.reading.recorded import contradicted
    from slactl.evidence.reading.subjects import other_subjects

    told = other_subjects(archive, catalogue.services, around)
    against = contradicted(archive, catalogue.maintenance, around, made.keeps.recorded)
    return replace(made, told=told, against=against)
