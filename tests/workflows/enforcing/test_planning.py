"""Plans with all that is to be known before they are carried out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import pytest

from slactl.alarming.safety import Consent
from slactl.model.alarm import DesiredAlarm, MetricAlarm, MetricTerm
from slactl.model.alarmplan import Caution, Wanted
from slactl.model.enforcement import AlarmCosts, Enforcement, Told
from slactl.model.metric import Query, Series
from slactl.model.report import SourceUse
from slactl.ports.enforcing import Seen, TopicState
from slactl.workflows.enforcing.data import told_of, without_data
from slactl.workflows.enforcing.knowing import Known
from slactl.workflows.enforcing.planning import MOST_ASKED, Planned, make_plan, plan_nothing, saved, seconds_of
from tests.fakes import FAILED
from tests.workflows.enforcing.memory import MemoryStore
from tests.workflows.enforcing.wishes import FAULTS, TOPIC, composite, metric, stands

NOW = 1_794_000_000
COSTS = AlarmCosts(Fraction(1, 10), Fraction(1, 10), Fraction(1, 2), 0, 5000)
ENFORCEMENT = Enforcement(Told((TOPIC,), (TOPIC,)), {}, costs=COSTS)
NOTHING = Known({})


@dataclass
class Answers:
    """A ``MetricReader`` that gives every query the same answer."""

    series: Series
    asked: list[Query] = field(default_factory=list)

    def read(self, queries: Sequence[Query]) -> list[Series]:
        self.asked += queries
        return [self.series for _ in queries]

    def use(self) -> tuple[SourceUse, ...]:
        return ()


def planned(
    *wanted: DesiredAlarm,
    store: MemoryStore | None = None,
    enforcement: Enforcement = ENFORCEMENT,
    known: Known = NOTHING,
) -> Planned:
    place = store or MemoryStore()
    return make_plan(Wanted(wanted), place.standing("slactl"), place, enforcement, known)


def codes(made: Planned) -> list[str]:
    return [one.code for one in made.plan.warnings]


def test_a_plan_says_cost_room_and_time() -> None:
    made = planned(metric("a"), metric("b"), composite("c", ("a",), ("b",)), store=MemoryStore(takes=2))
    assert made.plan.bill
    assert made.plan.bill.total == Fraction(7, 10)
    assert (made.room.quota, made.room.told, made.room.after) == (2, True, 3)
    assert codes(made) == ["over-quota"]
    assert (made.account, made.region, made.seconds) == ("123456789012", "eu-west-1", 1)


def test_without_an_answer_the_quota_is_the_usual_one() -> None:
    made = planned(metric("a"))
    assert (made.room.quota, made.room.told) == (5000, False)
    assert made.objections == ()


def test_three_writes_a_second_and_a_look_at_each_that_is_touched() -> None:
    store = MemoryStore({one.name: stands(one) for one in (metric(f"m{number}") for number in range(300))})
    nothing = plan_nothing(store, ENFORCEMENT)
    assert seconds_of(nothing.plan) == 1 + 38
    assert planned(*(metric(f"m{number}") for number in range(300))).seconds == 100


@pytest.mark.parametrize("state", list(TopicState))
def test_topics_that_nobody_would_hear(state: TopicState) -> None:
    made = planned(metric("a"), composite("c", ("a",)), store=MemoryStore(known_topics={TOPIC: state}))
    if state is TopicState.FINE:
        assert made.plan.warnings == ()
        return
    (warning,) = made.plan.warnings
    assert (warning.code, TOPIC in warning.text) == (f"topic-{state}", True)
    refused = [one.code for one in made.refusals]
    assert refused == (["topic-elsewhere"] if state is TopicState.ELSEWHERE else [])


def test_too_dear_is_refused_whatever_is_said() -> None:
    made = planned(metric("a"), metric("b"), enforcement=replace(ENFORCEMENT, max_monthly_cost=Fraction(19, 100)))
    assert [(one.code, one.consent) for one in made.refusals] == [("too-dear", Consent.NOTHING)]
    assert planned(metric("a"), enforcement=replace(ENFORCEMENT, max_monthly_cost=Fraction(1, 10))).refusals == ()


def test_what_could_not_be_read_is_told_and_its_alarms_want_force_to_go() -> None:
    store = MemoryStore({metric("a").name: stands(metric("a"))})
    known = Known({}, (Caution("traffic-unread", "shop: its traffic"),), frozenset({"shop"}))
    made = planned(store=store, known=known)
    assert codes(made) == ["traffic-unread"]
    assert {one.code: one.consent for one in made.objections} == {"deletes": Consent.YES, "unread": Consent.FORCE}


def test_tags_that_the_index_has_wrong_are_asked_again() -> None:
    """The index of tags lags behind: right after an apply nothing is to do all the same."""
    wanted = metric("a")
    store = MemoryStore({wanted.name: stands(wanted)})
    lagging = Seen((replace(stands(wanted), tags={"slactl:managed": "true"}),))
    made = make_plan(Wanted((wanted,)), lagging, store, ENFORCEMENT, NOTHING)
    assert made.plan.to_do == ()
    assert [call for call, _ in store.calls] == ["tags"]


def test_many_that_lack_tags_are_no_lag() -> None:
    wanted = [metric(f"m{number}") for number in range(MOST_ASKED + 1)]
    alarms = {one.name: replace(stands(one), tags={"slactl:managed": "true"}) for one in wanted}
    store = MemoryStore(alarms)
    assert len(planned(*wanted, store=store).plan.updates) == MOST_ASKED + 1
    assert store.calls == []


def test_unreadable_tags_are_a_warning() -> None:
    store = MemoryStore()
    made = make_plan(Wanted(()), Seen((), ("slactl a: no answer",)), store, ENFORCEMENT, NOTHING)
    assert [(one.code, one.text) for one in made.plan.warnings] == [("tags-unread", "slactl a: no answer")]


def test_destroying_wants_nothing_and_keeps_others() -> None:
    theirs = replace(stands(metric("theirs")), tags={})
    store = MemoryStore({theirs.name: theirs, metric("a").name: stands(metric("a"))})
    made = plan_nothing(store, ENFORCEMENT)
    assert [one.name for one in made.plan.to_do] == ["slactl a"]
    assert made.plan.foreign == 1


def test_a_saved_plan_knows_where_it_belongs() -> None:
    kept = saved(planned(metric("a")), "1.0", NOW, {"slactl.yaml": "0" * 64})
    assert (kept.account, kept.region, kept.prefix, kept.made_at) == ("123456789012", "eu-west-1", "slactl", NOW)


def test_a_metric_without_data_is_told_once_with_all_who_look_at_it() -> None:
    reader = Answers(Series({}))
    found = without_data([metric("a"), metric("b"), composite("c", ("a",))], reader, NOW, "Slactl")
    (caution,) = found
    assert (caution.code, caution.alarm) == ("no-data", "slactl a")
    assert caution.text == f"{told_of(FAULTS)}, which 2 alarms look at, had no data in two weeks"
    (query,) = reader.asked
    assert (query.metrics, query.stat, query.span.seconds) == ((FAULTS,), "SampleCount", 14 * 86_400)
    assert query.span.start % 86_400 == 0
    assert query.span.start < NOW - 13 * 86_400 < NOW < query.span.end


@pytest.mark.parametrize(
    ("series", "found"),
    [
        (Series({NOW: 3.0}), []),
        (Series({NOW: 0.0}), ["no-data"]),
        (Series({}, FAILED), ["data-unread"]),
    ],
)
def test_only_a_read_that_worked_says_that_there_is_nothing(series: Series, found: list[str]) -> None:
    assert [one.code for one in without_data([metric("a")], Answers(series), NOW, "Slactl")] == found


def test_our_own_figures_say_how_they_come_to_be() -> None:
    (caution,) = without_data([metric("a")], Answers(Series({})), NOW, FAULTS.namespace)
    assert caution.text.endswith("`slactl check --publish` puts it there")
    budget = replace(FAULTS, name="BudgetRemaining")
    one = metric("a")
    assert isinstance(one.alarm, MetricAlarm)
    looks = replace(one.alarm, terms=(MetricTerm("left", budget, "Minimum", 300),))
    (caution,) = without_data([replace(one, alarm=looks)], Answers(Series({})), NOW, FAULTS.namespace)
    assert caution.text.endswith("puts it there unless the figure is INSUFFICIENT_DATA, and its alarm rings meanwhile")
