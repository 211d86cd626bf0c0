"""``slactl maintenance add``: one window more in the YAML, or those of a calendar.

The one rule: what would be written is read first, whole, as the next command will read it; what is refused there, or
comes too late without ``--late``, leaves every file as it was.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slactl.cli import clock
from slactl.cli.config import ConfigOption
from slactl.cli.console import fail

if TYPE_CHECKING:
    from slactl.configuration.adding import Draft
    from slactl.configuration.feeds import Asked

WRONG = 2
NEEDED = ("--id", "--start", "--end", "--reason")


def add(
    name: Annotated[str | None, typer.Option("--id", help="The change's number, such as CHG-1042.")] = None,
    start: Annotated[str | None, typer.Option(help="Local time, 2026-10-14T02:00, or with an offset.")] = None,
    end: Annotated[str | None, typer.Option(help="Local time, or with an offset.")] = None,
    reason: Annotated[str | None, typer.Option(help="One line for the customer.")] = None,
    announced: Annotated[str | None, typer.Option(help="When customers were told; default: now.")] = None,
    service: Annotated[
        list[str] | None, typer.Option(help="A service's key; may be given several times; default: all.")
    ] = None,
    rrule: Annotated[str | None, typer.Option(help="A recurring window: FREQ=WEEKLY;BYDAY=SU.")] = None,
    until: Annotated[str | None, typer.Option(help="The last day, or local time, of a recurring window.")] = None,
    channel: Annotated[str | None, typer.Option(help="How customers were told: status-page, e-mail.")] = None,
    to: Annotated[str | None, typer.Option(help="Who was told.")] = None,
    url: Annotated[str | None, typer.Option(help="Where the announcement can be read.")] = None,
    file: Annotated[
        Path | None, typer.Option(help="A copy of the announcement; kept in proofs/ beside the YAML, and hashed.")
    ] = None,
    mute: Annotated[bool, typer.Option("--mute/--no-mute", help="Whether alarms keep quiet meanwhile.")] = True,
    late: Annotated[bool, typer.Option("--late", help="Write it though it comes too late to be applied.")] = False,
    ics: Annotated[
        str | None, typer.Option("--ics", help="The windows of an iCalendar file, or - for stdin.", metavar="FILE")
    ] = None,
    into: Annotated[
        Path | None, typer.Option("--into", help="The maintenance file, where the configuration names several.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Write a window into the maintenance file, keeping everything else in it; say how its announcement is proved."""
    from slactl.cli.maintenance.filing import opened
    from slactl.configuration.adding import Draft
    from slactl.configuration.feeds import Asked

    present = clock.now()
    if ics is None:
        _complete(name, start, end, reason)
    filing = opened(config, into)
    told = {key: text for key, text in (("channel", channel), ("to", to), ("url", url)) if text is not None}
    if ics is not None:
        _only_for_one(name, start, end, reason, rrule)
        drafts = filing.fresh(
            _feed(
                ics,
                Asked(
                    filing.loaded.catalogue.report.zone,
                    announced,
                    until,
                    tuple(service or ()),
                    tuple(told.items()),
                    mute,
                ),
            )
        )
        if drafts:
            filing.add(drafts, file, present.epoch, late=late)
        return
    draft = Draft(
        name or "", start or "", end or "", reason or "", announced or filing.local(present.epoch), told,
        tuple(service or ()), rrule, until, mute=mute,
    )  # fmt: skip
    filing.add([draft], file if file is not None else _asked(), present.epoch, late=late)


def _feed(name: str, asked: Asked) -> tuple[Draft, ...]:
    """The windows of a calendar.

    Raises:
        typer.Exit: if it can't be read, or holds what a window can't say; nothing was written then.
    """
    from slactl.configuration.feeds import read_feed
    from slactl.configuration.mistakes import Refused

    try:
        content = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return read_feed(content, asked)
    except OSError as error:
        fail(f"the calendar can't be read: {name}: {error.strerror}", "", WRONG)
    except ImportError:
        fail("this needs slactl[calendar]", "pip install 'slactl[calendar]'")
    except Refused as refused:
        shown = "stdin" if name == "-" else name
        fail(f"{shown} {refused.what}; nothing was written", refused.hint or "", WRONG)


def _complete(*given: str | None) -> None:
    missing = [option for option, text in zip(NEEDED, given, strict=True) if text is None]
    if missing:
        fail(f"{', '.join(missing)} must be given", "or --ics FILE for the windows of a calendar", WRONG)


def _only_for_one(*given: str | None) -> None:
    wrong = [option for option, text in zip((*NEEDED, "--rrule"), given, strict=True) if text is not None]
    if wrong:
        fail(f"{', '.join(wrong)} and --ics exclude each other", "the calendar says it of each window", WRONG)


def _asked() -> Path | None:
    """The announcement's file, from whoever sits at the terminal; nobody is asked where nobody sits."""
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        return None
    sys.stderr.write("The announcement's file (return: none): ")
    sys.stderr.flush()
    text = sys.stdin.readline().strip()
    return Path(text).expanduser() if text else None
