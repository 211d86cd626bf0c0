import time
from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slactl.compliance.availability import Account, account, seconds_under
from slactl.compliance.judging import Reading
from slactl.compliance.silence import silent_runs
from slactl.compliance.slices import Bins, Slices, SliceState, cut, enough
from slactl.model.goal import Comparison, Goal
from slactl.model.objective import Evaluation, SilencePolicy
from slactl.model.report import Outage, Seconds
from slactl.model.span import Span, Spans, seconds, subtract, union

START = 1_790_805_600  # 2026-09-30T22:00:00Z, October in Rome
FIVE = 300
UP, DOWN, NONE, OUT, OPEN, LATER = SliceState
EXPECTED = SilencePolicy.EXPECTED
Counts = list[tuple[int, int] | None]


def slice_goal(percent: str, sign: str = ">=") -> Goal:
    return Goal(Comparison(sign), Fraction(percent) / 100, f"{sign} {percent}%")


NINETY_FIVE = slice_goal("95")


def five(*counts: tuple[int, int] | None, excluded: Spans = (), width: int = FIVE, until: int | None = None) -> Slices:
    """Slices from five-minute bins; None is a bin that could not be read."""
    starts = [START + FIVE * index for index in range(len(counts))]
    requests = [one[0] if one else None for one in counts]
    faults = [one[1] if one else None for one in counts]
    span = Span(START, START + FIVE * len(counts))
    return cut(span, width, Bins(starts, FIVE, requests, faults), excluded, span.end if until is None else until)


def states(slices: Slices, goal: Goal = NINETY_FIVE) -> list[SliceState]:
    return list(account(slices, goal, EXPECTED).states)


def minutes(begin: int, end: int) -> Span:
    return Span(START + 60 * begin, START + 60 * end)


def test_a_slice_with_enough_requests_is_judged_by_itself() -> None:
    assert enough(NINETY_FIVE) == 20
    assert states(five((20, 1), (20, 2), (100, 5), (100, 6))) == [UP, DOWN, UP, DOWN]


def test_above_is_missed_by_exactly_as_much() -> None:
    assert states(five((20, 1), (100, 4)), slice_goal("95", ">")) == [DOWN, UP]


def test_a_thin_slice_is_judged_with_those_before_it() -> None:
    """One fault in 3 requests: with 17 good ones before it 1 of 20 is just allowed, with 16 it is not."""
    assert states(five((17, 0), (3, 1))) == [UP, UP]
    assert states(five((16, 0), (3, 1))) == [UP, DOWN]


def test_a_run_stops_where_it_holds_enough() -> None:
    assert states(five((500, 0), (19, 0), (1, 1))) == [UP, UP, UP]
    assert states(five((500, 500), (19, 0), (1, 1))) == [DOWN, UP, UP]


def test_a_thin_slice_without_a_fault_is_up_whatever_lies_before_it() -> None:
    assert states(five((5, 5), (3, 0))) == [DOWN, UP]


def test_a_run_reaches_back_an_hour_before_its_own_end_and_no_further() -> None:
    quiet = [(0, 0)] * 10
    assert states(five((30, 0), *quiet, (1, 1)))[-1] is UP
    assert states(five((30, 0), (0, 0), *quiet, (1, 1)))[-1] is DOWN


def test_excluded_slices_are_skipped_and_the_hour_goes_on() -> None:
    hour = [(0, 0)] * 10
    cut_out = (minutes(5, 55),)
    assert states(five((30, 0), *hour, (1, 1), excluded=cut_out))[-1] is UP
    assert states(five((30, 0), (0, 0), *hour, (1, 1), excluded=(minutes(5, 60),)))[-1] is DOWN
    assert states(five((0, 0), (30, 0), (1, 1), excluded=(minutes(5, 10),)))[-1] is DOWN


def test_an_unread_slice_in_a_run_leaves_the_slice_open() -> None:
    assert states(five(None, (19, 0), (1, 1))) == [OPEN, UP, UP]
    assert states(five(None, (18, 0), (1, 1))) == [OPEN, UP, OPEN]
    assert states(five(None, (18, 0), (1, 0))) == [OPEN, UP, UP]
    assert states(five(None, (20, 9))) == [OPEN, DOWN]


