"""``slactl check``: judges a window against the targets, for cron and for monitoring.

The one rule: whatever goes wrong, the exit code is 3: nothing that fails looks like a pass, or like a breach.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slactl.cli import clock
from slactl.cli.configured import catalogue_or_exit
from slactl.cli.console import complain, fail, raw, talk
from slactl.cli.lifeline import Lifeline
from slactl.cli.plugin import STDOUT, unknown_line
from slactl.cli.readings import WAYS, Way
from slactl.cli.report import Language

if TYPE_CHECKING:
    from collections.abc import Iterable

    from slactl.cli.clock import Now
    from slactl.cli.readings import Readings
    from slactl.model.catalogue import Catalogue
    from slactl.model.check import Check
    from slactl.model.status import Status
    from slactl.workflows.checking.check import Asked

UNKNOWN = 3
MOST_SKEW = 120
"""Seconds between this machine's clock and that of AWS beyond which a window is another one than it seems."""
CODES = {"BREACHED": 2, "INSUFFICIENT_DATA": UNKNOWN, "WARNING": 1, "OK": 0, "NOT_RATED": 0}


class Form(StrEnum):
    """How a check is written."""

    TEXT = "text"
    JSON = "json"
    JUNIT = "junit"
    PROMETHEUS = "prometheus"


class Stretch(StrEnum):
    """What a check may judge."""

    HOUR = "1h"
    SIX_HOURS = "6h"
    DAY = "24h"
    WEEK = "7d"
    MONTH = "month-to-date"
    YEAR = "year-to-date"


def check(
    window: Annotated[Stretch, typer.Option(help="What to judge.")] = Stretch.MONTH,
    service: Annotated[
        list[str] | None, typer.Option(help="Only this service or component; may be given again.")
    ] = None,
    objective: Annotated[list[str] | None, typer.Option(help="Only this objective; may be given again.")] = None,
    operation: Annotated[str | None, typer.Option(help="Only this operation, judged by itself.")] = None,
    form: Annotated[Form, typer.Option("--format", help="How to print.")] = Form.TEXT,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file, written whole, or - for stdout, the default.")
    ] = None,
    deadline: Annotated[str | None, typer.Option(help="End with 3 after so long: 60s, 2m.")] = None,
    notify: Annotated[bool, typer.Option("--notify", help="Tell check.notify of every change of status.")] = False,
    publish: Annotated[bool, typer.Option("--publish", help="Put the figures into CloudWatch as metrics.")] = False,
    config: Annotated[
        Path | None, typer.Option(help="The configuration; default: SLACTL_CONFIG, else slactl.yaml here or above.")
    ] = None,
    way: Annotated[Way, typer.Option("--from", help=WAYS)] = Way.AUTO,
    lang: Annotated[Language | None, typer.Option(help="The language; default: the configuration's.")] = None,
) -> None:
    """Judge a window against the targets: 0 kept, 1 warning, 2 breached, 3 cannot tell."""
    with Lifeline.of(deadline) as lifeline:
        present = clock.now(UNKNOWN)
        catalogue = catalogue_or_exit(config, UNKNOWN)
        language = lang.value if lang else catalogue.report.language
        output = None if output == Path(STDOUT) else output
        asked = _asked(catalogue, window, (service or (), objective or (), operation), language)
        made, troubles = _made_and_told(catalogue, asked, present, config, way, told=notify)
        if publish:
            troubles += _published(made, catalogue)
        text = _rendered(made, form, language)
        with lifeline.landing():
            # A plugin's first line has the word of its code; what was judged follows it, true whoever was told.
            plugin = form is Form.TEXT and output is None
            _put((unknown_line(troubles[0]) if plugin and troubles else "") + text, output)
            talk(f"{window.value}: {made.status}")
            raise typer.Exit(UNKNOWN if troubles else CODES[made.status.value])


