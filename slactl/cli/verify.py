"""``slactl verify``: whether a bundle tells the truth, figure by figure.

The one rule: it needs the bundle and a key that the user brought, nothing else; only ``--recheck`` asks
AWS. The exit code is 0 only if everything was looked at and found as it is said.
"""

from __future__ import annotations

import secrets
import tempfile
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from slactl.cli import clock
from slactl.cli.console import Talk, talk

if TYPE_CHECKING:
    from slactl.evidence.signing.keys import PublicKey

UNCHECKED = 3
MOST_BYTES = 1 << 16
"""No key in PEM is longer."""


class Form(StrEnum):
    """How the verdict is written."""

    TEXT = "text"
    JSON = "json"


def verify(
    bundle: Annotated[Path, typer.Argument(help="The bundle: the file that slactl bundle wrote.")],
    key: Annotated[
        Path | None, typer.Option(help="The signer's public key, a PEM file; never take it from the bundle.")
    ] = None,
    recheck: Annotated[
        int | None, typer.Option(min=1, max=10_000, help="Read so many random hours again from CloudWatch.")
    ] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Draw the same hours again.")] = None,
    form: Annotated[Form, typer.Option("--format", help="text or json.")] = Form.TEXT,
    verbose: Annotated[bool, typer.Option("--verbose", "-v", help="Print every figure, the true ones too.")] = False,
) -> None:
    """Check a bundle: signature, files, chain, and every figure computed again from its evidence."""
    from slactl.cli.reproving import made_again
    from slactl.cli.unpacked import opened
    from slactl.cli.verdicts import printed
    from slactl.cli.verification import verified
    from slactl.formats.sanitize import plain

    present = clock.now(UNCHECKED)
    public = _public(key) if key else None
    with tempfile.TemporaryDirectory(prefix="slactl-") as folder:
        inside = opened(bundle, Path(folder).resolve())
        talk(plain(f"{inside.manifest.made.report_id}: computing every figure again"))
        found = verified(inside, public, made_again)
        if recheck is not None:
            from slactl.cli.rechecking import rechecked

            drawn = seed if seed is not None else secrets.randbits(32)
            found = rechecked(inside, found, recheck, drawn, present.epoch)
        printed(bundle, inside.manifest.made, found, as_json=form is Form.JSON, all_figures=verbose or Talk.verbose)
    raise typer.Exit(found.code)


def _public(path: Path) -> PublicKey:
    """The key to check with.

    Raises:
        EvidenceFailure: if the file holds none.
        OSError: if it can't be read.
    """
    from slactl.evidence import signing

    with path.open("rb") as file:
        return signing.public_key(file.read(MOST_BYTES), str(path))
