"""The last chapters: Limitations, Revisions, Review and approval.

The one rule: what the figures cannot say is said in plain words, whether or not it hurt this month.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.language import mark
from slactl.formats.page.parts import Block, Cell, Chapter, Table, heads
from slactl.formats.sanitize import plain
from slactl.formats.times import utc

if TYPE_CHECKING:
    from slactl.formats.page.scene import Scene

STANDING = (
    mark(
        "Requests that never reached the measured point (a customer's network, DNS, a browser) "
        "are not in these figures."
    ),
    mark(
        "CloudWatch keeps one-minute data for 15 days, five-minute data for 63 and hourly data "
        "for 455; what was not collected in time is reported as unknown."
    ),
    mark(
        "CloudWatch answers in the same way when there was no traffic, when a name is wrong and "
        "when data have expired; silence is therefore judged by the weeks before, never taken as "
        "success by itself."
    ),
    mark(
        "Counts under a threshold (TC) are AWS's approximation from a histogram, with an "
        "accuracy of about 5% of the latency; where that could change an outcome the row says so."
    ),
    mark("Latencies are measured where the service runs or at its edge, not at the customer's."),
    mark(
        "Maintenance is taken from the configured calendar; whether customers read an "
        "announcement cannot be seen from AWS."
    ),
)


def limitations(scene: Scene) -> Chapter:
    """This report's own limitations first, then those of the method."""
    own = scene.reasons(scene.report.limitations)
    blocks = []
    if own:
        blocks.append(Block(scene.say("In this report"), own, kind="list"))
    blocks.append(Block(scene.say("Of the method"), tuple(scene.say(text) for text in STANDING), kind="list"))
    return Chapter("limitations", scene.say("Limitations"), "", tuple(blocks))


def revisions(scene: Scene) -> Chapter:
    """This revision; a later one says that it replaces this."""
    report = scene.report
    state = scene.say("final") if report.period.final else scene.say("provisional")
    titles = heads(
        scene.say("Revision"), scene.say("Generated"), scene.say("State"), scene.say("Digest of the data (SHA-256)")
    )
    row = (
        Cell(str(report.revision)),
        Cell(utc(report.generated_at), "t"),
        Cell(state),
        Cell(report.provenance.data_digest, "mono"),
    )
    told = (
        scene.say("A report is final when all its data were read at least 72 hours after the end of the period."),
        scene.say("A correction carries the same identifier and a higher revision, and replaces this one."),
    )
    table = Table("revision", scene.say("Revision of this report"), titles, (row,))
    return Chapter("revisions", scene.say("Revisions"), "", (Block(texts=told, tables=(table,)),))


def approval(scene: Scene) -> Chapter:
    """Lines for the people who stand behind the report."""
    settings = scene.report.catalogue.report
    titles = heads(scene.say("Role"), scene.say("Name and function"), scene.say("Date"), scene.say("Signature"))
    rows = (
        (Cell(scene.say("Prepared by")), Cell(plain(settings.prepared_by or "")), Cell(""), Cell("")),
        (Cell(scene.say("Reviewed by")), Cell(""), Cell(""), Cell("")),
        (Cell(scene.say("Approved by")), Cell(plain(settings.approved_by or "")), Cell(""), Cell("")),
    )
    table = Table("signatures", scene.say("Signatures"), titles, rows, "sign")
    return Chapter("approval", scene.say("Review and approval"), "", (Block(tables=(table,)),))
