"""``slactl alarms destroy``: takes away what is ours, and nothing else."""

from __future__ import annotations

from typing import Annotated

import typer

from slactl.cli.alarms.alone import alone
from slactl.cli.alarms.carrying import Manner, needs_somebody, settle
from slactl.cli.alarms.desk import ConfigOption, desk, told_of
from slactl.cli.alarms.manner import Form, FormOption, LangOption, language_of
from slactl.cli.console import raw


def destroy(
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    form: FormOption = Form.TEXT,
    lang: LangOption = None,
    config: ConfigOption = None,
) -> None:
    """Delete every alarm that slactl made under this configuration's prefix, and nothing else."""
    at = desk(config)
    needs_somebody(yes)
    told_of(at)
    from slactl.formats.alarms import text
    from slactl.formats.alarms.done import Ended
    from slactl.workflows.enforcing.planning import plan_nothing

    manner = Manner(form, language_of(lang, at.catalogue), yes=yes, force=True)
    with alone("alarms", at.world):
        made = plan_nothing(at.store, at.enforcement)
        if form is Form.TEXT:
            raw(text.render(made, manner.language, gone=True))
        ended = Ended("destroy", made.account, made.region, made.prefix, made.plan)
        settle(ended, made.objections, at.store, manner)
