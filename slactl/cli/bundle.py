"""``slactl bundle``: a month's reports, with everything they were computed from, as one signed file.

The one rule: what is bundled was computed from the evidence beside it, never from CloudWatch; and the
configuration is loaded once more from the bundle itself before the bundle is written.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slactl.cli import clock
from slactl.cli.computing import month_asked
from slactl.cli.config import ConfigOption
from slactl.cli.configured import loaded_or_exit, located
from slactl.cli.console import fail, out, talk

if TYPE_CHECKING:
    from slactl.evidence.signing.keys import Signing

WRONG = 2
LANGUAGES = ("it", "en")


def bundle(
    month: Annotated[str | None, typer.Option(help="The month, YYYY-MM; default: last month.")] = None,
    key: Annotated[Path | None, typer.Option(help="The private key that signs: a PEM file.")] = None,
    kms: Annotated[str | None, typer.Option(help="The key of AWS KMS that signs: id, ARN or alias.")] = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file; default: slactl-<month>.bundle.zip.")
    ] = None,
    formats: Annotated[
        str, typer.Option("--format", help="html, json, csv, pdf; several with commas; json always goes in.")
    ] = "html,json,csv,pdf",
    lang: Annotated[
        str | None, typer.Option(help="Languages of the pages, with commas; default: the configuration's first.")
    ] = None,
    config: ConfigOption = None,
) -> None:
    """Put a month's reports, evidence and configuration into one signed file for the auditor."""
    from slactl.cli.bundling import Order, gathered, signing_with, written
    from slactl.cli.keeping import opened_store
    from slactl.cli.revisions import kept_or_told

    if key is not None and kms is not None:
        fail("--key and --kms exclude each other", "one key signs", WRONG)
    present = clock.now()
    main, loaded = located(config), loaded_or_exit(config)
    languages = _languages(lang, loaded.catalogue.report.language)
    chosen = _formats(formats)
    wanted = month_asked(month, loaded.catalogue, present.epoch, WRONG)
    signing = signing_with(key, kms, loaded.catalogue.aws)
    with opened_store(None, config) as archive:
        ready = gathered(Order(main, loaded, wanted, chosen, languages, present), archive)
        path = output or Path(f"slactl-{ready.settled.label}.bundle.zip")
        count = written(path, ready, signing)
        # Last: the bundle has the chain that its report was made from, to which this adds a link.
        kept_or_told(archive, ready.settled.report)
    out(str(path))
    _tell(path, count, signing)


def _languages(text: str | None, first: str) -> tuple[str, ...]:
    if text is None:
        return (first, *(language for language in LANGUAGES if language != first))
    return _named(text, LANGUAGES, "language")


def _formats(text: str) -> tuple[str, ...]:
    from slactl.cli.bundling import FORMATS_INSIDE, NEEDED

    chosen = _named(text, FORMATS_INSIDE, "format")
    return chosen if NEEDED in chosen else (*chosen, NEEDED)


def _named(text: str, known: tuple[str, ...], what: str) -> tuple[str, ...]:
    """What an option lists, each once.

    Raises:
        typer.Exit: if one is not known.
    """
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",")))
    for name in names:
        if name not in known:
            fail(f"there is no {what} {name!r}", f"{what}s are {', '.join(known)}", WRONG)
    return names


def _tell(path: Path, count: int, signing: Signing | None) -> None:
    talk(f"{count} files; check it: slactl verify {path}" + (" --key PUBLIC.pem" if signing else ""))
    if signing:
        talk(f"signed by {signing.public.sort} key {signing.public.id}")
    else:
        talk("not signed: who gets it can prove that it is consistent, not where it comes from (--key, --kms)")
