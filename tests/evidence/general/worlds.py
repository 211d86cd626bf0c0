"""Small random platforms: a table's requests, errors and times, and a network's rate with its weight.

The one rule: the same seed gives the same samples.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from fractions import Fraction
from random import Random

from slactl.model.catalogue import Catalogue
from slactl.model.general import MetricTerm, Missing, Ratio, Silence, Statistic, Statistical, WeightedAverage
from slactl.model.maintenance import MaintenanceCalendar
from tests.workflows.general.stage import END, PERCENT, START, Put, catalogue, goal, objective, term

ABROAD = "us-east-1"
QUIET = Silence.QUIET
AFTER = END + 5 * 86_400


def tables(name: str, stat: str = "Sum", missing: Missing = Missing.UNKNOWN) -> MetricTerm:
    """A metric of every table."""
    return replace(term(name, stat, Table="*"), missing=missing)


def network(name: str, stat: str = "Sum", scale: Fraction = Fraction(1)) -> MetricTerm:
    """A metric of the network, which stands in another region."""
    return replace(term(name, stat, namespace="Net", Region="Global"), region=ABROAD, scale=scale)


ERRORS = objective(
    Ratio(
        (tables("Bad", missing=Missing.ZERO),), (tables("Ok"),), counts_good=False, silence=QUIET, breakdown="Table"
    ),
    goal("< 0.1", PERCENT), "errors", "database", per_operation=True,
)  # fmt: skip
SLOW = objective(
    Statistic(
        tables("Time", ""), Statistical.PERCENTILE, "ms", rank=Fraction(99, 100), silence=QUIET, breakdown="Table"
    ),
    goal("< 1500"), "slow", "database", excludes_maintenance=True,
)  # fmt: skip
LONGEST = objective(
    Statistic(tables("Time", ""), Statistical.MAXIMUM, "ms", silence=QUIET), goal("< 20000"), "longest", "database"
)
RATE = objective(
    WeightedAverage(network("Rate", "Average", PERCENT), network("Requests"), silence=QUIET),
    goal("< 1.5", PERCENT), "rate", "network",
)  # fmt: skip
OWING = tuple(
    replace(one, id=f"owing-{one.id}", indicator=replace(one.indicator, silence=Silence.UNKNOWN))  # type: ignore[arg-type]
    for one in (ERRORS, SLOW, LONGEST, RATE)
)
"""The same of metrics that say something whether anybody asks or not."""
EVERY = (ERRORS, SLOW, LONGEST, RATE, *OWING)


def everything(calendar: MaintenanceCalendar | None = None) -> Catalogue:
    """All measured kinds, of two components."""
    return catalogue(*EVERY, calendar=calendar)


def world(seed: int, names: Sequence[str] = "ab", stopped: int = AFTER) -> list[Put]:
    """What was published; the last of the tables stops at an instant."""
    rng = Random(seed)
    puts = []
    for name in names:
        end = stopped if name == names[-1] else AFTER
        puts += [
            Put("App", "Ok", {"Table": name}, _samples(rng, 3000, end, lambda: float(rng.randrange(1, 50)), 1)),
            Put("App", "Bad", {"Table": name}, _samples(rng, 70_000, end, lambda: 1.0)),
            Put("App", "Time", {"Table": name}, _samples(rng, 4000, end, lambda: _time(rng)), "Milliseconds"),
        ]
    weights = _samples(rng, 7200, AFTER, lambda: float(rng.randrange(1, 50)))
    rates, place = [(at, round(rng.random() * 3, 2)) for at, _ in weights], {"Region": "Global"}
    return [
        *puts,
        Put("Net", "Rate", place, rates, "Percent", ABROAD),
        Put("Net", "Requests", place, weights, "None", ABROAD),
    ]


def _time(rng: Random) -> float:
    return round(rng.lognormvariate(5, 1), 3)


def _samples(
    rng: Random, every: int, end: int, value: Callable[[], float], share: float = 2 / 3
) -> list[tuple[int, float]]:
    """A sample in a share of the stretches of so many seconds."""
    starts = [at for at in range(START, end, every) if rng.random() < share]
    return [(at + rng.randrange(60), value()) for at in starts if at + 60 < end]
