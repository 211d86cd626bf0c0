"""Declared downtime: to the second, never twice, never to anybody's favour."""

from dataclasses import replace
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st

from slactl.compliance.availability import Tally, account, seconds_under
from slactl.compliance.declared import by_slices, by_the_hour, declared_downtime, never_milder
from slactl.compliance.hours import by_hour, hours_only
from slactl.compliance.judging import Judgement, Yardstick, judge_interval
from slactl.compliance.silence import silent_runs
from slactl.compliance.slices import Bins, Slices, SliceState, cut
from slactl.model.goal import Comparison, Goal
from slactl.model.incident import Incident
from slactl.model.objective import Availability, Evaluation, Objective, SilencePolicy
from slactl.model.report import Case, Seconds
from slactl.model.span import Span, Spans, union
from slactl.model.status import WORST_FIRST, Code, Reason, Status

START = 1_790_805_600  # 2026-09-30T22:00:00Z, October in Rome
FIVE, HOUR = 300, 3600
NINETY_FIVE = Goal(Comparison.AT_LEAST, Fraction(95, 100), ">= 95%")
EXPECTED, DOWN = SilencePolicy.EXPECTED, SilencePolicy.DOWN
Counts = list[tuple[int, int] | None]


def at(start: int, end: int) -> Span:
    return Span(START + start, START + end)


def bins_of(counts: Counts, length: int = FIVE) -> Bins:
    starts = [START + length * index for index in range(len(counts))]
    return Bins(
        starts, length, [one[0] if one else None for one in counts], [one[1] if one else None for one in counts]
    )


def five(*counts: tuple[int, int] | None, excluded: Spans = (), until: int | None = None, width: int = FIVE) -> Slices:
    span = at(0, FIVE * len(counts))
    return cut(span, width, bins_of(list(counts)), excluded, span.end if until is None else until)


def seconds_of(slices: Slices, *declared: Span, policy: SilencePolicy = EXPECTED) -> Seconds:
    return account(slices, NINETY_FIVE, policy, declared=union(declared)).tally.seconds


def incident(
    name: str, start: int, end: int | None, *, add: bool = True, services: tuple[str, ...] = ("api",)
) -> Incident:
    return Incident(name, services, START + start, None if end is None else START + end, "x", add_downtime=add)


def test_only_what_is_declared_of_the_service_so_far_is_taken() -> None:
    found = declared_downtime(
        [
            incident("A", 0, 100),
            incident("B", 50, 150),
            incident("C", 900, None),
            incident("D", 2000, None),
            incident("E", 300, 400, add=False),
            incident("F", 300, 400, services=("web",)),
        ],
        "api",
        START + 1000,
    )
    assert found == (at(0, 150), at(900, 1000))


def test_seconds_inside_slices_become_down_to_the_second() -> None:
    assert seconds_of(five((20, 0), (20, 0)), at(290, 301)) == Seconds(up=589, down=11)


def test_what_is_down_already_is_not_down_twice() -> None:
    assert seconds_of(five((20, 9), (20, 0)), at(100, 400)) == Seconds(up=200, down=400)


def test_silent_and_unknown_seconds_become_down_too() -> None:
    slices = five((20, 0), (0, 0), None)
    assert seconds_of(slices, at(0, 1000)) == Seconds(down=900)
    assert seconds_of(slices, at(300, 400), at(600, 601)) == Seconds(up=300, down=101, no_traffic=200, unknown=299)


def test_where_silence_counts_as_down_it_stays_shown_as_silence() -> None:
    slices = five((20, 0), (0, 0))
    assert seconds_of(slices, at(0, 600), policy=DOWN) == Seconds(down=300, no_traffic=300)


def test_what_is_excluded_or_not_settled_stays_so() -> None:
    slices = five((20, 0), (20, 0), (20, 0), excluded=(at(0, 300),), until=START + 700)
    assert seconds_of(slices, at(-500, 5000)) == Seconds(down=300, excluded=300, not_yet=300)


def test_a_slice_that_is_excluded_in_part_loses_only_the_rest() -> None:
    slices = five((20, 0), (20, 0), (20, 0), excluded=(at(300, 600),), width=900)
    assert seconds_of(slices, at(200, 700)) == Seconds(up=400, down=200, excluded=300)


def test_the_outages_are_those_that_were_measured() -> None:
    found = account(five((20, 9), (20, 0)), NINETY_FIVE, EXPECTED, declared=(at(0, 600),))
    assert [one.span for one in found.outages] == [at(0, 300)]


