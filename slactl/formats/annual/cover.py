"""The head of a statement: like a report's, with the year and its exact span."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from slactl.formats.page.cover import Cover
from slactl.formats.page.cover import cover as cover_of_report
from slactl.formats.times import long_date
from slactl.model.period import local_date

if TYPE_CHECKING:
    from slactl.formats.annual.scene import AnnualScene


def cover(scene: AnnualScene) -> Cover:
    """The statement's identity."""
    text = scene.say("Annual statement of service levels · agreement year {label} ({first} – {last})")
    span = scene.report.period.span
    first, last = (long_date(local_date(at, scene.zone), scene.language) for at in (span.start, span.end - 1))
    subtitle = text.format(label=scene.report.period.label, first=first, last=last)
    return replace(cover_of_report(scene), subtitle=subtitle)
