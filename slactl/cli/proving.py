"""A month's report from evidence alone.

The one rule: nothing here asks AWS; what evidence does not hold is a gap.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from slactl.evidence.bundle.noted import NotedArchive
    from slactl.evidence.reading import Evidence
    from slactl.model.catalogue import Catalogue
    from slactl.model.period import Month
    from slactl.model.report import Report
    from slactl.workflows.report import Circumstances


def from_evidence(archive: NotedArchive, catalogue: Catalogue, month: Month, made: Circumstances) -> Report:
    """The report of a month over what an archive holds.

    Raises:
        EvidenceFailure: if what it holds can't be read.
    """
    from slactl.workflows.report import make_report

    with evidence_of(archive, catalogue, month) as held:
        return make_report(catalogue, month, held.reader, dict(held.inventories), replace(made, keeping=held.keeping))


def evidence_of(archive: NotedArchive, catalogue: Catalogue, month: Month) -> AbstractContextManager[Evidence]:
    """What an archive holds of a catalogue's services, and which windows it proves.

    Raises:
        EvidenceFailure: if it can't be read.
    """
    from slactl.evidence.reading import open_evidence
    from slactl.evidence.reading.recorded import recorded
    from slactl.model.period import agreement_year

    zone = catalogue.report.zone
    year = agreement_year(month, catalogue.report.year_starts, zone)
    proved = recorded(archive, catalogue.maintenance, year)
    return open_evidence(archive, catalogue.services, zone, archive.head.sha256, proved)
