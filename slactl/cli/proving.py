"""A month's report from evidence alone.

The one rule: nothing here asks AWS; what evidence does not hold is a gap.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slactl.model.catalogue import Catalogue
    from slactl.model.period import Month
    from slactl.model.report import Report
    from slactl.model.service import SourceKind
    from slactl.ports import InventorySource, MetricReader
    from slactl.ports.archive import Archive
    from slactl.workflows.report import Circumstances


def from_evidence(archive: Archive, catalogue: Catalogue, month: Month, made: Circumstances) -> Report:
    """The report of a month over what an archive holds.

    Raises:
        EvidenceFailure: if what it holds can't be read.
    """
    raise NotImplementedError


def evidence_sources(archive: Archive, catalogue: Catalogue) -> tuple[MetricReader, dict[SourceKind, InventorySource]]:
    """Who reads and who knows the operations, over what an archive holds."""
    raise NotImplementedError