def test_other_slice_goals_are_worsened_too() -> None:
    slices = five((20, 3), (20, 0))
    ninety = Goal(Comparison.AT_LEAST, Fraction(8, 10), ">= 80%")
    assert seconds_under(slices, ninety, EXPECTED, declared=(at(0, 10),)) == Seconds(up=590, down=10)


def test_of_an_hour_the_two_may_coincide_or_not() -> None:
    whole = (at(0, HOUR),)
    known = Seconds(up=2700, down=300, unknown=600)
    assert by_the_hour(known, whole, EXPECTED, (at(0, 100),)) == Seconds(up=2600, down=300, unknown=700)
    assert by_the_hour(known, whole, EXPECTED, (at(0, 3000),)) == Seconds(down=3000, unknown=600)
    assert by_the_hour(Seconds(up=HOUR), whole, EXPECTED, (at(0, 100),)) == Seconds(up=3500, down=100)
    assert by_the_hour(Seconds(no_traffic=HOUR), whole, EXPECTED, (at(0, 9),)) == Seconds(no_traffic=3591, down=9)
    assert by_the_hour(Seconds(no_traffic=HOUR), whole, DOWN, (at(0, 9),)) == Seconds(no_traffic=HOUR)
    assert by_the_hour(Seconds(not_yet=HOUR), whole, EXPECTED, (at(0, 9),)) == Seconds(not_yet=HOUR)


def judgement(status: Status, value: Fraction | None = None) -> Judgement:
    return Judgement(status, None, value)


def test_what_the_unknown_left_open_stays_open_unless_it_is_a_breach() -> None:
    opened = Judgement(Status.INSUFFICIENT_DATA, Reason.of(Code.UNKNOWN_DECIDES, seconds=600))
    assert never_milder(judgement(Status.BREACHED, Fraction(9, 10)), opened).status is Status.BREACHED
    kept = never_milder(judgement(Status.WARNING, Fraction(999, 1000)), opened)
    assert (kept.status, kept.value, kept.reason) == (Status.INSUFFICIENT_DATA, None, opened.reason)
    assert kept.worst_case == kept.best_case == Case(Fraction(999, 1000), Status.WARNING)


few = st.sampled_from([0, 0, 1, 19, 20, 40])
one_bin = few.flatmap(lambda asked: st.tuples(st.just(asked), st.integers(0, min(asked, 3))))
spans = st.lists(
    st.builds(lambda start, length: at(start, start + length), st.integers(-500, 4000), st.integers(1, 2500)),
    max_size=4,
).map(union)
policies = st.sampled_from(SilencePolicy)


@st.composite
def slices_of(draw: st.DrawFn) -> Slices:
    counts: Counts = draw(st.lists(one_bin | st.none(), min_size=1, max_size=14))
    cells = draw(st.sets(st.integers(0, len(counts)), max_size=3))
    excluded = union(at(FIVE * cell, FIVE * cell + FIVE) for cell in cells)
    until = draw(st.sampled_from([None, 0, 600, 1234]))
    width = draw(st.sampled_from([FIVE, FIVE, 900, HOUR]))
    return five(*counts, excluded=excluded, until=None if until is None else START + until, width=width)


def second_by_second(slices: Slices, states: list[SliceState], policy: SilencePolicy, declared: Spans) -> Seconds:
    """The account again, one second after the other."""
    names = ["up", "down", "no_traffic", "excluded", "unknown", "not_yet"]
    sums = dict.fromkeys(names, 0)
    for second in range(slices.span.start, slices.span.end):
        index = (second - slices.span.start) // slices.width
        inside = any(piece.start <= second < piece.end for piece in slices.left(index))
        name = names[states[index]] if inside else "excluded"
        said = any(span.start <= second < span.end for span in declared)
        moves = name in ("up", "unknown") or (name == "no_traffic" and policy is not DOWN)
        sums["down" if said and moves else name] += 1
    return Seconds(**sums)


@settings(max_examples=120, deadline=None)
@given(slices_of(), policies, spans)
def test_the_account_is_that_of_every_single_second(slices: Slices, policy: SilencePolicy, declared: Spans) -> None:
    found = account(slices, NINETY_FIVE, policy, silent_runs(slices), declared)
    assert found.tally.seconds == second_by_second(slices, list(found.states), policy, declared)
    assert found.tally.seconds.total == slices.span.seconds