def test_a_goal_of_everything_makes_every_fault_down_time() -> None:
    everything = slice_goal("100")
    assert enough(everything) is None
    assert states(five(None, (10_000, 1), (10_000, 0)), everything) == [OPEN, DOWN, UP]


def test_a_slice_partly_excluded_is_judged_on_what_is_left() -> None:
    """A quarter of an hour, ten minutes of it excluded with all its faults."""
    slices = five((100, 0), (100, 100), (100, 100), width=900, excluded=(minutes(5, 15),))
    found = account(slices, NINETY_FIVE, EXPECTED)
    assert list(found.states) == [UP]
    assert found.tally.seconds == Seconds(up=300, excluded=600)
    assert (found.tally.requests, found.tally.faults) == (100, 0)


def test_a_slice_partly_unread_is_unknown() -> None:
    found = account(five((100, 0), None, (100, 0), width=900), NINETY_FIVE, EXPECTED)
    assert found.tally.seconds == Seconds(unknown=900)
    assert found.unread == (minutes(5, 10),)
    assert found.tally.requests == 200


def test_a_missing_bin_is_unread() -> None:
    span = Span(START, START + 900)
    found = account(
        cut(span, 300, Bins([START, START + 600], 300, [9, 9], [0, 0]), (), span.end), NINETY_FIVE, EXPECTED
    )
    assert list(found.states) == [UP, OPEN, UP]
    assert found.unread == (minutes(5, 10),)


def test_faults_without_a_request_are_no_answer() -> None:
    assert states(five((0, 3), (20, 0))) == [OPEN, UP]


def test_bins_must_make_up_slices() -> None:
    with pytest.raises(ValueError, match="bins of 300 s"):
        five((1, 0), width=450)
    with pytest.raises(ValueError, match="bins of 300 s"):
        cut(Span(START + 60, START + 360), 300, Bins([START], 300, [1], [0]), (), START + 360)


def test_what_is_not_settled_is_not_yet_and_what_is_excluded_stays_so() -> None:
    slices = five((20, 20), (20, 0), (20, 20), (20, 20), excluded=(minutes(15, 20),), until=START + 899)
    found = account(slices, NINETY_FIVE, EXPECTED)
    assert list(found.states) == [DOWN, UP, LATER, OUT]
    assert found.tally.seconds == Seconds(up=300, down=300, excluded=300, not_yet=300)
    assert (found.tally.requests, found.tally.faults, found.tally.slices) == (40, 20, 2)
    assert found.tally.by_time(EXPECTED)[0] == Reading(300, 600, 900)
    nothing = five((20, 20), (20, 0), until=START)
    assert account(nothing, NINETY_FIVE, EXPECTED).tally.seconds == Seconds(not_yet=600)
    assert account(nothing, NINETY_FIVE, EXPECTED).unread == ()


def test_the_contracts_own_seconds() -> None:
    """2,673,000 good seconds of 2,676,600 counted, and 2,672,100 if all silence were downtime."""
    total = 745 * 12
    counts = [(100, 0)] * total
    counts[100:112] = [(100, 100)] * 12
    counts[500:503] = [(0, 0)] * 3
    slices = five(*counts, excluded=(Span(START + 300 * 2000, START + 300 * 2018),))
    found = account(slices, NINETY_FIVE, EXPECTED).tally
    assert found.seconds == Seconds(up=2_672_100, down=3_600, no_traffic=900, excluded=5_400)
    worst, best = found.by_time(EXPECTED)
    assert worst == best == Reading(3600, 2_676_600, 2_676_600)
    assert found.if_silent_down() == Fraction(2_672_100, 2_676_600)


