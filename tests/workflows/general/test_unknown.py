"""What is not known of a metric: quiet, never published, refused, missing, no longer kept, not yet over."""

from dataclasses import replace
from fractions import Fraction

import pytest

from slactl.model.catalogue import ReportSettings
from slactl.model.general import Missing, Ratio, Silence, Statistic, Statistical, WeightedAverage
from slactl.model.period import Month
from slactl.model.report import Case, Result
from slactl.model.status import Code, Reason, Status
from slactl.sandbox.world import Behaviour
from tests.fakes import instant
from tests.oracle.general import Count, ratio

from .stage import END, HOUR, PERCENT, START, Put, Stage, catalogue, every, goal, objective, term

RECENT, DAY = END - 2 * 24 * HOUR, 24 * HOUR
BAD, ALL = term("Bad", Name="x"), term("All", Name="x")
GOAL = goal("< 1", PERCENT)


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    return Stage(monkeypatch)


def share(silence: Silence = Silence.QUIET, missing: Missing = Missing.UNKNOWN) -> Ratio:
    return Ratio((replace(BAD, missing=missing),), (ALL,), counts_good=False, silence=silence)


def put(name: str, samples: list[tuple[int, float]], **dimensions: str) -> Put:
    return Put("App", name, dimensions or {"Name": "x"}, samples)


def said(row: Result) -> tuple[Status, Code | None]:
    return row.status, row.reason.code if row.reason else None


def figure(row: Result) -> object:
    """The metric that a row's reason names."""
    assert row.reason is not None
    return dict(row.reason.figures)["metric"]


def test_a_metric_that_nobody_publishes_is_told_from_a_quiet_one(stage: Stage) -> None:
    """Quiet in October, and published in November: known. A name with a slip in it: not known."""
    slip = replace(share(Silence.QUIET), total=(term("all", Name="x"),))
    zero = replace(share(Silence.ZERO, Missing.ZERO), total=(replace(ALL, missing=Missing.ZERO),))
    told = {
        "quiet": share(Silence.QUIET),
        "unknown": share(Silence.UNKNOWN),
        "slip": slip,
        "nobody": replace(share(Silence.QUIET), part=(term("Bad", Name="y"),), total=(term("All", Name="y"),)),
        "zero": zero,
    }
    later = every(HOUR, 1.0, END + HOUR, END + DAY)
    report = stage.judged(
        catalogue(*(objective(one, GOAL, name) for name, one in told.items())), [put("All", later), put("Bad", later)]
    )
    rows = {row.objective: row for row in report.results}
    assert said(rows["quiet"]) == (Status.NOT_RATED, Code.NO_DATAPOINTS)
    assert said(rows["unknown"]) == (Status.INSUFFICIENT_DATA, Code.NO_DATAPOINTS)
    for name, metric in (("slip", "all"), ("nobody", "Bad")):
        assert said(rows[name]) == (Status.INSUFFICIENT_DATA, Code.NOT_PUBLISHED)
        assert figure(rows[name]) == metric
    assert (rows["zero"].status, rows["zero"].value) == (Status.OK, Fraction(0))


def test_a_part_that_was_never_seen_counts_as_zero_only_where_its_entry_says_so(stage: Stage) -> None:
    """And where a supplier publishes it: the name of one's own may be misspelt."""
    bad, ours = replace(BAD, namespace="AWS/App"), put("All", every(HOUR, 9.0, RECENT))
    told = [
        objective(replace(share(), part=(replace(bad, missing=missing),)), GOAL, missing.value) for missing in Missing
    ]
    mine = share(missing=Missing.ZERO)
    rows = {row.objective: row for row in stage.judged(catalogue(*told, objective(mine, GOAL, "mine")), [ours]).results}
    assert said(rows["mine"]) == (Status.INSUFFICIENT_DATA, Code.NOT_PUBLISHED)
    held = [ours, put("Bad", [(END + HOUR, 1.0)])]
    assert stage.judged(catalogue(objective(mine, GOAL)), held).results[0].status is Status.OK
    assert said(rows["unknown"]) == (Status.INSUFFICIENT_DATA, Code.NOT_PUBLISHED)
    assert (rows["zero"].status, rows["zero"].value) == (Status.OK, Fraction(0))
    assert [note.code for note in rows["zero"].notes] == [Code.COUNTED_AS_ZERO]


def test_a_metric_that_stops_while_others_go_on_is_unknown(stage: Stage) -> None:
    """Its last two hours are told by nobody: all or none of what was asked then may be bad."""
    puts = [put("All", every(600, 10.0, RECENT)), put("Bad", every(600, 0.0, RECENT, END - 2 * HOUR))]
    found = [objective(share(), goal(f"< {text}", PERCENT), text) for text in ("1", "90")]
    report = stage.judged(catalogue(*found), puts)
    tight, loose = report.results
    assert said(tight) == (Status.INSUFFICIENT_DATA, Code.UNKNOWN_DECIDES)
    assert tight.worst_case is not None
    assert tight.worst_case.value == Fraction(2, 48)
    assert (loose.status, loose.value) == (Status.OK, Fraction(2, 48))
    gaps = [(gap.reason.code, gap.span.start, gap.span.end) for gap in report.gaps if gap.objective == "1"]
    assert gaps == [(Code.METRIC_MISSING, END - 2 * HOUR, END)]


