"""What the report's own reads tell of themselves: latencies with a distribution, requests with an endpoint.

The one rule: an operation counts as unreadable as soon as a part of its period is; what nobody read is unknown.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from slactl.model.report import OperationFigure
from slactl.model.status import Code
from slactl.workflows.scope import JudgedService
from slactl.workflows.survey import UNROUTED

OVERFLOW = "AllOtherOperations"
"""Where the agent counts operations beyond those that it tells apart."""


@dataclass(frozen=True, slots=True)
class Share:
    """Bad of a total, in a row's unit, with what may be bad besides.

    ``blind`` says that of some of it not even the total is known.
    """

    bad: int
    unknown: int
    total: int
    blind: bool = False


def together(shares: Iterable[Share]) -> Share:
    """Several as one."""
    some = list(shares)
    bad, unknown, total = (sum(getattr(one, name) for one in some) for name in ("bad", "unknown", "total"))
    return Share(bad, unknown, total, any(one.blind for one in some))


def readable(judged: JudgedService) -> Share:
    """Requests whose latency has no distribution, of all that operations had."""
    lacking = {gap.operation for gap in judged.gaps if gap.reason.code is Code.NO_DISTRIBUTION}
    chosen = [one for one in judged.page.operations if one.name != UNROUTED]
    some = bool(judged.page.distribution)
    bad = sum(one.requests or 0 for one in chosen if _lacks(one, lacking))
    unknown = sum(one.requests or 0 for one in chosen if not (_lacks(one, lacking) or _known(one) or some))
    return Share(bad, unknown, sum(one.requests or 0 for one in chosen), _blind(judged))


def attributed(judged: JudgedService) -> Share:
    """Requests that no endpoint accounts for, of all."""
    page = judged.page
    bad = sum(
        one.requests or 0 for one in page.operations if one.name == UNROUTED or OVERFLOW in (one.name, *one.members)
    )
    total = sum(one.requests or 0 for one in page.operations)
    return Share(bad, 0, total, _blind(judged))


def _lacks(one: OperationFigure, lacking: set[str | None]) -> bool:
    return None in lacking or bool(lacking.intersection((one.name, *one.members)))


def _known(one: OperationFigure) -> bool:
    return any(bracket is not None for bracket in (one.p50, one.p95, one.p99))


def _blind(judged: JudgedService) -> bool:
    page = judged.page
    undiscovered = any(gap.reason.code is Code.DISCOVERY_INCOMPLETE for gap in judged.gaps)
    return page.requests is None or undiscovered or any(one.requests is None for one in page.operations)
