"""No verdict is better than what single samples tell: what died, what is impossible, what was never there."""

from dataclasses import replace
from fractions import Fraction

import pytest

from slactl.model.general import (
    Measured,
    MetricTerm,
    Missing,
    Ratio,
    Silence,
    Statistic,
    Statistical,
    WeightedAverage,
)
from slactl.model.maintenance import MaintenanceCalendar, MaintenancePolicy, Window
from slactl.model.metric import Metric, Query, Series
from slactl.model.report import Result
from slactl.model.span import Span
from slactl.model.status import Code, Status
from slactl.workflows.general.reads import believed

from .stage import END, HOUR, PERCENT, START, Put, Samples, Stage, catalogue, every, goal, objective, term

DAY = 24 * HOUR
DIED = START + 10 * DAY
RUNS = MetricTerm("App", "Success", "SampleCount", (("Canary", ("a", "b")),))
GOOD = replace(RUNS, stat="Sum", scale=PERCENT)
CANARY = Ratio((GOOD,), (RUNS,), counts_good=True, unit="runs", breakdown="Canary")
NINES = goal(">= 99.9", PERCENT)
BAD, ALL = term("Bad", Name="x"), term("All", Name="x")
ZERO = replace(BAD, missing=Missing.ZERO)
RATE = replace(BAD, name="Rate", stat="Average", scale=PERCENT)


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    return Stage(monkeypatch)


def put(name: str, samples: Samples, **dimensions: str) -> Put:
    return Put("App", name, dimensions or {"Name": "x"}, list(samples))


def said(row: Result) -> tuple[Status, Code | None]:
    return row.status, row.reason.code if row.reason else None


def shown(row: Result) -> tuple[object, ...]:
    return row.status, row.value


def cases(row: Result) -> tuple[object, object]:
    assert row.worst_case is not None
    assert row.best_case is not None
    return row.worst_case.value, row.best_case.value


def canaries(a: Samples, b: Samples = ()) -> list[Put]:
    told = {"a": list(a), "b": list(b)}
    return [put("Success", held, Canary=name) for name, held in told.items() if held]


def test_a_canary_that_stopped_on_day_ten_is_no_success(stage: Stage) -> None:
    """Twelve runs an hour are owed for 21 more days; the other canary's runs don't stand for them."""
    report = stage.judged(catalogue(objective(CANARY, NINES)), canaries(every(300, 100.0, end=DIED), every(300, 100.0)))
    rows = {row.operation: row for row in report.results}
    owed = 12 * 24 * 31
    assert said(rows["a"]) == said(rows[None]) == (Status.INSUFFICIENT_DATA, Code.UNKNOWN_DECIDES)
    assert cases(rows["a"]) == (Fraction(10, 31), 1)
    assert cases(rows[None]) == (Fraction(41, 62), 1)
    assert (rows["a"].total, rows["b"].total, rows[None].total) == (owed, owed, 2 * owed)
    assert rows["b"].status is Status.OK
    gaps = [(gap.reason.code, gap.span) for gap in report.gaps]
    assert gaps == [(Code.METRIC_SILENT, Span(DIED, END))]


