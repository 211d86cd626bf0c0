"""``slactl iam``: what a role needs.

The one rule: nothing is asked of AWS: what the configuration and the environment do not say is a ``*``, and told.
"""

from __future__ import annotations

import os
import re
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slactl.cli.configured import catalogue_or_exit, located
from slactl.cli.console import fail, out, raw, talk

if TYPE_CHECKING:
    from slactl.model.catalogue import Catalogue
    from slactl.model.permission import Place

WRONG = 2
LARGEST = 6144
"""So many characters, blanks not counted, a managed policy may have."""
PARTITIONS = {"cn-": "aws-cn", "us-gov-": "aws-us-gov"}

iam_app = typer.Typer(name="iam", help="What a role needs.", no_args_is_help=True, rich_markup_mode=None)


class For(StrEnum):
    """What a role is for."""

    REPORT = "report"
    CHECK = "check"
    ENFORCE = "enforce"
    COLLECT = "collect"
    DISCOVER = "discover"


class Form(StrEnum):
    """How it is printed."""

    JSON = "json"
    TEXT = "text"


@iam_app.callback()
def iam() -> None:
    """What a role needs."""


@iam_app.command()
def policy(
    purpose: Annotated[
        For,
        typer.Option(
            "--for",
            help="report: report, explain, status; check; enforce: alarms, slo, maintenance sync; collect; "
            "discover: init, discover, doctor.",
        ),
    ],
    form: Annotated[Form, typer.Option("--format", help="json is what IAM takes; text says why.")] = Form.JSON,
    account: Annotated[str | None, typer.Option(help="The account; default: the configuration's.")] = None,
    region: Annotated[str | None, typer.Option(help="The region; default: the configuration's.")] = None,
    config: Annotated[
        Path | None, typer.Option(help="The configuration; default: SLACTL_CONFIG, else slactl.yaml here or above.")
    ] = None,
) -> None:
    """Print the smallest IAM policy for what a role does under this configuration."""
    catalogue = catalogue_or_exit(config)
    if purpose is For.ENFORCE and catalogue.enforcement is None:
        talk(f"{located(config)} says nothing of alarms: they begin with the usual prefix and may tell nobody")
    from slactl.configuration.calls import read_only_calls
    from slactl.formats import iam as as_iam
    from slactl.model.permission import Purpose
    from slactl.workflows import permitting

    place = _place(catalogue, account, region)
    found = permitting.policy(Purpose(purpose.value), catalogue, place, read_only_calls())
    document = as_iam.render(found)
    if form is Form.JSON:
        raw(document)
    else:
        for line in as_iam.lines(found):
            out(line)
    if len("".join(document.split())) > LARGEST:
        talk(f"more than {LARGEST} characters: a managed policy holds no more; put fewer topics or secrets into one")


def _place(catalogue: Catalogue, account: str | None, region: str | None) -> Place:
    from slactl.model.permission import Place

    settings = catalogue.aws
    here = region or settings.region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    role = re.fullmatch(r"arn:[^:]+:iam::(\d{12}):.*", settings.role_arn or "")
    owner = account or settings.expected_account or (role[1] if role else None)
    if owner is not None and not re.fullmatch(r"\d{12}", owner):
        fail(f"--account must be twelve digits, found {owner!r}", "", WRONG)
    if here is not None and not re.fullmatch(r"[a-z]{2}(-[a-z]+)+-\d", here):
        fail(f"--region must be a region, found {here!r}", "for example --region eu-west-1", WRONG)
    for what, known in (("region", here), ("account", owner)):
        if known is None:
            talk(f"the {what} is not known, * stands for it: add --{what}")
    partition = next((one for begin, one in PARTITIONS.items() if (here or "").startswith(begin)), "aws")
    return Place(partition, here or "*", owner or "*")
