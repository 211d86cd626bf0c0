"""The last chapters: Limitations, Review and approval.

The one rule: what the figures cannot say is said in plain words, whether or not it hurt this month.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.formats.language import mark
from slactl.formats.page.parts import Block, Cell, Chapter, Table, heads
from slactl.formats.sanitize import plain

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
