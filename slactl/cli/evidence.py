"""``slactl evidence list / check / export / purge``: what is kept, for people with their own tools.

The one rule: ``list``, ``check`` and ``export`` need a store and nothing else; only ``purge`` changes one, and it
asks first. ``check`` exits 0 when nothing was found, 2 with findings, 3 when it could not look.
"""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slactl.cli import clock
from slactl.cli.config import ConfigOption, Format, FormatOption
from slactl.cli.console import fail, out, talk

if TYPE_CHECKING:
    from datetime import date

    from slactl.evidence.store.purging import Agreement

COULD_NOT_LOOK, FOUND, WRONG = 3, 2, 2
LIST_SCHEMA, CHECK_SCHEMA = "slactl.evidence-list/1", "slactl.evidence-check/1"

evidence_app = typer.Typer(name="evidence", help="What is kept, checked, handed out, dropped.", no_args_is_help=True)


class ExportFormat(StrEnum):
    """What is handed out."""

    PARQUET = "parquet"
    CSV = "csv"
    JSONL = "jsonl"


StoreOption = Annotated[
    str | None,
    typer.Option("--store", help="A directory or s3://bucket/prefix; default: evidence.store of the configuration."),
]
ServiceOption = Annotated[str | None, typer.Option("--service", help="Only this service or component, by its key.")]
MonthOption = Annotated[str | None, typer.Option("--month", help="Only this month, such as 2026-10 (UTC).")]
KindOption = Annotated[str | None, typer.Option("--kind", help="Only this kind: counts, metrics, controls, ...")]


@evidence_app.command("list")
def list_kept(
    service: ServiceOption = None,
    month: MonthOption = None,
    kind: KindOption = None,
    output: FormatOption = Format.TEXT,
    store: StoreOption = None,
    config: ConfigOption = None,
) -> None:
    """List what is kept: from when to when, with which holes, whether final, how large."""
    from slactl.cli.evidence_views import kind_asked, list_document, list_rows, month_label
    from slactl.cli.keeping import opened_store
    from slactl.cli.looking import json_text
    from slactl.cli.table import print_table
    from slactl.evidence.store.listing import holdings

    wanted = month_label(month), kind_asked(kind)
    with opened_store(store, config) as archive:
        found = holdings(archive, service, *wanted)
        if output is Format.JSON:
            out(json_text({"schema": LIST_SCHEMA} | list_document(archive.name, archive.head, found)))
        elif found:
            print_table(*list_rows(found), right=frozenset({6, 7}))
        else:
            talk(f"nothing is kept in {archive.name}" + (" of what was asked for" if archive.head.number else ""))


@evidence_app.command()
def check(
    head: Annotated[
        str | None,
        typer.Option("--head", help="A head that was noted elsewhere, NUMBER:SHA256: the chain must contain it."),
    ] = None,
    output: FormatOption = Format.TEXT,
    store: StoreOption = None,
    config: ConfigOption = None,
) -> None:
    """Read every file and every link of the chain, and name what was changed, is missing or was added."""
    from slactl.cli.evidence_views import check_document, check_summary
    from slactl.cli.keeping import store_shelf
    from slactl.cli.looking import json_text
    from slactl.cli.progress import progress_bar
    from slactl.evidence.store import checking

    with store_shelf(store, config, COULD_NOT_LOOK) as shelf, progress_bar("checking") as progress:
        try:
            found = checking.check(shelf, head, progress)
        except ValueError as error:
            fail(str(error), "for example --head 42:" + "0" * 8 + "...", COULD_NOT_LOOK)
    if output is Format.JSON:
        out(json_text({"schema": CHECK_SCHEMA, "store": shelf.name} | check_document(found)))
    for finding in found.findings if output is Format.TEXT else ():
        out(str(finding))
    talk(check_summary(shelf.name, found))
    raise typer.Exit(FOUND if found.findings else 0)


@evidence_app.command()
def export(
    service: Annotated[str, typer.Option("--service", help="The service or component, by its key.")],
    month: Annotated[str, typer.Option("--month", help="The month, such as 2026-10 (UTC).")],
    folder: Annotated[Path, typer.Option("--output", help="The directory to write to.")],
    form: Annotated[ExportFormat, typer.Option("--format", help="What to write.")] = ExportFormat.PARQUET,
    store: StoreOption = None,
    config: ConfigOption = None,
) -> None:
    """Hand out a month of a service or component: files as they are kept, or counts, metrics, controls as tables."""
    from slactl.cli.evidence_views import month_label
    from slactl.cli.keeping import opened_store
    from slactl.evidence.store.exporting import Form
    from slactl.evidence.store.exporting import export as write

    label = month_label(month)
    assert label
    with opened_store(store, config) as archive:
        for path in write(archive, service, label, folder, Form(form.value)):
            out(str(path))


@evidence_app.command()
def purge(
    before: Annotated[
        str | None,
        typer.Option("--before", help="A day: months before its month leave; default: evidence.keep decides."),
    ] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Don't ask.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would leave.")] = False,
    force: Annotated[
        bool, typer.Option("--force", help="Drop what the running agreement year or an unclosed month needs, too.")
    ] = False,
    store: StoreOption = None,
    config: ConfigOption = None,
) -> None:
    """Drop what need not be kept any longer; the chain goes on telling that it was kept, and left."""
    from slactl.cli.evidence_views import date_asked, files_text, purge_lines
    from slactl.cli.keeping import agreement_of, opened_store
    from slactl.evidence.store import purging

    now = clock.now().epoch
    agreement, keep = agreement_of(config, named=store is not None)
    edge = _edge(date_asked(before) if before else None, keep, agreement, now)
    if not (yes or dry_run or sys.stdin.isatty()):
        fail("purge asks before it drops anything, and nobody is there to answer", "add --yes, or --dry-run", WRONG)
    with opened_store(store, config) as archive, archive.exclusive():
        plan = purging.planned(archive, edge, agreement, now, force=force)
        for line in purge_lines(plan):
            out(line)
        if dry_run or not plan.leaving:
            return
        if not yes and not typer.confirm(f"Drop {files_text(len(plan.leaving))} from {archive.name}?", err=True):
            fail("nothing was dropped")
        purging.carry_out(archive, plan, now)
        talk(f"dropped {files_text(len(plan.leaving))}; the chain's head is {archive.head}")


def _edge(before: date | None, keep: int | None, agreement: Agreement, now: int) -> date:
    """The day before whose month everything leaves."""
    from slactl.evidence.store.purging import edge_of

    if before:
        return before
    if keep is None:
        fail("evidence is kept for ever", "set evidence.keep, or say --before 2023-01-01", WRONG)
    return edge_of(keep, agreement, now)
