"""Small random worlds: ratios, weighted averages and percentiles, held against a second computation."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from fractions import Fraction

import pytest

from slactl.model.general import MetricTerm, Missing, Ratio, Silence, Statistic, Statistical, WeightedAverage
from slactl.model.maintenance import MaintenanceCalendar, MaintenancePolicy, Window
from slactl.model.report import Result
from slactl.model.span import Span
from slactl.model.status import Status
from tests.oracle.general import Count, level, percentile, ratio, weighted

from .stage import END, HOUR, PERCENT, START, Put, Stage, catalogue, goal, objective, term

FROM = END - 3 * 24 * HOUR
MONTH = (START, END)
NAMES = ("a", "b", "ü|<b>")
Held = dict[str, list[tuple[int, float]]]


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    return Stage(monkeypatch)


@dataclass(frozen=True)
class Traffic:
    """Counts and percentages by name, and windows of maintenance."""

    total: Held
    bad: Held
    rate: Held
    cut: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, seed: int) -> "Traffic":
        chance = random.Random(seed)
        times = sorted(chance.sample(range(FROM, END, 60), 240))
        total = {name: [(at, float(chance.randint(0, 40))) for at in times if chance.random() < 0.7] for name in NAMES}
        bad = {
            name: [(at, float(chance.randint(0, int(count)))) for at, count in held if chance.random() < 0.6]
            for name, held in total.items()
        }
        rate = {
            name: [(at, round(chance.uniform(0, 100), 4)) for at, _ in held if chance.random() < 0.95]
            for name, held in total.items()
        }
        starts = sorted(chance.sample(range(FROM, END - 2 * HOUR, 4 * HOUR), 2))
        cut = tuple((start, start + 300 * chance.randint(1, 20)) for start in starts)
        return cls(total, bad, rate, cut)

    @property
    def calendar(self) -> MaintenanceCalendar:
        windows = tuple(Window(f"W{number}", Span(*one), START - 100, "Upgrade") for number, one in enumerate(self.cut))
        return MaintenanceCalendar(MaintenancePolicy(notice=60), windows)

    @property
    def puts(self) -> list[Put]:
        metrics = {"Total": self.total, "Bad": self.bad, "Rate": self.rate}
        return [
            Put("App", name, {"Name": key}, held)
            for name, by_key in metrics.items()
            for key, held in by_key.items()
            if held
        ]


def together(held: Held, name: str | None) -> list[tuple[int, float]]:
    return sorted(one for key, samples in held.items() if name in (None, key) for one in samples)


TOTAL, BAD, RATE = (term(name, Name="*") for name in ("Total", "Bad", "Rate"))
ZERO, LAZY = replace(BAD, missing=Missing.ZERO), replace(TOTAL, missing=Missing.ZERO)


def share(part: MetricTerm, *, good: bool = False) -> Ratio:
    return Ratio((part,), (LAZY,), good, silence=Silence.QUIET, breakdown="Name")


AVERAGE = WeightedAverage(replace(RATE, scale=PERCENT), LAZY, breakdown="Name", silence=Silence.QUIET)


@pytest.mark.parametrize("seed", [0, 1, *(pytest.param(seed, marks=pytest.mark.soak) for seed in range(2, 40))])
def test_figures_are_those_of_the_samples(stage: Stage, seed: int) -> None:
    world = Traffic.of(seed)
    limit, sign = 49 + seed, ("<", "<=")[seed % 2]
    rank = Statistic(TOTAL, Statistical.PERCENTILE, "count", rank=Fraction(95, 100), breakdown="Name")
    told = [
        objective(share(ZERO), goal(f"{sign} {limit}", PERCENT), "bad"),
        objective(share(ZERO, good=True), goal(f">= {limit}", PERCENT), "good"),
        objective(share(ZERO), goal(f"< {limit}", PERCENT), "cut", excludes_maintenance=True),
        objective(share(BAD), goal(f"< {limit}", PERCENT), "unsure"),
        objective(AVERAGE, goal("< 50", PERCENT), "average"),
        objective(AVERAGE, goal("< 50", PERCENT), "cut-average", excludes_maintenance=True),
        objective(rank, goal("< 30"), "rank"),
    ]
    report = stage.judged(catalogue(*told, calendar=world.calendar), world.puts)
    rows = {(row.objective, row.operation): row for row in report.results}
    assert {row.operation for row in report.results} == {None, *NAMES}
    for name in (None, *NAMES):
        all_of, bad_of = together(world.total, name), together(world.bad, name)
        parts, totals = [Count(bad_of, zero=True)], [Count(all_of, zero=True)]
        _same_ratio(rows["bad", name], ratio(parts, totals, MONTH), f"{sign} {limit}")
        _same_ratio(rows["good", name], ratio(parts, totals, MONTH), f">= {limit}")
        _same_ratio(rows["cut", name], ratio(parts, totals, MONTH, world.cut), f"< {limit}")
        _same_ratio(rows["unsure", name], ratio([Count(bad_of)], totals, MONTH), f"< {limit}")
        pairs = [(world.rate[key], world.total[key]) for key in NAMES if name in (None, key)]
        _same_average(rows["average", name], pairs, ())
        _same_average(rows["cut-average", name], pairs, world.cut)
        row = rows["rank", name]
        exact = percentile([value for _, value in all_of], Fraction(95, 100))
        assert row.low is not None
        assert row.high is not None
        assert row.low <= exact <= row.high
        assert (row.status is Status.BREACHED) is (exact >= 30)


def _same_ratio(row: Result, exact: tuple[Fraction, Fraction, Fraction], text: str) -> None:
    low, high, total = exact
    sign, number = text.split(" ")
    limit = Fraction(number) / 100
    assert row.total == total
    verdicts = {level(sign, share / total, limit) for share in (low, high)}
    if len(verdicts) == 2:
        assert (row.status, row.value) == (Status.INSUFFICIENT_DATA, None)
        return
    assert row.status == verdicts.pop()
    worst = low if sign in (">=", ">") else high
    assert row.value == worst / total
    assert row.good == (worst if sign in (">=", ">") else total - worst)


def _same_average(
    row: Result,
    pairs: Sequence[tuple[list[tuple[int, float]], list[tuple[int, float]]]],
    cut: Sequence[tuple[int, int]],
) -> None:
    found = weighted(pairs, MONTH, 300, cut, PERCENT)
    assert found is not None
    low, high, weight = found
    half = Fraction(1, 2)
    assert row.total == weight
    if (low < half) is not (high < half):
        assert (row.status, row.value) == (Status.INSUFFICIENT_DATA, None)
        return
    assert (row.status is Status.BREACHED) is (high >= half)
    assert row.value is not None
    assert abs(row.value - high) < Fraction(1, 10**12)
