"""Publishes what a check found as metrics of CloudWatch.

The one rule: all data of a check bear the time that the check was asked for, not that of their sending.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.cli.wiring import aws_world

if TYPE_CHECKING:
    from slactl.model.catalogue import Catalogue
    from slactl.model.check import Check
    from slactl.model.checking import CheckSettings


def publish_check(check: Check, catalogue: Catalogue, settings: CheckSettings | None) -> int:
    """Puts the metrics of a check into the account of the configuration; returns how many.

    Args:
        check: what was found.
        catalogue: tells how AWS is reached.
        settings: the section ``check``; without one, the namespace is ``Slactl``.

    Raises:
        AwsFailure: if CloudWatch doesn't take them.
    """
    from slactl.model.checking import Publishing
    from slactl.outbox.metrics import publish
    from slactl.workflows.publishing import data_of

    chosen = settings.publish if settings else Publishing()
    data = data_of(check, chosen.dimensions)
    publish(aws_world(catalogue.aws), chosen.namespace, data, check.now)
    return len(data)
