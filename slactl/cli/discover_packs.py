"""``slactl discover --packs``: which packs fit what is there, as a section of the configuration.

The one rule: nothing that stands is changed; what is to be written is read first, whole, as the next command will read
it, and a file is replaced only if nobody wrote to it meanwhile.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from slactl.cli import clock
from slactl.cli.console import fail, out, raw, talk
from slactl.cli.looking import settings_of, written

if TYPE_CHECKING:
    from slactl.aws.session import AwsWorld
    from slactl.configuration import Loaded
    from slactl.ports.platform import Platform
    from slactl.workflows.onboarding.packs.nouns import Proposed, Standing, Use, Wanted
    from slactl.workflows.onboarding.packs.text import Origin

WRONG = 2
BOM = b"\xef\xbb\xbf"
ACCOUNT = "CLOUDFLARE_ACCOUNT_ID"
EVERYWHERE = ("cloudfront", "r2", "route53")
"""Packs for what is of no region."""


def discover_packs(config: Path | None, *, as_json: bool, write: bool) -> None:
    """Looks, and prints the fragment or the document; with ``write`` puts what is complete into the configuration.

    Raises:
        typer.Exit: 1 where nothing could be looked at, 2 where the configuration can't be written to.
    """
    from slactl.workflows.onboarding.packs.text import Origin

    settings, loaded = settings_of(config), _loaded(config, must=write)
    present = clock.now()
    from slactl.cli.wiring import aws_world

    world = aws_world(settings)
    talk(f"looking as {world.caller.arn} in {world.region}")
    standing = _standing(loaded)
    found = _proposed(_look(world, present.epoch, standing.prefix), standing)
    _tell(found, world.region or "")
    origin = Origin(world.caller.account, world.region or "", written(present.epoch)[:10])
    if write:
        _write(config, found, origin)
    else:
        _print(found, origin, as_json=as_json)


def _loaded(config: Path | None, *, must: bool) -> Loaded | None:
    """The configuration; without one, or with one of mistakes, nothing is known to stand, unless it must be."""
    from slactl.cli.configured import loaded_or_exit, located
    from slactl.configuration import ConfigurationError, load

    if must:
        return loaded_or_exit(config, WRONG)
    try:
        return load(located(config))
    except ConfigurationError:
        return None


def _standing(loaded: Loaded | None) -> Standing:
    from slactl.workflows.onboarding.packs.nouns import Standing

    if loaded is None:
        return Standing()
    catalogue, packs = loaded.catalogue, loaded.packs
    pairs = zip(packs.components, packs.uses, strict=True)
    keys = {one.key for one in catalogue.services} | {one.key for one in catalogue.components}
    return Standing(
        {component.key: (use.name, use.variables) for component, use in pairs},
        frozenset(keys),
        catalogue.evidence is None or catalogue.evidence.alarms,
        catalogue.enforcement.prefix if catalogue.enforcement else "slactl",
    )


def _look(world: AwsWorld, now: int, prefix: str) -> Platform:
    from slactl.cli.cloudflare import TOKEN, cloudflare_look
    from slactl.cli.progress import progress_bar
    from slactl.configuration.calls import read_only_calls
    from slactl.sources.configuration.asking import Asker
    from slactl.sources.platform import AccountPlatform
    from slactl.sources.platform.media import Cloudflare

    asker = Asker(world, read_only_calls(), now, cloudflare_look)
    known = Cloudflare(os.environ.get(ACCOUNT, "").strip()) if os.environ.get(TOKEN, "").strip() else None
    with progress_bar("looking"):
        return AccountPlatform(world, asker, prefix=prefix, cloudflare=known).platform()


def _proposed(platform: Platform, standing: Standing) -> Proposed:
    from slactl.configuration.shipped import holds
    from slactl.workflows.onboarding.packs.proposing import propose_packs

    return propose_packs(platform, _wanted(), standing, holds)


def _wanted() -> dict[str, tuple[Wanted, ...]]:
    from slactl.configuration.shipped import shipped_variables
    from slactl.workflows.onboarding.packs.nouns import Wanted

    return {
        pack: tuple(Wanted(one.name, one.required, one.about.get("en", "")) for one in variables)
        for pack, variables in shipped_variables().items()
    }


def _tell(found: Proposed, region: str) -> None:
    """What was refused; where nothing was found, that it may be elsewhere."""
    from slactl.workflows.onboarding.packs.nouns import Why

    for refusal in found.refusals:
        said = f"slactl: {refusal.what}" + (f" ({refusal.hint})" if refusal.hint else "")
        talk(" ".join(said.split()))
    codes = {one.code for one in found.passed}
    if not found.uses and found.refusals and not codes & {Why.NOTHING_FOUND, Why.ALREADY_ON, Why.NOT_READY}:
        hint = next((one.hint for one in found.refusals if one.hint), "slactl doctor checks what is needed")
        fail("nothing could be looked at", hint)
    regional = {one.code for one in found.passed if one.pack not in EVERYWHERE}
    if Why.ALREADY_ON not in regional and all(use.pack in EVERYWHERE for use in found.uses):
        talk(f"no pack fits what is in {region}; is it another region (AWS_REGION, aws.region)?")


def _print(found: Proposed, origin: Origin, *, as_json: bool) -> None:
    from slactl.formats.discoverpacks import render
    from slactl.workflows.onboarding.packs.text import fragment

    if as_json:
        from slactl.cli.looking import unobeyed

        raw(unobeyed(render(found, origin)))
        return
    out(fragment(found, origin).rstrip("\n"))


def _write(config: Path | None, found: Proposed, origin: Origin) -> None:
    """The complete uses into the main file."""
    from slactl.cli.configured import located
    from slactl.cli.files import write_whole

    path, uses = located(config), found.complete
    for use in found.uses:
        if not use.complete:
            missing = ", ".join(one.name for one in use.missing)
            talk(f"not written: {use.key}, for nothing was found for {missing} (slactl discover --packs shows it)")
    if not uses:
        talk(f"nothing new for {path} (slactl discover --packs says why)")
        return
    before = path.read_bytes()
    content = _content(path, before, uses, origin)
    _check(path, content, uses)
    if path.read_bytes() != before:
        fail(f"{path} was changed meanwhile; nothing was written", "run it again")
    write_whole(path, content)
    for use in uses:
        talk(" ".join(f"switched on: {use.key} ({use.why})".split()))
    talk("next: read what is marked CHECK, then slactl config check; slactl iam policy says what the packs need")
    talk(f"days before {origin.day} that nobody looked at are unknown, unless since: in a pack says they are not owed")
    out(str(path))


def _content(path: Path, before: bytes, uses: tuple[Use, ...], origin: Origin) -> bytes:
    from slactl.configuration.mistakes import Refused
    from slactl.configuration.packadding import with_uses
    from slactl.workflows.onboarding.packs.text import use_lines

    try:
        text = with_uses(before.decode("utf-8-sig"), [list(use_lines(use, "", origin.day)) for use in uses])
    except Refused as refused:
        fail(f"{path} {refused.what}; nothing was written", refused.hint or "", WRONG)
    return (BOM if before.startswith(BOM) else b"") + text.encode()


def _check(path: Path, content: bytes, uses: tuple[Use, ...]) -> None:
    """Reads what is to be written; a mistake would be slactl's own, and nothing is written then."""
    from slactl.configuration import ConfigurationError, load
    from slactl.configuration.findings import find

    standing = load(path).packs.components
    try:
        after = load(path, {path: content})
    except ConfigurationError as refused:
        told = refused.mistakes[0].what
        fail(f"the packs would be refused: {told}", "this is a fault of slactl; nothing was written")
    expected = [one.key for one in standing] + [use.key for use in uses]
    if [one.key for one in after.packs.components] != expected:
        fail(f"{path} would not be read as it should", "this is a fault of slactl; nothing was written")
    for finding in find(after):
        talk(f"slactl: {path}:{finding.line}: {finding.what} ({finding.hint})")