def test_what_may_not_be_read_holds_as_much_as_the_week_before(stage: Stage) -> None:
    stage.behaviour = Behaviour(forbidden=frozenset({"Bad"}))
    puts = [put("All", every(600, 10.0, RECENT)), put("Bad", every(600, 0.0, RECENT))]
    report = stage.judged(catalogue(objective(share(), GOAL)), puts)
    assert said(report.results[0]) == (Status.INSUFFICIENT_DATA, Code.UNKNOWN_DECIDES)
    assert {gap.reason.code for gap in report.gaps} == {Code.ACCESS_DENIED}
    stage.behaviour = Behaviour(forbidden=frozenset({"All"}))
    (row,) = stage.judged(catalogue(objective(share(), GOAL)), puts).results
    assert said(row) == (Status.INSUFFICIENT_DATA, Code.ACCESS_DENIED)


def test_what_can_not_be_told_of_a_percentile_is_no_pass(stage: Stage) -> None:
    """No distribution; a count that may not be read, and of which no earlier week tells."""
    rank = Statistic(ALL, Statistical.PERCENTILE, "count", rank=Fraction(95, 100), silence=Silence.QUIET)
    puts = [put("All", [(at, float(at % 7)) for at in range(RECENT, END, 600)])]
    stage.behaviour = Behaviour(no_percentiles=True)
    report = stage.judged(catalogue(objective(rank, goal("< 5"))), puts)
    assert said(report.results[0]) == (Status.INSUFFICIENT_DATA, Code.UNKNOWN_DECIDES)
    assert {gap.reason.code for gap in report.gaps} == {Code.NO_DISTRIBUTION}
    assert {gap.objective for gap in report.gaps} == {"kpi"}
    stage.behaviour = Behaviour(forbidden=frozenset({"SampleCount"}))
    (row,) = stage.judged(catalogue(objective(rank, goal("< 50"))), puts).results
    assert said(row) == (Status.INSUFFICIENT_DATA, Code.ACCESS_DENIED)


def test_a_share_whose_values_may_not_be_read_lies_between_none_and_all(stage: Stage) -> None:
    mean = WeightedAverage(replace(BAD, scale=PERCENT), ALL, silence=Silence.QUIET)
    puts = [put("All", every(600, 10.0, RECENT)), put("Bad", every(600, 3.0, RECENT))]
    stage.behaviour = Behaviour(forbidden=frozenset({"Bad"}))
    found = [objective(mean, goal(text, PERCENT), text) for text in ("< 50", "<= 99", "> 100")]
    rows = {row.objective: row for row in stage.judged(catalogue(*found), puts).results}
    assert said(rows["< 50"]) == (Status.INSUFFICIENT_DATA, Code.UNKNOWN_DECIDES)
    assert rows["<= 99"].worst_case == Case(Fraction(1), Status.BREACHED)
    assert rows["> 100"].status is Status.BREACHED
    stage.behaviour = Behaviour(forbidden=frozenset({"All"}))
    (row,) = stage.judged(catalogue(found[1]), puts).results
    assert said(row) == (Status.INSUFFICIENT_DATA, Code.ACCESS_DENIED)


def test_a_list_that_is_refused_is_a_failure_with_its_permission(stage: Stage) -> None:
    stage.behaviour = Behaviour(access_denied=frozenset({"ListMetrics"}))
    wild = Ratio((term("Bad", Name="*"),), (term("All", Name="*"),), counts_good=False, silence=Silence.QUIET)
    puts = [put("All", every(600, 10.0, RECENT)), put("Bad", every(600, 0.0, RECENT))]
    report = stage.judged(catalogue(objective(wild, GOAL, "wild"), objective(share(), GOAL, "named")), puts)
    rows = {row.objective: row for row in report.results}
    assert said(rows["wild"]) == (Status.INSUFFICIENT_DATA, Code.ACCESS_DENIED)
    assert rows["named"].status is Status.OK
    told = [str(dict(gap.reason.figures)["error"]) for gap in report.gaps]
    assert told
    assert all("cloudwatch:ListMetrics" in one for one in told)


def test_what_lists_have_forgotten_is_told_and_no_silence(stage: Stage) -> None:
    wild = Ratio((term("Bad", Name="*"),), (term("All", Name="*"),), counts_good=False, silence=Silence.QUIET)
    report = stage.judged(catalogue(objective(wild, GOAL)), [put("All", every(HOUR, 9.0, START, START + DAY))])
    assert said(report.results[0]) == (Status.INSUFFICIENT_DATA, Code.NOT_PUBLISHED)
    assert report.limitations == (Reason.of(Code.LISTING_INCOMPLETE, metric="All, Bad"),)


