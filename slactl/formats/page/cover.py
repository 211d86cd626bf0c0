"""The head of the page: title, period, identity, and what runs along every printed page.

The one rule: a provisional report says so before it says anything else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from slactl.formats.page.parts import Fact
from slactl.formats.sanitize import css_string, plain
from slactl.formats.times import moment, month_name

if TYPE_CHECKING:
    from slactl.formats.page.scene import Scene


@dataclass(frozen=True, slots=True)
class Cover:
    """What stands above the first chapter."""

    title: str
    subtitle: str
    kicker: str
    classification: str
    banner: str
    facts: tuple[Fact, ...]


def cover(scene: Scene) -> Cover:
    """The report's identity."""
    report, settings = scene.report, scene.report.catalogue.report
    subtitle = scene.say("Service level report · {month}").format(
        month=month_name(report.period.month.first, scene.language)
    )
    kicker = scene.say("{id} · revision {number}").format(id=plain(report.report_id), number=report.revision)
    mark = (
        scene.say("Classification: {name}").format(name=plain(settings.classification))
        if settings.classification
        else ""
    )
    return Cover(plain(settings.title), subtitle, kicker, mark, banner(scene), _facts(scene))


def banner(scene: Scene) -> str:
    """The provisional mark with its reason; empty for a final report."""
    period = scene.report.period
    if period.final:
        return ""
    if period.running:
        text = scene.say("The period is still running; settled until {time}.")
        return text.format(time=moment(period.settled_until, scene.zone, scene.language))
    return scene.say("Not all data were read 72 hours after their end or later.")


def _facts(scene: Scene) -> tuple[Fact, ...]:
    report, settings = scene.report, scene.report.catalogue.report
    period, zone = report.period, scene.zone
    hours = scene.say("{length}, {zone}, half-open").format(
        length=scene.length(period.span.seconds), zone=period.timezone
    )
    generated = moment(report.generated_at, zone, scene.language)
    services = tuple(" · ".join(plain(part) for part in (one.key, one.environment) if part) for one in report.services)
    return (
        Fact(scene.say("Reporting period"), (scene.iso(period.span.start), scene.iso(period.span.end), hours)),
        Fact(scene.say("Services"), services),
        Fact(scene.say("Generated"), (generated, f"slactl {plain(report.provenance.version)}")),
        Fact(scene.say("Prepared by"), (plain(settings.prepared_by or "–"),)),
        Fact(scene.say("Approved by"), (plain(settings.approved_by or "–"),)),
        Fact(scene.say("Digest of the data (SHA-256)"), (_grouped(report.provenance.data_digest),), "mono"),
    )  # fmt: skip


def _grouped(digest: str) -> str:
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))


def page_margins(scene: Scene) -> str:
    """The CSS of the printed page's margins: title and identity above, origin and page number below."""
    report, settings = scene.report, scene.report.catalogue.report
    state = "" if report.period.final else f"{scene.say('PROVISIONAL')} · "
    identity = " · ".join(plain(part) for part in (report.report_id, settings.classification) if part)
    origin = f"slactl {plain(report.provenance.version)} · SHA-256 {report.provenance.data_digest[:16]}"
    page, of = (
        scene.say("Page {n} of {m}").split("{n}")[0],
        scene.say("Page {n} of {m}").split("{n}")[1].split("{m}")[0],
    )
    return (
        f"@page{{@top-left{{content:{css_string(_short(plain(settings.title)))}}}"
        f"@top-right{{content:{css_string(_short(state + identity))}}}"
        f"@bottom-left{{content:{css_string(origin)}}}"
        f"@bottom-right{{content:{css_string(page)}counter(page){css_string(of)}counter(pages)}}}}"
    )


def _short(text: str) -> str:
    return text if len(text) <= 70 else f"{text[:69]}…"
