"""``slactl status``: how the promises stand, for people; and the hand-over of an on-call shift.

The one rule: a terminal gets a picture, a pipe gets every value; neither says more, or better, than a check.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperCommand

from slactl.cli import clock
from slactl.cli.configured import catalogue_or_exit
from slactl.cli.console import fail, raw
from slactl.cli.readings import WAYS, Way
from slactl.cli.report import Language

if TYPE_CHECKING:
    from slactl.cli.clock import Now
    from slactl.cli.readings import Readings
    from slactl.model.catalogue import Catalogue
    from slactl.model.standing import Handover, Standing
    from slactl.workflows.checking.check import Asked

EVERY, LEAST = 60, 10
"""Seconds between refreshes where none are named, and at the least."""


class Stretch(StrEnum):
    """What may stand."""

    MONTH = "month-to-date"
    YEAR = "year-to-date"


class Form(StrEnum):
    """How it is written."""

    TEXT = "text"
    JSON = "json"


class StatusCommand(TyperCommand):
    """The command; ``--watch`` may go without its seconds."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        return super().parse_args(ctx, with_seconds(args))


def with_seconds(arguments: list[str]) -> list[str]:
    """The arguments, with the seconds that ``--watch`` goes without."""
    found: list[str] = []
    for place, word in enumerate(arguments):
        found.append(word)
        following = arguments[place + 1] if place + 1 < len(arguments) else ""
        if word == "--watch" and not following.isdecimal():
            found.append(str(EVERY))
    return found


@dataclass(frozen=True, slots=True)
class Source:
    """Where a standing is read from, time after time."""

    catalogue: Catalogue
    asked: Asked
    config: Path | None
    way: Way

    def standing(self, present: Now) -> Standing:
        """How the promises stand.

        Raises:
            AwsFailure: when no read can succeed.
            EvidenceFailure: when evidence is asked for and can't be read.
        """
        from dataclasses import replace

        from slactl.cli.computing import check_readings
        from slactl.workflows.standing.standing import make_standing

        with check_readings(self.catalogue, present, self.config, self.way) as found:
            made = make_standing(self.catalogue, self.asked, found.reader, found.inventories, found.made)
            return replace(made, collected=collected(self.catalogue, self.asked, found))

    def handover(self, since: int, present: Now) -> Handover:
        """What changed since an instant; raises as ``standing`` does."""
        from slactl.cli.computing import check_readings
        from slactl.workflows.standing.handover import make_handover

        with check_readings(self.catalogue, present, self.config, self.way) as found:
            return make_handover(self.catalogue, self.asked, since, found.reader, found.inventories, found.made)


def status(
    window: Annotated[Stretch, typer.Option(help="What to look at.")] = Stretch.MONTH,
    service: Annotated[list[str] | None, typer.Option(help="Only this service; may be given again.")] = None,
    objective: Annotated[list[str] | None, typer.Option(help="Only this objective; may be given again.")] = None,
    since: Annotated[
        str | None,
        typer.Option(help="The hand-over of a shift that began then: yesterday, monday, 12h, 2026-11-22T08:00."),
    ] = None,
    watch: Annotated[
        str | None,
        typer.Option("--watch", metavar="[SECONDS]", help="Refresh it every 60 seconds, or so many, at least 10."),
    ] = None,
    form: Annotated[Form, typer.Option("--format", help="How to print.")] = Form.TEXT,
    ascii_only: Annotated[bool, typer.Option("--ascii", help="Nothing but plain characters.")] = False,
    config: Annotated[
        Path | None, typer.Option(help="The configuration; default: SLACTL_CONFIG, else slactl.yaml here or above.")
    ] = None,
    way: Annotated[Way, typer.Option("--from", help=WAYS)] = Way.AUTO,
    lang: Annotated[Language | None, typer.Option(help="The language; default: the configuration's.")] = None,
) -> None:
    """Show how the promises stand: what is left of each budget, how fast it goes, who spends it."""
    from slactl.cli.targets import asked_of

    seconds = _seconds(watch, alone=since is None and form is Form.TEXT)
    present = clock.now()
    catalogue = catalogue_or_exit(config)
    language = lang.value if lang else catalogue.report.language
    asked = asked_of(catalogue, window.value, service or (), objective or (), language)
    source = Source(catalogue, asked, config, way)
    if seconds is not None:
        from slactl.cli.watching import watched

        watched(source, language, seconds, ascii_only=_ascii(ascii_only))
    elif since is not None:
        _put_handover(source.handover(_instant(since, catalogue, present), present), form, language, ascii_only)
    else:
        _put(source.standing(present), form, language, ascii_only)


def collected(catalogue: Catalogue, asked: Asked, found: Readings) -> int | None:
    """Until when counts are kept of every service that was asked for; None where there is no evidence of one."""
    from slactl.model.evidence import CountsFacts, Kind

    if found.archive is None:
        return None
    ends = []
    for service in asked.narrowed(catalogue).services:
        items = found.archive.items(Kind.COUNTS, service.key)
        ends.append(max((CountsFacts.of(item).span.end for item in items), default=None))
    known = [end for end in ends if end is not None]
    return min(known) if known and len(known) == len(ends) else None


def _seconds(watch: str | None, *, alone: bool) -> int | None:
    """How often to refresh.

    Raises:
        typer.Exit: with 2, if it is too often, or there is nothing to refresh.
    """
    if watch is None:
        return None
    if not watch.isdecimal() or not LEAST <= int(watch) <= 86_400:
        fail(f"--watch takes whole seconds, {LEAST} at the least and a day at most, found {watch!r}", "", 2)
    if not alone:
        fail("--watch refreshes the table", "leave out --since and --format json", 2)
    if not sys.stdout.isatty():
        fail("--watch needs a terminal, and stdout is none", "leave out --watch where the output is piped", 2)
    return int(watch)


def _instant(since: str, catalogue: Catalogue, present: Now) -> int:
    from slactl.cli.since import HINT, instant_of
    from slactl.workflows.checking.check import SLICE
    from slactl.workflows.standing.standing import settled_of

    try:
        found = instant_of(since, present.epoch, catalogue.report.zone)
    except ValueError as wrong:
        fail(str(wrong), HINT, 2)
    if settled_of(catalogue, present.epoch) <= found // SLICE * SLICE:
        fail(f"nothing since {since} is settled yet", "figures are settled some minutes after they were made", 2)
    return found


def _ascii(asked: bool) -> bool:
    """Whether only plain characters may be written: because it was asked for, or stdout carries no others."""
    encoding = (sys.stdout.encoding or "").lower().replace("-", "")
    return asked or encoding not in ("utf8", "utf8sig")


def _put(standing: Standing, form: Form, language: str, ascii_only: bool) -> None:
    if form is Form.JSON:
        from slactl.formats.standing.json import render

        raw(render(standing, language))
    elif sys.stdout.isatty():
        from slactl.cli.standing_screen import Screen, terminal

        plain = _ascii(ascii_only)
        terminal().print(Screen(standing, language, ascii_only=plain))
    else:
        from slactl.formats.standing.plain import render as tabbed

        _raw_text(tabbed(standing, language), ascii_only)


def _put_handover(found: Handover, form: Form, language: str, ascii_only: bool) -> None:
    if form is Form.JSON:
        from slactl.formats.standing.json import render

        raw(render(found.standing, language, found))
    else:
        from slactl.formats.standing.handover import render as told

        _raw_text(told(found, language), ascii_only)


def _raw_text(text: str, ascii_only: bool) -> None:
    from slactl.formats.standing.signs import in_ascii

    raw(in_ascii(text) if _ascii(ascii_only) else text)
