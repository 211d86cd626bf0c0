"""``slactl alarms destroy``: takes away what is ours, and nothing else."""

from __future__ import annotations

from typing import Annotated

import typer

from slactl.cli.alarms.carrying import carry_out_and_tell, consent, needs_somebody
from slactl.cli.alarms.desk import ConfigOption, desk, told_of
from slactl.cli.console import raw


def destroy(
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False, config: ConfigOption = None
) -> None:
    """Delete every alarm that slactl made under this configuration's prefix, and nothing else."""
    at = desk(config)
    needs_somebody(yes)
    told_of(at)
    from slactl.formats.alarms import text
    from slactl.workflows.enforcing.planning import plan_nothing

    store = at.store
    made = plan_nothing(store, at.enforcement)
    raw(text.render(made))
    consent(made.plan, made.objections, yes=yes, force=True)
    carry_out_and_tell(made.plan, store, made.prefix)