@pytest.mark.parametrize(
    ("policy", "open_", "expected_seconds", "worst", "best"),
    [
        (SilencePolicy.EXPECTED, False, Seconds(up=300, down=300, no_traffic=600), (300, 1200), (300, 1200)),
        (SilencePolicy.EXPECTED, True, Seconds(up=300, down=300, unknown=600), (900, 1200), (300, 1200)),
        (SilencePolicy.UP, True, Seconds(up=300, down=300, no_traffic=600), (300, 1200), (300, 1200)),
        (SilencePolicy.DOWN, True, Seconds(up=300, down=300, no_traffic=600), (900, 1200), (900, 1200)),
        (SilencePolicy.EXCLUDE, True, Seconds(up=300, down=300, no_traffic=600), (300, 600), (300, 600)),
    ],
)
def test_silence_counts_as_the_policy_says(
    policy: SilencePolicy, open_: bool, expected_seconds: Seconds, worst: tuple[int, int], best: tuple[int, int]
) -> None:
    slices = five((20, 0), (0, 0), (0, 0), (20, 20))
    runs = silent_runs(slices)
    assert runs == (minutes(5, 15),)
    found = account(slices, NINETY_FIVE, policy, frozenset(runs) if open_ else frozenset()).tally
    assert found.seconds == expected_seconds
    readings = found.by_time(policy)
    assert [(reading.bad, reading.total) for reading in readings] == [worst, best]
    assert found.if_silent_down() == Fraction(1, 4)
    assert found.by_interval() == (Reading(Fraction(1), 4), Reading(Fraction(1), 4))


def test_silence_that_is_down_time_joins_the_outage_around_it() -> None:
    slices = five((20, 20), (0, 0), (20, 20), (20, 0))
    one = account(slices, NINETY_FIVE, SilencePolicy.DOWN)
    assert one.outages == (Outage(minutes(0, 15), 40, 40),)
    two = account(slices, NINETY_FIVE, SilencePolicy.UP)
    assert [outage.span for outage in two.outages] == [minutes(0, 5), minutes(10, 15)]


def test_an_exclusion_parts_outages_and_silences() -> None:
    slices = five((20, 20), (20, 20), (20, 20), excluded=(minutes(5, 10),))
    assert [outage.span for outage in account(slices, NINETY_FIVE, EXPECTED).outages] == [
        minutes(0, 5),
        minutes(10, 15),
    ]
    quiet = five((0, 0), (0, 0), (0, 0), width=900, excluded=(minutes(5, 10),))
    assert silent_runs(quiet) == (minutes(0, 5), minutes(10, 15))


def test_one_month_under_several_slice_goals() -> None:
    slices = five((100, 3), (100, 7), (100, 12))
    found = [seconds_under(slices, slice_goal(goal), EXPECTED).down for goal in ("99", "95", "90")]
    assert found == [900, 600, 300]


def test_the_three_evaluations() -> None:
    slices = five((100, 10), (300, 0), (0, 0), None)
    tally = account(slices, NINETY_FIVE, EXPECTED).tally
    assert tally.readings(Evaluation.TIME_SLICES, EXPECTED)[1] == Reading(300, 1200, 1200)
    assert tally.readings(Evaluation.REQUESTS, EXPECTED, 50) == (Reading(60, 450), Reading(10, 450))
    assert tally.readings(Evaluation.INTERVAL_AVERAGE, EXPECTED) == (
        Reading(Fraction(11, 10), 4),
        Reading(Fraction(1, 10), 4),
    )


def test_parts_of_a_year_add_up() -> None:
    first, second = (account(five(*counts), NINETY_FIVE, EXPECTED).tally for counts in ([(20, 20)], [(20, 1), None]))
    both = first + second
    assert both.seconds == Seconds(up=300, down=300, unknown=300)
    assert (both.requests, both.faults, both.slices) == (40, 21, 3)
    assert both.by_interval() == (Reading(Fraction(41, 20), 3), Reading(Fraction(21, 20), 3))