def test_what_is_proven_stays_proven_beside_a_silence(stage: Stage) -> None:
    """Every second run failed before it stopped: whatever the rest was, 99.9 % is out of reach."""
    runs = [(at, 100.0 * (at // 300 % 2)) for at, _ in every(300, 0.0, end=DIED)]
    rows = stage.rows(catalogue(objective(CANARY, NINES)), canaries(runs, every(300, 100.0)))
    assert rows["a"].status is Status.BREACHED
    assert rows["a"].value == Fraction(5, 31)


def test_a_canary_that_never_ran_is_told(stage: Stage) -> None:
    rows = stage.rows(catalogue(objective(CANARY, NINES)), canaries(every(300, 100.0)))
    assert said(rows["b"]) == (Status.INSUFFICIENT_DATA, Code.NOT_PUBLISHED)
    assert said(rows[None]) == (Status.INSUFFICIENT_DATA, Code.NOT_PUBLISHED)
    assert (rows[None].good, rows[None].total) == (None, None)


@pytest.mark.parametrize("hours", [6, 24])
def test_whoever_publishes_seldom_is_silent_only_when_it_misses_its_own_pace(stage: Stage, hours: int) -> None:
    """A run every six hours or once a day is no silence; of three that did not happen nobody knows."""
    step = hours * HOUR
    runs = every(step, 100.0, START + 420)
    left = [one for one in runs if one[0] not in {START + 420 + at * step for at in (10, 11, 12)}]
    for held, total in ((runs, len(runs)), (left, len(runs))):
        one = replace(CANARY, breakdown=None)
        named = replace(one, part=(_only(GOOD),), total=(_only(RUNS),))
        (row,) = stage.judged(catalogue(objective(named, NINES)), canaries(held)).results
        assert row.total == total
        assert row.status is (Status.OK if held is runs else Status.INSUFFICIENT_DATA)


def _only(one: MetricTerm) -> MetricTerm:
    return replace(one, dimensions=(("Canary", ("a",)),))


def test_a_quiet_metric_may_be_silent_for_hours(stage: Stage) -> None:
    held = [put("All", every(300, 10.0, end=DIED)), put("Bad", every(300, 0.0, end=DIED))]
    quiet = Ratio((BAD,), (ALL,), counts_good=False, silence=Silence.QUIET)
    (row,) = stage.judged(catalogue(objective(quiet, goal("< 1", PERCENT))), held).results
    assert shown(row) == (Status.OK, 0)


def test_a_silence_within_maintenance_is_owed_by_nobody(stage: Stage) -> None:
    """Switched off for a night of announced work, and silent for two hours more."""
    off = Span(START + 5 * DAY, START + 5 * DAY + 8 * HOUR)
    calendar = MaintenanceCalendar(MaintenancePolicy(notice=60), (Window("W", off, START - 100, "Upgrade"),))
    runs = [one for one in every(300, 100.0) if not off.start <= one[0] < off.end + 2 * HOUR]
    named = replace(CANARY, part=(_only(GOOD),), total=(_only(RUNS),))
    found = objective(named, NINES, excludes_maintenance=True)
    row = stage.rows(catalogue(found, calendar=calendar), canaries(runs))[None]
    owed = 12 * (24 * 31 - 8)
    assert row.total == owed
    assert cases(row) == (Fraction(owed - 24, owed), 1)


@pytest.mark.parametrize("kind", [Statistical.MAXIMUM, Statistical.MINIMUM, Statistical.SUM])
def test_an_extreme_of_a_metric_that_died_is_open(stage: Stage, kind: Statistical) -> None:
    """What it was afterwards nobody knows; what was already too much, or too little, stays so."""
    held = [put("All", [(at, 5.0 + at // 300 % 3) for at, _ in every(300, 0.0, end=DIED)])]
    most = 5.0 * 2880 + 2880
    known = {Statistical.MAXIMUM: 7, Statistical.MINIMUM: 5, Statistical.SUM: most}[kind]
    low = kind is Statistical.MINIMUM
    kept, missed = (f"{'>' if low else '<'} {known + step}" for step in ((-1, 1) if low else (1, -1)))
    found = [objective(Statistic(ALL, kind, "count"), goal(text), text) for text in (kept, missed)]
    open_one, proven = stage.judged(catalogue(*found), held).results
    assert said(open_one) == (Status.INSUFFICIENT_DATA, Code.METRIC_SILENT)
    assert shown(proven) == (Status.BREACHED, known)


def test_a_percentile_of_a_metric_that_died_is_open(stage: Stage) -> None:
    """Of 744 hours 240 are told: p50 may be anything, and half of what is told over the limit proves a p10."""
    held = [put("All", [(at, 5.0 + at // 300 % 2) for at, _ in every(300, 0.0, end=DIED)])]
    ranks = {"p50": (Fraction(1, 2), "< 7"), "p10": (Fraction(1, 10), "< 4"), "p5": (Fraction(1, 20), "> 7")}
    found = [
        objective(Statistic(ALL, Statistical.PERCENTILE, "count", rank=rank), goal(text), name)
        for name, (rank, text) in ranks.items()
    ]
    rows = {row.objective: row for row in stage.judged(catalogue(*found), held).results}
    assert said(rows["p50"]) == (Status.INSUFFICIENT_DATA, Code.UNKNOWN_DECIDES)
    assert rows["p50"].total == 12 * 744
    assert said(rows["p10"]) == (Status.INSUFFICIENT_DATA, Code.UNKNOWN_DECIDES)
    assert rows["p5"].status is Status.BREACHED


def test_a_weighted_average_of_a_metric_that_died_is_open(stage: Stage) -> None:
    held = [put("All", every(300, 10.0, end=DIED)), put("Rate", every(300, 1.0, end=DIED))]
    mean = WeightedAverage(RATE, ALL)
    found = [objective(mean, goal(text, PERCENT), text) for text in ("< 2", "< 70", "< 0.3")]
    tight, loose, proven = stage.judged(catalogue(*found), held).results
    exact = Fraction(1, 100) * Fraction(10, 31)
    assert said(tight) == (Status.INSUFFICIENT_DATA, Code.UNKNOWN_DECIDES)
    assert cases(tight) == (exact + Fraction(21, 31), exact)
    assert loose.status is Status.OK
    assert proven.status is Status.BREACHED


def test_bad_ones_are_never_taken_away(stage: Stage) -> None:
    """Two failures are counted in the hour after their requests: 2 of 100, not 1."""
    held = [put("All", [(END - 3 * HOUR, 99.0), (END - HOUR, 1.0)]), put("Bad", [(END - HOUR, 2.0)])]
    share = Ratio((ZERO,), (ALL,), counts_good=False, silence=Silence.QUIET)
    found = [objective(share, goal(text, PERCENT), text) for text in ("< 1.5", "<= 2")]
    missed, met = stage.judged(catalogue(*found), held).results
    assert (missed.status, missed.value, missed.good, missed.total) == (Status.BREACHED, Fraction(2, 100), 98, 100)
    assert met.status is Status.WARNING


def test_more_bad_ones_than_there_are_are_all_of_them(stage: Stage) -> None:
    held = [put("All", [(END - HOUR, 3.0)]), put("Bad", [(END - HOUR, 5.0)])]
    share = Ratio((ZERO,), (ALL,), counts_good=False, silence=Silence.QUIET)
    (row,) = stage.judged(catalogue(objective(share, goal("< 50", PERCENT))), held).results
    assert (*shown(row), row.good, row.total) == (Status.BREACHED, 1, 0, 5)


def test_more_good_ones_than_there_are_say_nothing(stage: Stage) -> None:
    """By the hour the surplus may belong to its neighbours, or hide what was bad in them; over all it is no share."""
    good = Ratio((ZERO,), (ALL,), counts_good=True, silence=Silence.QUIET)
    held = [
        put("All", [(END - 3 * HOUR, 50.0), (END - HOUR, 50.0)]),
        put("Bad", [(END - 3 * HOUR, 40.0), (END - HOUR, 60.0)]),
    ]
    (row,) = stage.judged(catalogue(objective(good, goal(">= 95", PERCENT))), held).results
    assert said(row) == (Status.INSUFFICIENT_DATA, Code.UNKNOWN_DECIDES)
    assert cases(row) == (Fraction(90, 100), 1)
    held = [put("All", [(END - HOUR, 50.0)]), put("Bad", [(END - HOUR, 60.0)])]
    (row,) = stage.judged(catalogue(objective(good, goal(">= 95", PERCENT))), held).results
    assert said(row) == (Status.INSUFFICIENT_DATA, Code.IMPOSSIBLE_VALUE)
    assert (row.good, row.total) == (None, None)


@pytest.mark.parametrize("value", [150.0, -20.0])
def test_a_share_beyond_its_ends_is_unknown(stage: Stage, value: float) -> None:
    """A run of 150 %, an average of -20 %: nobody knows what they were, and none of it is taken for good."""
    runs = [*every(HOUR, 100.0)[:-1], (END - HOUR, value)]
    named = replace(CANARY, part=(_only(GOOD),), total=(_only(RUNS),))
    rates = [put("All", every(HOUR, 10.0)), put("Rate", [*every(HOUR, 0.0)[:-1], (END - HOUR, value)])]
    found = [objective(named, NINES, "runs"), objective(WeightedAverage(RATE, ALL), goal("< 0.1", PERCENT), "rate")]
    report = stage.judged(catalogue(*found), [*canaries(runs), *rates])
    for row in report.results[:1] + report.results[-1:]:
        assert said(row) == (Status.INSUFFICIENT_DATA, Code.UNKNOWN_DECIDES), row.objective
    assert {gap.reason.code for gap in report.gaps} == {Code.IMPOSSIBLE_VALUE}


def test_a_count_below_zero_is_unknown(stage: Stage) -> None:
    held = [put("All", every(HOUR, 10.0)), put("Bad", [(END - HOUR, -5.0), (END - 2 * HOUR, 4.0)])]
    share = Ratio((ZERO,), (ALL,), counts_good=False)
    turned = Ratio((replace(BAD, missing=Missing.ZERO),), (replace(ZERO),), counts_good=False)
    total = Statistic(BAD, Statistical.SUM, "count", silence=Silence.QUIET)
    found = [
        objective(share, goal("< 0.1", PERCENT), "share"),
        objective(turned, goal("< 99", PERCENT), "turned"),
        objective(total, goal("< 9"), "sum"),
    ]
    rows = {row.objective: row for row in stage.judged(catalogue(*found), held).results}
    assert said(rows["share"]) == (Status.INSUFFICIENT_DATA, Code.UNKNOWN_DECIDES)
    assert rows["turned"].status is Status.INSUFFICIENT_DATA
    assert said(rows["sum"]) == (Status.INSUFFICIENT_DATA, Code.IMPOSSIBLE_VALUE)


@pytest.mark.parametrize(("stat", "failed"), [("Sum", True), ("SampleCount", True), ("TC(:5)", False), ("p99", False)])
def test_what_is_no_number_is_no_answer(stat: str, failed: bool) -> None:
    """A failure, but where an absent count is unknown already; a sum may be negative, a number of samples may not."""
    query = Query((Metric("App", "All", ()),), stat, 60, Span(0, 240))
    told = believed(query, Series({0: 1.0, 60: float("nan"), 120: float("inf"), 180: -1.0}))
    assert set(told.points) == ({0} if stat == "SampleCount" else {0, 180})
    assert (told.failure is not None) is failed
    if told.failure is not None:
        assert told.failure.code is Code.IMPOSSIBLE_VALUE
    fine = Series({0: 1.0})
    assert believed(query, fine) is fine


def test_a_rate_without_its_weight_is_not_left_out(stage: Stage) -> None:
    """Ten minutes of 100 % errors of which nobody says how many requests they were."""
    rates = [*every(60, 0.0, END - DAY), *every(60, 100.0, END - 600)]
    rates = sorted(dict(rates).items())
    held = [put("All", every(60, 10.0, END - DAY, END - 600)), put("Rate", rates)]
    mean = WeightedAverage(RATE, ALL, silence=Silence.QUIET)
    lazy = replace(mean, weight=replace(ALL, missing=Missing.ZERO))
    found = [objective(one, goal("< 1", PERCENT), name) for name, one in (("unknown", mean), ("zero", lazy))]
    report = stage.judged(catalogue(*found), held)
    unknown, zero = report.results
    assert said(unknown) == (Status.INSUFFICIENT_DATA, Code.UNKNOWN_DECIDES)
    assert cases(unknown) == (1, 0)
    assert shown(zero) == (Status.OK, 0)
    (gap,) = report.gaps
    assert (gap.reason.code, dict(gap.reason.figures)["metric"], gap.span) == (
        Code.METRIC_MISSING,
        "All",
        Span(END - 600, END),
    )


def test_what_nobody_ever_published_is_no_zero(stage: Stage) -> None:
    """A misspelt name is not a month without duplicates; a table that answered says that there were none."""
    sum_of = Statistic(replace(ZERO, namespace="AWS/App"), Statistical.SUM, "count", silence=Silence.ZERO)
    beside = replace(sum_of, beside=term("Latency", Name="x", Operation="*"))
    share = Ratio((ZERO,), (replace(ALL, missing=Missing.ZERO),), counts_good=False, silence=Silence.ZERO)
    told: dict[str, Measured] = {"sum": sum_of, "beside": beside, "share": share}
    found = [objective(one, goal("< 1", PERCENT), name) for name, one in told.items()]
    rows = {row.objective: row for row in stage.judged(catalogue(*found), []).results}
    assert {said(row) for row in rows.values()} == {(Status.INSUFFICIENT_DATA, Code.NOT_PUBLISHED)}
    held = [put("Latency", every(DAY, 3.0, START, START + 3 * DAY), Name="x", Operation="Get")]
    held.append(put("Latency", every(DAY, 3.0, END, END + DAY), Name="x", Operation="Get"))
    rows = {row.objective: row for row in stage.judged(catalogue(*found), held[:1]).results}
    assert said(rows["sum"]) == said(rows["share"]) == (Status.INSUFFICIENT_DATA, Code.NOT_PUBLISHED)
    rows = {row.objective: row for row in stage.judged(catalogue(*found), held[1:]).results}
    assert shown(rows["beside"]) == (Status.OK, 0)
    assert [note.code for note in rows["beside"].notes] == [Code.COUNTED_AS_ZERO]


def test_a_metric_of_indexes_is_not_called_unseen_where_the_tables_was(stage: Stage) -> None:
    stage.remembers = True
    index = replace(ZERO, dimensions=(("Index", ("*",)), ("Name", ("x",))))
    share = Ratio((ZERO, index), (ALL,), counts_good=False)
    for name, notes in (("Bad", []), ("Other", [Code.COUNTED_AS_ZERO])):
        held = [put("All", every(HOUR, 10.0)), put(name, [(END - HOUR, 1.0)])]
        (row,) = stage.judged(catalogue(objective(share, goal("< 1", PERCENT))), held).results
        assert [note.code for note in row.notes] == notes


def test_what_could_not_be_read_has_no_counts(stage: Stage) -> None:
    stage.behaviour = replace(stage.behaviour, forbidden=frozenset({"All"}))
    share = Ratio((BAD,), (ALL,), counts_good=False)
    held = [put("All", every(HOUR, 10.0)), put("Bad", every(HOUR, 0.0))]
    (row,) = stage.judged(catalogue(objective(share, goal("< 1", PERCENT))), held).results
    assert said(row) == (Status.INSUFFICIENT_DATA, Code.ACCESS_DENIED)
    assert (row.good, row.total) == (None, None)