def test_a_named_value_without_a_metric_has_a_row(stage: Stage) -> None:
    """A table that is misspelt is not left out; one that was only listed, and is quiet, is."""
    named = (("Name", ("x", "misspelt")),)
    both = Ratio(
        (replace(BAD, dimensions=named, missing=Missing.ZERO, namespace="AWS/App"),),
        (replace(ALL, dimensions=named),),
        False,
        silence=Silence.QUIET,
        breakdown="Name",
    )
    rows = stage.rows(catalogue(objective(both, GOAL)), [put("All", every(HOUR, 9.0, RECENT))])
    assert rows["x"].status is Status.OK
    assert said(rows["misspelt"]) == (Status.INSUFFICIENT_DATA, Code.NOT_PUBLISHED)
    star = replace(both, part=(term("Bad", Name="*"),), total=(term("All", Name="*"),))
    later = [put("All", every(HOUR, 9.0, END + HOUR, END + DAY), Name="new")]
    puts = [put("All", every(HOUR, 9.0, RECENT)), put("Bad", every(HOUR, 0.0, RECENT)), *later]
    assert stage.rows(catalogue(objective(star, GOAL)), puts).keys() == {None, "x"}


def test_what_is_no_longer_kept_is_unknown(stage: Stage) -> None:
    """After 455 days a part is gone: a share says nothing, a maximum that was too high already stays proven."""
    stage.now = START + 460 * DAY
    most = Statistic(ALL, Statistical.MAXIMUM, "count")
    found = [
        objective(share(), GOAL, "share"),
        objective(most, goal("< 5"), "high"),
        objective(most, goal("< 50"), "low"),
    ]
    puts = [put("All", every(HOUR, 9.0)), put("Bad", every(HOUR, 0.0))]
    rows = {row.objective: row for row in stage.judged(catalogue(*found), puts).results}
    assert said(rows["share"]) == (Status.INSUFFICIENT_DATA, Code.NO_LONGER_KEPT)
    assert (rows["high"].status, rows["high"].value) == (Status.BREACHED, Fraction(9))
    assert said(rows["low"]) == (Status.INSUFFICIENT_DATA, Code.NO_LONGER_KEPT)
    stage.now = START + 600 * DAY
    report = stage.judged(catalogue(*found), puts)
    assert {said(row) for row in report.results} == {(Status.INSUFFICIENT_DATA, Code.NO_LONGER_KEPT)}
    assert len(report.gaps) == 3


def test_a_running_month_is_judged_by_what_it_can_still_become(stage: Stage) -> None:
    """Rule 23: 2 % so far can still be mended to 1 %, 20 % can't; a sum that is too low so far can grow."""
    stage.now = instant("2026-10-08T18:00:00+00:00")
    until = stage.now - HOUR
    puts = [
        put("All", every(HOUR, 100.0, START, until)),
        put("Bad", every(HOUR, 2.0, START, until)),
        put("Worse", every(HOUR, 20.0, START, until)),
    ]
    total = Statistic(ALL, Statistical.SUM, "count")
    found = [
        objective(share(), GOAL, "bad"),
        objective(replace(share(), part=(term("Worse", Name="x"),)), GOAL, "worse"),
        objective(total, goal(">= 100000"), "little"),
        objective(total, goal("< 10"), "much"),
    ]
    rows = {row.objective: row for row in stage.judged(catalogue(*found), puts).results}
    assert said(rows["bad"]) == (Status.WARNING, Code.BELOW_GOAL_SO_FAR)
    assert rows["worse"].status is Status.BREACHED
    assert said(rows["little"]) == (Status.WARNING, Code.BELOW_GOAL_SO_FAR)
    assert rows["much"].status is Status.BREACHED
    (early,) = stage.judged(catalogue(objective(share(), GOAL)), puts, Month(2026, 11)).results
    assert said(early) == (Status.NOT_RATED, Code.NOTHING_SETTLED)


@pytest.mark.parametrize("anchoring", ["start", "epoch"])
def test_figures_do_not_depend_on_where_buckets_begin(stage: Stage, anchoring: str) -> None:
    """A month that begins at half past, in buckets that begin with it or at multiples since the epoch."""
    stage.anchoring = anchoring
    all_of, bad_of = every(600, 10.0, RECENT), every(1200, 1.0, RECENT)
    rank = Statistic(ALL, Statistical.PERCENTILE, "count", rank=Fraction(95, 100), silence=Silence.QUIET)
    found = [objective(share(), GOAL, "share"), objective(rank, goal("< 11"), "rank")]
    indian = replace(catalogue(*found), report=ReportSettings(timezone="Asia/Kolkata"))
    row, percentile = stage.judged(indian, [put("All", all_of), put("Bad", bad_of)]).results
    span = (START - 11 * HOUR // 2, END - 11 * HOUR // 2)
    held = ratio([Count(bad_of)], [Count(all_of)], span)
    assert held.low == held.high
    assert row.total == held.total
    assert (row.value, percentile.value) == (held.low / held.total, Fraction(10))
