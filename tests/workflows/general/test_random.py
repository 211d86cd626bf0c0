"""Small random worlds: ratios, averages, extremes and percentiles, held against a second computation.

Metrics die and come back, bad ones are told an hour late, weights and values are missing, some can't be, and buckets
are as coarse as the age of the month makes them.
"""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor

import pytest

from slactl.model.general import Measured, MetricTerm, Missing, Ratio, Silence, Statistic, Statistical, WeightedAverage
from slactl.model.maintenance import MaintenanceCalendar, MaintenancePolicy, Window
from slactl.model.report import Result
from slactl.model.span import Span
from slactl.model.status import Status
from tests.oracle.general import (
    NO_MEAN,
    Count,
    Mean,
    Share,
    kept_widths,
    level,
    percentile,
    ratio,
    silent_hours,
    weighted,
)

from .stage import END, HOUR, LATER, PERCENT, START, Put, Stage, catalogue, goal, objective

MONTH = (START, END)
DAY = 24 * HOUR
NAMES = ("a", "ü|<b>")
AGES = (LATER, LATER + 30 * DAY, LATER + 60 * DAY)
"""When the month is read: partly by the minute, by five minutes, by the hour."""
Held = dict[str, list[tuple[int, float]]]
Cut = tuple[tuple[int, int], ...]


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    return Stage(monkeypatch)


@dataclass(frozen=True)
class Traffic:
    """Counts and percentages by name, and windows of maintenance."""

    total: Held
    bad: Held
    rate: Held
    cut: Cut

    @classmethod
    def of(cls, seed: int) -> "Traffic":
        chance = random.Random(seed)
        grid = [at for start in range(START, END, 3300) for at in (start, start + 120)[: chance.choice((1, 1, 2))]]
        alive = {name: cls._alive(chance) for name in NAMES}
        times = {name: [at for at in grid if chance.random() < 0.97 and alive[name](at)] for name in NAMES}
        total = {name: [(at, float(chance.randint(1, 40))) for at in held] for name, held in times.items()}
        bad = {
            name: [(min(at + chance.choice((0, 0, 1800)), END - 60), _few(chance, count)) for at, count in held]
            for name, held in total.items()
        }
        rate = {name: [(at, _rate(chance)) for at in held if chance.random() < 0.99] for name, held in times.items()}
        total = {name: [one for one in held if chance.random() < 0.99] for name, held in total.items()}
        starts = sorted(chance.sample(range(START, END - DAY, DAY), 2))
        cut = tuple((start + 3 * HOUR, start + (3 + chance.randint(1, 9)) * HOUR) for start in starts)
        return cls(total, {name: sorted(dict(held).items()) for name, held in bad.items()}, rate, cut)

    @staticmethod
    def _alive(chance: random.Random) -> Callable[[int], bool]:
        """Whether somebody says anything: never again from some day on, or not for some hours."""
        dead, off = chance.choice((END, END, START + 20 * DAY)), chance.randrange(START, END, HOUR)
        back = off + chance.choice((0, 2 * HOUR, 30 * HOUR))
        return lambda at: at < dead and not off <= at < back

    @property
    def calendar(self) -> MaintenanceCalendar:
        windows = tuple(Window(f"W{number}", Span(*one), START - 100, "Upgrade") for number, one in enumerate(self.cut))
        return MaintenanceCalendar(MaintenancePolicy(notice=60), windows)

    @property
    def puts(self) -> list[Put]:
        metrics = {"Total": self.total, "Bad": self.bad, "Rate": self.rate}
        pairs = ((name, key, held) for name, by_key in metrics.items() for key, held in by_key.items())
        return [Put("App", name, {"Name": key}, held) for name, key, held in pairs]


def _few(chance: random.Random, count: float) -> float:
    return float(chance.randint(0, int(count)) if chance.random() < 0.6 else 0)


def _rate(chance: random.Random) -> float:
    return chance.choice((120.0, -3.0)) if chance.random() < 0.003 else round(chance.uniform(20, 60), 4)


NAMED = (("Name", NAMES),)
TOTAL, BAD, RATE = (MetricTerm("App", name, "Sum", NAMED) for name in ("Total", "Bad", "Rate"))
ZERO, LAZY = replace(BAD, missing=Missing.ZERO), replace(TOTAL, missing=Missing.ZERO)
AVERAGE = WeightedAverage(replace(RATE, stat="Average", scale=PERCENT), TOTAL, breakdown="Name", silence=Silence.QUIET)
RANK = Fraction(95, 100)


def share(part: MetricTerm, silence: Silence = Silence.QUIET, *, good: bool = False) -> Ratio:
    return Ratio((part,), (LAZY,), good, silence=silence, breakdown="Name")


