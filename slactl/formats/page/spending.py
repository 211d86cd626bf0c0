"""How fast an error budget is spent, and by whom: the tables of burn rates and of endpoints.

The one rule: a burn rate is rounded up and stands beside the counts that it was taken from; the endpoints
are those of the whole month, most first.
"""

from __future__ import annotations

from fractions import Fraction
from typing import TYPE_CHECKING

from slactl.formats.check.outlook import shortened
from slactl.formats.numbers import fixed, percent, whole
from slactl.formats.page.balance import balance_of
from slactl.formats.page.budget import amount
from slactl.formats.page.parts import Cell, Table, figure, heads
from slactl.formats.sanitize import plain
from slactl.model.burn import Spender
from slactl.model.report import Result, RowSpan, ServiceReport

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from slactl.formats.page.scene import Scene
    from slactl.model.burn import BurnRate, Lookback

MOST = 5
RATE_PLACES = 2
DAY = 86_400


def rates_table(scene: Scene, service: ServiceReport, rows: Sequence[Result]) -> Table | None:
    """The burn rates of running budgets; None where none has any."""
    told = [row for row in rows if row.outlook is not None and row.outlook.rates]
    if not told:
        return None
    lookbacks = [rate.lookback for rate in told[0].outlook.rates] if told[0].outlook else []
    titles = heads(
        scene.say("Objective"), *(lookback_text(scene, one) for one in lookbacks), numbers="-" + "n" * len(lookbacks)
    )
    caption = scene.say("Burn rates: {service}").format(service=plain(service.key))
    body = tuple(
        (Cell(scene.title(row)), *(_rate(scene, row, one) for one in row.outlook.rates)) for row in told if row.outlook
    )
    note = scene.say(
        "A burn rate is the share of bad over the share that the goal allows: at 1 the budget lasts exactly its "
        "period, at 2 half of it."
    )
    return Table(f"rates-{scene.place(service.key)}", caption, titles, body, "stack", note=note)


def lookback_text(scene: Scene, lookback: Lookback) -> str:
    """``1 h``, ``24 h``, ``3 days``."""
    days, rest = divmod(lookback.seconds, DAY)
    if days > 1 and not rest:
        return scene.language.count("{n} day", "{n} days", days)
    return scene.length(lookback.seconds)


def _rate(scene: Scene, row: Result, rate: BurnRate) -> Cell:
    if rate.high is None:
        return figure(None)
    below = [_counted(scene, row, rate)]
    if rate.low is not None and rate.low < rate.high:
        below.append(scene.say("best case: {value}").format(value=rate_text(scene, rate.low)))
    return Cell(rate_text(scene, rate.high), "n", tuple(below))


def rate_text(scene: Scene, rate: Fraction) -> str:
    """``6.25``; a rate above nothing is never printed as nothing."""
    return fixed(rate, RATE_PLACES if rate else 0, scene.language, up=True)


def _counted(scene: Scene, row: Result, rate: BurnRate) -> str:
    text = scene.say("{bad} of {total}")
    return text.format(bad=_plain_amount(scene, row, rate.bad), total=amount(scene, row, rate.total, up=False))


def _plain_amount(scene: Scene, row: Result, value: Fraction) -> str:
    return amount(scene, row, value, up=True) if row.unit == "seconds" else fixed(value, 0, scene.language, up=True)


def spenders_table(scene: Scene, service: ServiceReport, rows: Sequence[Result]) -> Table | None:
    """The endpoints that spent most of each budget, a line for each budget; None where none spent any."""
    body = [
        (Cell(scene.title(row)), Cell(" · ".join(_spender(scene, one) for one in found)))
        for row in rows
        if (found := spenders(scene, service, row))
    ]
    if not body:
        return None
    titles = heads(scene.say("Objective"), scene.say("Endpoints: bad requests, and their share of all bad ones"))
    caption = scene.say("Who spent the error budget: {service}").format(service=plain(service.key))
    note = scene.say(
        "At most {n} endpoints of each objective. A budget of time is told by failed requests, because endpoints have "
        "no seconds of their own."
    ).format(n=MOST)
    return Table(f"spenders-{scene.place(service.key)}", caption, titles, tuple(body), "stack", note=note)


def spenders(scene: Scene, service: ServiceReport, row: Result) -> tuple[Spender, ...]:
    """The endpoints behind a row: as its outlook says, else by the counts of the whole month."""
    balance = balance_of(row)
    if row.span is not RowSpan.MONTH or (balance is not None and not balance.most):
        return ()
    if row.outlook is not None:
        return row.outlook.spent_by
    bad = _failed(service) if row.indicator == "availability" else _bad(scene, row)
    whole_of_it = sum(bad.values())
    ordered = sorted(bad.items(), key=lambda one: (-one[1], one[0]))
    return tuple(Spender(name, count, Fraction(count, whole_of_it)) for name, count in ordered if count)[:MOST]


def _failed(service: ServiceReport) -> Mapping[str, int]:
    return {one.name: one.faults or 0 for one in service.operations}


def _bad(scene: Scene, row: Result) -> Mapping[str, int]:
    same = (row.service, row.objective, row.operation_class, row.span)
    return {
        one.operation: one.total - one.good
        for one in scene.report.results
        if one.operation is not None and one.good is not None and one.total is not None
        if (one.service, one.objective, one.operation_class, one.span) == same
    }


def _spender(scene: Scene, one: Spender) -> str:
    """``POST /reports: 420 (28.0%)``."""
    share = percent(one.share, scene.language, up=True, places=1)
    return f"{shortened(one.operation)}: {whole(one.bad, scene.language)} ({share})"
