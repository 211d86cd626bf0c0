"""A bundle's report, made again from the bundle alone.

The one rule: clock, versions and command are those that the report states; everything else is computed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slactl.cli.unpacked import Opened
    from slactl.model.report import Report


def made_again(bundle: Opened) -> Report:
    """The report as its evidence gives it.

    Raises:
        EvidenceFailure: if something is missing that it takes.
    """
    from slactl.cli.provenance import config_digest
    from slactl.cli.proving import from_evidence
    from slactl.cli.revisions import in_store, settle
    from slactl.workflows.verifying.remaking import circumstances_of, month_of

    _, document = bundle.report
    catalogue, month = bundle.loaded.catalogue, month_of(document)
    stated = circumstances_of(document, config_digest(catalogue))
    made = from_evidence(bundle.archive, catalogue, month, stated)
    return settle(made, in_store(bundle.archive, month.label), None).report