@pytest.mark.parametrize("seed", [0, 1, 2, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(3, 60))])
def test_figures_are_those_of_the_samples(stage: Stage, seed: int) -> None:
    world, stage.now = Traffic.of(seed), AGES[seed % 3]
    limit, sign = 25 + seed % 20, ("<", "<=")[seed % 2]
    told: dict[str, tuple[Measured, str, Fraction]] = {
        "bad": (share(ZERO), f"{sign} {limit}", PERCENT),
        "good": (share(ZERO, good=True), f">= {limit}", PERCENT),
        "unsure": (share(BAD), f"< {limit}", PERCENT),
        "owing": (share(ZERO, Silence.UNKNOWN), f"< {limit}", PERCENT),
        "average": (AVERAGE, f"< {limit + 10}", PERCENT),
        "owing-average": (replace(AVERAGE, silence=Silence.UNKNOWN), f"< {limit + 10}", PERCENT),
        "most": (Statistic(TOTAL, Statistical.MAXIMUM, "count", breakdown="Name"), "< 50", Fraction(1)),
        "rank": (_rank(Silence.QUIET), f"< {limit}", Fraction(1)),
        "owing-rank": (_rank(Silence.UNKNOWN), f"< {limit}", Fraction(1)),
    }
    found = [
        objective(one, goal(text, unit), f"{name}{'-cut' * cut}", excludes_maintenance=cut)
        for name, (one, text, unit) in told.items()
        for cut in (False, True)
    ]
    report = stage.judged(catalogue(*found, calendar=world.calendar), world.puts)
    rows = {(row.objective, row.operation): row for row in report.results}
    assert len(rows) == len(found) * (1 + len(NAMES))
    for (name, key), row in rows.items():
        kind, cut = name.removesuffix("-cut"), world.cut if name.endswith("-cut") else ()
        names = NAMES if key is None else (key,)
        text = told[kind][1]
        match kind.removeprefix("owing-"):
            case "average":
                means = [_mean(world, one, cut, stage.now, owes=kind != "average") for one in names]
                _same_average(row, sum(means, NO_MEAN), text)
            case "rank":
                _same_rank(row, world, names, cut, text, owes=kind != "rank")
            case "most":
                _same_most(row, world, names, cut)
            case _:
                _same_ratio(row, [_share(world, one, cut, kind) for one in names], text)


def _rank(silence: Silence) -> Statistic:
    return Statistic(TOTAL, Statistical.PERCENTILE, "count", rank=RANK, breakdown="Name", silence=silence)


def _share(world: Traffic, name: str, cut: Cut, kind: str) -> Share:
    parts, totals = [Count(world.bad[name], zero=kind != "unsure")], [Count(world.total[name], zero=True)]
    return ratio(parts, totals, MONTH, cut, good=kind == "good", owes=kind == "owing")


def _mean(world: Traffic, name: str, cut: Cut, now: int, *, owes: bool) -> Mean:
    return weighted(world.rate[name], world.total[name], MONTH, kept_widths(now), cut, PERCENT, owes=owes)


def _same_ratio(row: Result, parts: Iterable[Share], text: str) -> None:
    sign, number = text.split(" ")
    good = sign == ">="
    held = sum(parts, Share(*[Fraction(0)] * 4)).held(good=good)
    if held is None:
        assert (row.status, row.good, row.total) == (Status.INSUFFICIENT_DATA, None, None)
        return
    assert row.total == held.total
    verdicts = {level(sign, part / held.total, Fraction(number) / 100) for part in (held.low, held.high)}
    worst = held.low if good else held.high
    assert row.good == (worst if good else held.total - worst)
    if len(verdicts) == 2:
        assert (row.status, row.value) == (Status.INSUFFICIENT_DATA, None)
        return
    assert row.status == verdicts.pop()
    assert row.value == worst / held.total


def _same_average(row: Result, mean: Mean, text: str) -> None:
    limit, (low, high) = Fraction(text.split(" ")[1]) / 100, mean.ends
    assert row.total == mean.weight
    if low != high:
        assert row.low is not None
        assert row.high is not None
        assert abs(row.low - low) + abs(row.high - high) < Fraction(1, 10**9)
    if (low < limit) is not (high < limit):
        assert (row.status, row.value) == (Status.INSUFFICIENT_DATA, None)
        return
    assert (row.status is Status.BREACHED) is (high >= limit)
    assert row.value is not None
    assert abs(row.value - high) < Fraction(1, 10**9)


def _counted(world: Traffic, name: str, cut: Cut) -> list[float]:
    return [value for at, value in world.total[name] if not any(start <= at < end for start, end in cut)]


def _owed(world: Traffic, name: str, cut: Cut) -> int:
    """How many samples a name owes."""
    hours = [(at - START) // HOUR for at, _ in world.total[name]]
    return ceil(max(hours.count(hour) for hour in set(hours)) * silent_hours(set(hours), MONTH, cut))


def _same_rank(row: Result, world: Traffic, names: Iterable[str], cut: Cut, text: str, *, owes: bool) -> None:
    values = [value for name in names for value in _counted(world, name, cut)]
    owed = sum(_owed(world, name, cut) for name in names) if owes else 0
    over, whole = sum(value >= float(text.split(" ")[1]) for value in values), len(values) + owed
    missed = {bad > floor((1 - RANK) * whole) for bad in (over, over + owed)}
    assert row.total == whole
    if len(missed) == 2:
        assert (row.status, row.value) == (Status.INSUFFICIENT_DATA, None)
        return
    assert (row.status is Status.BREACHED) is missed.pop()
    if not owed:
        assert row.low is not None
        assert row.high is not None
        assert row.low <= percentile(values, RANK) <= row.high


def _same_most(row: Result, world: Traffic, names: Iterable[str], cut: Cut) -> None:
    """A greatest value that was in bounds says nothing where somebody was silent for longer than usual."""
    chosen = list(names)
    values = [value for name in chosen for value in _counted(world, name, cut)]
    silent = any(_owed(world, name, cut) for name in chosen)
    assert row.status is (Status.INSUFFICIENT_DATA if silent else Status.OK)
    if not silent:
        assert row.value == max(values)