@dataclass
class Words:
    """Rule 10 from its words, slice by slice, with everything looked up anew."""

    counts: Counts
    excluded: Spans
    bin: int
    width: int
    goal: Goal
    until: int

    @property
    def end(self) -> int:
        return START + self.bin * len(self.counts)

    def of(self, begin: int) -> Counts:
        inside = range(begin, min(begin + self.width, self.end), self.bin)
        counted = [at for at in inside if not any(span.start <= at < span.end for span in self.excluded)]
        return [self.counts[(at - START) // self.bin] for at in counted]

    def total(self, begin: int, which: int) -> int:
        return sum(one[which] for one in self.of(begin) if one)

    def unread(self, begin: int) -> bool:
        return None in self.of(begin) or (self.total(begin, 1) > 0 and self.total(begin, 0) == 0)

    def missed(self, begin: int) -> bool | None:
        """Whether the slice's run misses the goal; None if something unread lies in the run."""
        requests, faults, at = self.total(begin, 0), self.total(begin, 1), begin - self.width
        earliest = max(START, min(begin + self.width, self.end) - 3600)
        while requests * (1 - self.goal.limit) < 1 and at >= earliest:
            if self.unread(at):
                return None
            requests, faults, at = requests + self.total(at, 0), faults + self.total(at, 1), at - self.width
        return not self.goal.met_by(Fraction(requests - faults, requests))

    def state(self, begin: int) -> str:
        if not self.of(begin):
            return "EXCLUDED"
        if min(begin + self.width, self.end) > self.until:
            return "NOT_YET"
        if self.unread(begin):
            return "UNKNOWN"
        return self.judged(begin) if self.total(begin, 0) else "NO_TRAFFIC"

    def judged(self, begin: int) -> str:
        return {False: "UP", True: "DOWN", None: "UNKNOWN"}[self.missed(begin) if self.total(begin, 1) else False]

    def states(self) -> list[str]:
        return [self.state(begin) for begin in range(START, self.end, self.width)]


few_or_many = st.one_of(st.integers(0, 3), st.sampled_from([0, 0, 19, 20, 21, 40, 100]))
one_bin = st.one_of(
    few_or_many.flatmap(lambda requests: st.tuples(st.just(requests), st.integers(0, min(requests, 6)))),
    few_or_many.map(lambda requests: (requests, 0)),
)


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_slices_agree_with_the_words_of_the_rule(data: st.DataObject) -> None:
    bin_, width = data.draw(st.sampled_from([(60, 60), (60, 120), (60, 600), (300, 300), (300, 900), (300, 3600)]))
    counts: Counts = data.draw(st.one_of(st.lists(one_bin | st.none(), min_size=1), st.lists(one_bin, min_size=1)))
    cells = data.draw(st.sets(st.integers(0, len(counts) * bin_ // 300), max_size=6))
    excluded = union(Span(START + cell * 300, START + cell * 300 + 300) for cell in cells)
    goal = slice_goal(data.draw(st.sampled_from(["95", "90", "99", "99.7"])), data.draw(st.sampled_from([">=", ">"])))
    span = Span(START, START + bin_ * len(counts))
    until = data.draw(st.one_of(st.just(span.end), st.integers(START, span.end)))
    starts = [START + bin_ * index for index in range(len(counts))]
    read = Bins(
        starts, bin_, [pair[0] if pair else None for pair in counts], [pair[1] if pair else None for pair in counts]
    )
    slices = cut(span, width, read, excluded, until)
    found = account(slices, goal, EXPECTED)
    assert [state.name for state in found.states] == Words(counts, excluded, bin_, width, goal, until).states()
    the_account_is_complete(found, span, excluded)


def the_account_is_complete(found: Account, span: Span, excluded: Spans) -> None:
    tally = found.tally
    assert tally.seconds.total == span.seconds
    assert tally.seconds.excluded == span.seconds - seconds(subtract((span,), excluded))
    assert seconds(found.silent) == tally.seconds.no_traffic
    assert seconds(outage.span for outage in found.outages) >= tally.seconds.down
    worst, best = tally.by_time(EXPECTED)
    assert best.bad + tally.seconds.unknown == worst.bad
    low, high = tally.by_interval()[1].bad, tally.by_interval()[0].bad
    assert 0 <= low <= high <= tally.slices


def test_a_month_of_five_minutes_is_done_at_once() -> None:
    counts = [(index % 37, 1 if index % 5 == 0 and index % 37 else 0) for index in range(8928)]
    excluded = tuple(Span(START + day * 86_400, START + day * 86_400 + 5400) for day in range(0, 31, 7))
    starts = [START + FIVE * index for index in range(len(counts))]
    bins = Bins(starts, FIVE, [one[0] for one in counts], [one[1] for one in counts])
    span = Span(START, START + FIVE * len(counts))

    def once() -> float:
        begun = time.process_time()
        slices = cut(span, FIVE, bins, excluded, span.end)
        account(slices, NINETY_FIVE, EXPECTED)
        seconds_under(slices, slice_goal("99"), EXPECTED)
        seconds_under(slices, slice_goal("90"), EXPECTED)
        return time.process_time() - begun

    assert min(once() for _ in range(5)) < 0.15