@settings(max_examples=60, deadline=None)
@given(slices_of(), policies, spans, st.integers(0, 14))
def test_the_parts_of_a_span_add_up(slices: Slices, policy: SilencePolicy, declared: Spans, place: int) -> None:
    """Days are accounted for by themselves: what is declared of each is what is declared of all."""
    plain = account(slices, NINETY_FIVE, policy)
    line = min(slices.span.start + FIVE * place, slices.span.end)
    parts = [Span(a, b) for a, b in ((slices.span.start, line), (line, slices.span.end)) if a < b]
    whole = by_slices(plain.tally.seconds, slices, plain.states, policy, declared)
    step = plain.tally.seconds
    for part in parts:
        inside = tuple(piece for span in declared if (piece := span.clip(part)))
        step = by_slices(step, slices, plain.states, policy, inside)
    assert step == whole


limits = st.sampled_from(["0.5", "0.9", "0.95", "0.99", "1", "0"])
signs = st.sampled_from([Comparison.AT_LEAST, Comparison.ABOVE])


def better(after: Judgement, before: Judgement) -> list[str]:
    """All that the declaration improved."""
    order = [*WORST_FIRST, Status.NOT_RATED]
    pairs = [("value", after.value, before.value)]
    pairs += [
        (name, ours.value if ours else after.value, theirs.value if theirs else before.value)
        for name, ours, theirs in (
            ("worst", after.worst_case, before.worst_case),
            ("best", after.best_case, before.best_case),
        )
    ]
    found = [name for name, mine, old in pairs if mine is not None and old is not None and mine > old]
    if after.budget and before.budget and before.budget.used_ratio is not None:
        assert after.budget.used_ratio is not None
        found += ["budget"] if after.budget.used_ratio < before.budget.used_ratio else []
    return [*found, *(["status"] if order.index(after.status) > order.index(before.status) else [])]


def judged(tally: Tally, goal: Goal, policy: SilencePolicy, *, informative: bool) -> Judgement:
    indicator = Availability(Evaluation.TIME_SLICES, FIVE, NINETY_FIVE, policy)
    yardstick = Yardstick.of(Objective("uptime", {}, indicator, goal), informative=informative)
    return judge_interval(yardstick, *tally.by_time(policy), "seconds")


@settings(max_examples=400, deadline=None)
@given(slices_of(), policies, spans, limits, signs, st.booleans(), st.booleans())
def test_a_declaration_never_improves_a_figure(
    slices: Slices,
    policy: SilencePolicy,
    declared: Spans,
    limit: str,
    sign: Comparison,
    informative: bool,
    silent: bool,
) -> None:
    goal = Goal(sign, Fraction(limit), f"{sign} {limit}")
    runs = silent_runs(slices) if silent else ()
    measured = account(slices, NINETY_FIVE, policy, runs).tally
    tally = account(slices, NINETY_FIVE, policy, runs, declared).tally
    before = judged(measured, goal, policy, informative=informative)
    after = never_milder(judged(tally, goal, policy, informative=informative), before)
    assert better(after, before) == []
    assert replace(tally, seconds=measured.seconds) == measured


@settings(max_examples=200, deadline=None)
@given(st.data(), policies, spans, limits, signs)
def test_nor_where_only_hours_are_kept(
    data: st.DataObject, policy: SilencePolicy, declared: Spans, limit: str, sign: Comparison
) -> None:
    """The bounds hold the truth, whichever slices of each hour were down."""
    first = START // HOUR * HOUR
    counts: Counts = data.draw(st.lists(one_bin, min_size=12, max_size=12))
    slices = cut(Span(first, first + HOUR), FIVE, _moved(bins_of(counts), first), (), first + HOUR)
    asked, failed = sum(slices.requests), sum(slices.faults)
    hours = by_hour(Span(first, first + HOUR), FIVE, Bins([first], HOUR, [asked], [failed]), (), first + HOUR)
    goal = Goal(sign, Fraction(limit), f"{sign} {limit}")
    measured = hours_only(hours, NINETY_FIVE, policy).tally
    tally = hours_only(hours, NINETY_FIVE, policy, declared=declared).tally
    assert tally.seconds.total == HOUR
    before, after = (judged(one, goal, policy, informative=False) for one in (measured, tally))
    assert better(never_milder(after, before), before) == []
    truth = account(slices, NINETY_FIVE, SilencePolicy.UP, declared=declared).tally.seconds
    if asked:
        assert tally.seconds.down <= truth.down <= tally.seconds.down + tally.seconds.unknown


def _moved(bins: Bins, first: int) -> Bins:
    return replace(bins, starts=[first + FIVE * index for index in range(len(bins.starts))])
