"""``slactl alarms export``: the alarms for those who keep them in code.

The one rule: what is written is what ``apply`` would put, under the same names; a file that would lose alarms because
something could not be read is not written.
"""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slactl.cli import clock
from slactl.cli.alarms.desk import ConfigOption, Desk, View, WayOption, desk, view_of
from slactl.cli.console import complain, fail, raw, talk
from slactl.cli.files import write_whole
from slactl.cli.readings import Way

if TYPE_CHECKING:
    from collections.abc import Sequence

    from slactl.model.alarm import DesiredAlarm

STDOUT = Path("-")
DIRECTLY = 51_200
"""So many bytes a template may have that is not put into S3 first."""


class Stack(StrEnum):
    """Who keeps the alarms."""

    CLOUDFORMATION = "cloudformation"
    TERRAFORM = "terraform"


def export(
    to: Annotated[Stack, typer.Option("--to", help="In whose language.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", help="The file; - is stdout. Several templates are numbered.")
    ] = STDOUT,
    force: Annotated[
        bool, typer.Option("--force", help="Even without alarms that stand, of services that could not be read.")
    ] = False,
    config: ConfigOption = None,
    way: WayOption = Way.AUTO,
) -> None:
    """Write the alarms as a CloudFormation template or a Terraform file, instead of putting them."""
    present = clock.now()
    at = desk(config)
    view = view_of(at, present, way)
    for doubt in (*view.seen.doubts, *(one.text for one in (*view.known.doubts, *view.wanted.warnings))):
        talk(doubt)
    _check_whole(at, view, force=force)
    _check_price(at, view)
    _write(_rendered(view.wanted.alarms, to), output, to)
    _tell_providers(view, to)
    _tell_standing(at, view)


def _rendered(alarms: Sequence[DesiredAlarm], to: Stack) -> tuple[str, ...]:
    from slactl.formats.alarms import cloudformation, terraform
    from slactl.formats.alarms.stack import Inexpressible

    try:
        return cloudformation.render(alarms) if to is Stack.CLOUDFORMATION else (terraform.render(alarms),)
    except Inexpressible as missing:
        for reason in missing.reasons:
            complain(reason)
        fail(f"{to.value} cannot keep all of the alarms; nothing was written", "switch the kinds off, or use apply")


def _check_whole(at: Desk, view: View, *, force: bool) -> None:
    """What nobody could see is not gone.

    Raises:
        typer.Exit: if alarms that stand would not be in the file.
    """
    from slactl.alarming.ownership import SERVICE, managed

    wanted = {one.name for one in view.wanted.alarms}
    mine = [one for one in view.seen.alarms if managed(one) and one.name.startswith(f"{at.enforcement.prefix} ")]
    lost = [one for one in mine if (one.tags or {}).get(SERVICE) in view.known.unread and one.name not in wanted]
    if lost and not force:
        text = f"services could not be read in full: {len(lost)} alarms that stand would not be in the file"
        fail(text, "nothing was written; try again, or add --force if they should go")


def _check_price(at: Desk, view: View) -> None:
    from slactl.alarming.cost import bill

    most = at.enforcement.max_monthly_cost
    total = bill(view.wanted.alarms, at.enforcement.costs, view.known.watched).total
    if most is not None and total > most:
        fail(f"the alarms cost ${float(total):.2f} a month, max_monthly_cost is ${float(most):.2f}")


def _write(texts: Sequence[str], output: Path, to: Stack) -> None:
    if output == STDOUT:
        if len(texts) > 1:
            fail(f"the alarms fill {len(texts)} templates", "name a file: --output alarms.json")
        raw(texts[0])
        return
    paths = [_numbered(output, number, len(texts)) for number in range(1, len(texts) + 1)]
    for path, text in zip(paths, texts, strict=True):
        write_whole(path, text)
        talk(f"wrote {path}")
    if len(texts) > 1:
        talk(f"{len(texts)} templates: make their stacks in this order, and delete them the other way round")
    if to is Stack.CLOUDFORMATION and any(len(text.encode()) > DIRECTLY for text in texts):
        talk("a template of more than 51,200 bytes goes through S3: aws cloudformation deploy --s3-bucket BUCKET")


def _numbered(output: Path, number: int, count: int) -> Path:
    return output if count == 1 else output.with_name(f"{output.stem}-{number:02}{output.suffix}")


def _tell_providers(view: View, to: Stack) -> None:
    from slactl.formats.alarms.terraform import needs_sister

    if to is Stack.TERRAFORM and (count := needs_sister(view.wanted.alarms)):
        talk(f"{count} alarms say what hashicorp/aws has no words for: they need the provider hashicorp/awscc as well")


def _tell_standing(at: Desk, view: View) -> None:
    """A stack makes no alarm whose name is taken."""
    from slactl.alarming.ownership import ours

    wanted = {one.name for one in view.wanted.alarms}
    count = sum(1 for one in view.seen.alarms if one.name in wanted and ours(one, at.enforcement.prefix))
    if count:
        talk(f"{count} of these alarms stand already, made by slactl alarms apply: import them, or destroy them first")