def _made_and_told(
    catalogue: Catalogue, asked: Asked, present: Now, config: Path | None, way: Way, *, told: bool
) -> tuple[Check, list[str]]:
    """The check, and whom it could not tell, said on stderr already; with ``told`` a check that fails is told of too.

    Raises:
        NotTold: if nothing can be remembered, or another run is at work.
        AwsFailure: as ``judged``.
        EvidenceFailure: as ``judged``.
    """
    if not told:
        return judged(catalogue, asked, present, config, way), []
    from slactl.cli.notifying import report_delivery, telling

    with telling(catalogue, catalogue.check, asked.language, window=asked.window.value) as teller:
        try:
            made = judged(catalogue, asked, present, config, way)
        except Exception as error:
            report_delivery(teller.tell_failure(asked.window.value, str(error), present.epoch))
            raise
        delivered = teller.tell(made)
    report_delivery(delivered)
    return made, [f"{one.channel}: {one.reason}" for one in delivered.failed]


def _published(made: Check, catalogue: Catalogue) -> list[str]:
    """Puts the figures into CloudWatch; what went wrong with that, said on stderr already."""
    from slactl.aws.failures import AwsFailure
    from slactl.cli.publishing import publish_check

    try:
        count = publish_check(made, catalogue, catalogue.check)
    except AwsFailure as failure:
        complain(str(failure), failure.hint)
        return [str(failure)]
    talk(f"published {count} metrics")
    return []


def judged(catalogue: Catalogue, asked: Asked, present: Now, config: Path | None, way: Way) -> Check:
    """The check, read and judged.

    Raises:
        AwsFailure: when no read can succeed.
        EvidenceFailure: when evidence is asked for and can't be read.
    """
    from slactl.cli.computing import check_readings
    from slactl.workflows.checking.check import make_check

    with check_readings(catalogue, present, config, way) as found:
        made = make_check(catalogue, asked, found.reader, found.inventories, found.made, found.accounts)
        _refuse_skew(present, found)
        return made


def _refuse_skew(present: Now, found: Readings) -> None:
    """A machine that has another time than AWS judges another window than it says.

    Raises:
        AwsFailure: if its clock is off.
    """
    if present.was_set:
        return
    for world in found.worlds:
        there = world.server_clock.now()
        skew = 0 if there is None else clock.now(UNKNOWN).epoch - there
        if abs(skew) > MOST_SKEW:
            from slactl.aws.failures import AwsFailure

            side = "ahead of" if skew > 0 else "behind"
            raise AwsFailure(f"this machine's clock is {abs(skew):.0f} s {side} AWS", "set it (NTP)")


def code_of(status: Status) -> int:
    """The exit code of a status, as the contract has it."""
    return CODES[status.value]


def _asked(
    catalogue: Catalogue, window: Stretch, named: tuple[Iterable[str], Iterable[str], str | None], language: str
) -> Asked:
    """What is asked; a name that the configuration doesn't know is a mistake, not a target that is fine."""
    from slactl.model.check import Window
    from slactl.workflows.checking.check import Asked

    services, objectives, operation = named
    _known("service", services, [*(one.key for one in catalogue.services), *(one.key for one in catalogue.components)])
    _known("objective", objectives, [one.id for one in catalogue.objectives])
    asked = Asked(Window(window.value), frozenset(services), frozenset(objectives), operation, language)
    narrow = asked.narrowed(catalogue)
    if not narrow.general and not any(narrow.objectives_of(one) for one in narrow.services):
        fail("nothing is left to judge", "no objective that was named concerns a service that was named", UNKNOWN)
    return asked


def _known(what: str, names: Iterable[str], known: list[str]) -> None:
    for name in names:
        if name not in known:
            fail(f"there is no {what} {name!r}", f"the configuration has {', '.join(dict.fromkeys(known))}", UNKNOWN)


def _rendered(made: Check, form: Form, language: str) -> str:
    from slactl.formats.check import CHECK_FORMATS

    return CHECK_FORMATS[form.value].render(made, language)


def _put(text: str, output: Path | None) -> None:
    if output is None:
        raw(text)
        return
    from slactl.cli.files import write_whole

    write_whole(output, text)
