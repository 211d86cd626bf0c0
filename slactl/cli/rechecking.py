"""``verify --recheck``: random hours of a bundle's counts and metrics, read again from CloudWatch.

The one rule: CloudWatch is asked with the credentials of whoever verifies, in the region and account
that the evidence names; of another account's answers nothing would follow.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from slactl.cli.console import talk
from slactl.cli.progress import progress_bar
from slactl.cli.wiring import aws_world, metric_reader

if TYPE_CHECKING:
    from slactl.aws.session import AwsWorld
    from slactl.cli.unpacked import Opened
    from slactl.workflows.verifying.rechecking import Rechecked
    from slactl.workflows.verifying.verdict import Look, Verification

OF = "recheck"


def rechecked(bundle: Opened, found: Verification, wanted: int, seed: int, now: int) -> Verification:
    """The verification with one look more; where AWS can't be asked, that look was not taken."""
    from slactl.aws.failures import AwsFailure
    from slactl.cli.verification import Looks
    from slactl.workflows.verifying.verdict import Look, Outcome

    looks = Looks(bundle.root)
    talk(f"drawing {wanted} hours, --seed {seed}")
    with looks.at(OF) as told:
        try:
            told(_look(_drawn(bundle, wanted, seed, now)))
        except AwsFailure as failure:
            told(Look(OF, Outcome.UNCHECKED, (str(failure),), failure.hint))
    return replace(found, looks=(*found.looks, *looks.all))


def _drawn(bundle: Opened, wanted: int, seed: int, now: int) -> Rechecked:
    from slactl.cli.proving import evidence_of, year_of
    from slactl.model.span import union
    from slactl.workflows.verifying.rechecking import hours_of, metrics_of, recheck
    from slactl.workflows.verifying.remaking import month_of

    catalogue, month = bundle.loaded.catalogue, month_of(bundle.report[1])
    span = month.span(catalogue.report.zone)
    world = _world(bundle)
    with (
        evidence_of(bundle.archive, catalogue, year_of(month, catalogue)) as held,
        progress_bar("reading again") as progress,
    ):
        # Of a service without objectives of its own the bundle holds nothing.
        services = [one for one in catalogue.services if catalogue.objectives_of(one)]
        kept = {house.key: union(record.span for record in house.records) for house in held.directory.houses}
        drawable = hours_of(services, dict(held.inventories), span)
        drawable += metrics_of(catalogue, held.directory, kept, span)
        readers = (held.reader, metric_reader(world, progress, catalogue, now))
        return recheck(drawable, span, readers, wanted, seed, now)


def _world(bundle: Opened) -> AwsWorld:
    """Clients in the region of the evidence, of its account."""
    from slactl.aws.failures import AwsFailure
    from slactl.model.catalogue import AwsSettings
    from slactl.ports.archive import EvidenceFailure

    if not bundle.records:
        raise EvidenceFailure("the bundle does not say from where its evidence was read", "it holds no record")
    told = bundle.records[-1].told
    account, region = str(told.get("account") or ""), str(told.get("region") or "") or None
    world = aws_world(AwsSettings(region=region))
    if account and world.caller.account != account:
        what = f"the credentials belong to account {world.caller.account}, the evidence was read from {account}"
        raise AwsFailure(what, "use credentials of that account; reading CloudWatch is enough", "WrongAccount")
    return world


def _look(done: Rechecked) -> Look:
    from slactl.workflows.verifying.verdict import Look, Outcome

    counted = f"seed {done.seed}: {done.hours} hours read again"
    counted += f", {done.expired} no longer kept by CloudWatch" if done.expired else ""
    counted += f", {done.unkept} drawn that evidence does not hold" if done.unkept else ""
    false = tuple(f"{one.place}: {one.field}: evidence says {one.says}, CloudWatch {one.gives}" for one in done.false)
    if false:
        return Look(OF, Outcome.DIFFERS, (counted, *false))
    if done.unread or not done.hours:
        return Look(OF, Outcome.UNCHECKED, (counted, *done.unread), "nothing follows from hours that were not read")
    return Look(OF, Outcome.PROVEN, (counted,))
