"""What the kept history of alarms, and the report's own reads, tell: hours watched, crossings, who was told."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Any

import pytest

from slactl.configuration.alarmkinds import bundled_kinds
from slactl.model.catalogue import AwsSettings, Catalogue, ReportSettings
from slactl.model.component import Component
from slactl.model.enforcement import Enforcement, Told
from slactl.model.general import AlarmRecord, MetricTerm, Ratio, Recorded
from slactl.model.goal import Comparison, Goal
from slactl.model.maintenance import MaintenanceCalendar, MaintenancePolicy, Proof, Window
from slactl.model.metric import Query
from slactl.model.objective import (
    Availability,
    ErrorCounts,
    ErrorRate,
    Evaluation,
    Objective,
    Percentile,
    Reference,
    SilencePolicy,
)
from slactl.model.period import Month
from slactl.model.report import Report, Result
from slactl.model.service import SourceKind
from slactl.model.span import Span
from slactl.model.status import Code, Status
from slactl.ports.alarms import AlarmEvent, AlarmKind, StandingAlarm
from slactl.ports.general import GeneralWorld, NoDirectory, NoSamples
from slactl.reading.retention import CloudWatchKeeping
from slactl.workflows.collecting import alarmday
from slactl.workflows.collecting.watched import clauses, watched
from slactl.workflows.report import Circumstances, make_report
from slactl.workflows.surveying import Aim
from tests.fakes import FAILED, SHOP, FakeInventory, FakeReader, Hit, hourly, instant

OCTOBER = Month(2026, 10)
START = instant("2026-10-01T00:00:00+00:00")
END = instant("2026-11-01T00:00:00+00:00")
LATER = instant("2026-11-06T00:00:00+00:00")
HOUR, DAY = 3600, 86_400
TOPIC = "arn:aws:sns:eu-west-1:123456789012:page"
AT = START + 10 * DAY + 6 * HOUR
"""When everything begins to fail, for an hour."""
UPTIME = Objective(
    "uptime",
    {"en": "Uptime"},
    Availability(
        Evaluation.REQUESTS, 300, Goal(Comparison.AT_LEAST, Fraction(95, 100), ">= 95%"), SilencePolicy.EXPECTED
    ),
    Goal(Comparison.AT_LEAST, Fraction(999, 1000), ">= 99.9%"),
    reference=Reference("ISMS", "Uptime"),
)


def asking(asks: Recorded, goal: str = "99/100") -> Objective:
    unit = {Recorded.WATCHED: "seconds", Recorded.NOTIFIED: "crossings"}.get(asks, "requests")
    wanted = Goal(Comparison.AT_LEAST, Fraction(goal), f">= {goal}")
    return Objective(f"monitoring-{asks}", {}, AlarmRecord(asks, unit), wanted, services=("monitoring",))


NOTICE = MaintenancePolicy(DAY)
ALARMS = Enforcement(Told(page=(TOPIC,)), {"burn-rate": bundled_kinds()["burn-rate"]})


def catalogue(
    *objectives: Objective, windows: Sequence[Window] = (), planned: bool = True,
    policy: MaintenancePolicy = NOTICE,
) -> Catalogue:  # fmt: skip
    calendar = MaintenanceCalendar(policy, tuple(windows))
    return Catalogue(
        ReportSettings(), AwsSettings(), (SHOP,), objectives, calendar,
        enforcement=ALARMS if planned else None, components=(Component("monitoring"),),
    )  # fmt: skip


def traffic() -> list[Hit]:
    """A request in each hour of the month and the days before; for an hour many, and all fail."""
    usual = hourly(START - 10 * DAY, (END - START) // HOUR + 240, [Hit(60), Hit(1801)])
    failing = hourly(AT, 1, [Hit(300 * number + 10 * one, status=500) for number in range(12) for one in range(4)])
    return sorted([*usual, *failing], key=lambda one: one.at)


HITS = traffic()


ALL = Span(START - DAY, END + DAY)


@dataclass
class Days:
    """An ``AlarmBook`` of one day after the month, with the history of all of it."""

    events: Sequence[AlarmEvent] = ()
    standing: Sequence[tuple[AlarmKind, str, Mapping[str, Any], Mapping[str, str]]] = ()
    read: Span = ALL
    lost: Span | None = None

    def days(self, span: Span) -> tuple[Mapping[str, Any], ...]:
        made = alarmday.empty("123456789012", "eu-west-1", "2026-11-02", self.read.end)
        for kind in (AlarmKind.METRIC, AlarmKind.COMPOSITE):
            alarmday.add_history(made, kind, self.read, [one for one in self.events if one.kind is kind])
            if self.lost:
                alarmday.add_lost(made, kind, self.lost)
        for kind, name, fields, tags in self.standing:
            alarm = StandingAlarm(name, f"arn:{name}", kind, "OK", definition=fields)
            alarmday.add_standing(made, kind, [alarm], self.read.end)
            alarmday.add_watched(made, [watched(alarm, tags, clauses(alarm, tags, (UPTIME,)))], self.read.end)
        return (made,)


def child(name: str) -> tuple[AlarmKind, str, Mapping[str, Any], Mapping[str, str]]:
    tags = {"slactl:managed": "true", "slactl:service": "shop", "slactl:objective": "uptime"}
    return AlarmKind.METRIC, name, {"ActionsEnabled": True, "AlarmActions": []}, tags


def page(enabled: bool = True) -> tuple[AlarmKind, str, Mapping[str, Any], Mapping[str, str]]:
    rule = 'ALARM("a") AND ALARM("b")'
    fields = {"AlarmRule": rule, "ActionsEnabled": enabled, "AlarmActions": [TOPIC]}
    return AlarmKind.COMPOSITE, "page", fields, {"slactl:managed": "true", "slactl:severity": "page"}


def acted(at: int, state: str = "Succeeded", alarm: str = "page", told: str | None = None) -> AlarmEvent:
    data = {"actionState": state, "notificationResource": TOPIC}
    if told:
        data["publishedMessage"] = json.dumps({"default": json.dumps({"NewStateValue": told})})
    return AlarmEvent(at * 1000, alarm, AlarmKind.COMPOSITE, "Action", "", data)


def turned(at: int, before: str, after: str, alarm: str = "page") -> AlarmEvent:
    data = {"oldState": {"stateValue": before}, "newState": {"stateValue": after}}
    return AlarmEvent(at * 1000, alarm, AlarmKind.COMPOSITE, "StateUpdate", "", data)


def changed(at: int, what: str, **data: Any) -> AlarmEvent:
    return AlarmEvent(at * 1000, "page", AlarmKind.COMPOSITE, "ConfigurationUpdate", "", {"type": what, **data})


STANDING = (child("a"), child("b"), page())


def reported(book: Days | None, *objectives: Objective, now: int = LATER, **more: Any) -> Report:
    made = Circumstances(
        now, True, "test", "3", "1", "2026", "0" * 64, "slactl report",
        general=GeneralWorld(NoDirectory(FAILED), NoSamples(), book),
        keeping=CloudWatchKeeping(now, more.pop("recorded", frozenset())),
    )  # fmt: skip
    reader = more.pop("reader", None) or FakeReader(HITS)
    operations = more.pop("operations", ["GET /a"])
    inventories = {SourceKind.APPLICATION_SIGNALS: FakeInventory(operations)}
    return make_report(catalogue(UPTIME, *objectives, **more), OCTOBER, reader, inventories, made)


def row(found: Report, objective: Objective, part: str | None = None) -> Result:
    (one,) = [one for one in found.results if (one.objective, one.operation) == (objective.id, part)]
    return one


WATCHED, NOTIFIED = asking(Recorded.WATCHED), asking(Recorded.NOTIFIED, "1")


def test_a_month_that_was_watched_and_told_of() -> None:
    found = reported(Days([acted(AT + 1000)], STANDING), WATCHED, NOTIFIED)
    hours = row(found, WATCHED)
    assert (hours.status, hours.good, hours.total, hours.unit) == (Status.OK, 31 * DAY, 31 * DAY, "seconds")
    assert row(found, WATCHED, "shop uptime").value == 1
    told = row(found, NOTIFIED)
    assert (told.status, told.good, told.total, told.unit) == (Status.OK, 1, 1, "crossings")
    (promise,) = found.watched or ()
    assert (promise.service, promise.objective, promise.owed, promise.watched) == ("shop", "uptime", 31 * DAY, 31 * DAY)
    (crossing,) = promise.crossings
    assert AT < crossing.at <= AT + 1200
    assert (crossing.action, promise.untold) == (AT + 1000, ())


def test_a_crossing_that_nobody_was_told_of_breaches() -> None:
    others = (acted(AT + 1000, "Failed"), acted(AT - 2 * HOUR), acted(AT + 5 * HOUR), acted(AT + 1000, alarm="other"))
    found = reported(Days(others, STANDING), NOTIFIED)
    told = row(found, NOTIFIED)
    assert (told.status, told.good, told.total) == (Status.BREACHED, 0, 1)
    assert [len(one.untold) for one in found.watched or ()] == [1]


ALARMING, CLEARING = turned(AT + 990, "OK", "ALARM"), turned(AT + 990, "ALARM", "OK")
CUT = AlarmEvent((AT + 1000) * 1000, "page", AlarmKind.COMPOSITE, "Action", f"Successfully executed action {TOPIC}", {})
CUT_CHANGE = AlarmEvent(AT * 1000, "page", AlarmKind.COMPOSITE, "StateUpdate", "Alarm updated from OK to ALARM", {})
HOLE = Span(AT - 2 * DAY, AT - DAY)


@pytest.mark.parametrize(
    ("events", "lost", "status"),
    [
        ([ALARMING, acted(AT + 1000)], None, Status.OK),
        ([CLEARING, acted(AT + 1000)], None, Status.BREACHED),
        ([turned(AT - 3 * DAY, "ALARM", "OK"), acted(AT + 1000)], None, Status.BREACHED),
        ([turned(AT - 3 * DAY, "ALARM", "OK"), acted(AT + 1000)], HOLE, Status.INSUFFICIENT_DATA),
        ([turned(AT + DAY, "ALARM", "OK"), acted(AT + 1000)], None, Status.OK),
        ([CLEARING, acted(AT + 1000, told="ALARM")], None, Status.OK),
        ([ALARMING, acted(AT + 1000, told="OK")], None, Status.BREACHED),
        ([acted(AT + 1000)], None, Status.INSUFFICIENT_DATA),
        ([CUT_CHANGE, CUT], None, Status.OK),
        ([CUT], None, Status.INSUFFICIENT_DATA),
        ([turned(AT - DAY, "ALARM", "OK"), CUT], None, Status.BREACHED),
    ],
)
def test_an_all_clear_tells_nobody_of_a_fault(events: list[AlarmEvent], lost: Span | None, status: Status) -> None:
    """The alarm calls the same topic when it is OK again; what of both an action was may not be known."""
    kind, name, fields, tags = page()
    standing = (*STANDING[:2], (kind, name, {**fields, "OKActions": [TOPIC]}, tags))
    found = row(reported(Days(events, standing, lost=lost), NOTIFIED), NOTIFIED)
    assert (found.status, found.total) == (status, 1)


def test_an_alarm_watches_only_while_it_is_enabled_and_calls_somebody() -> None:
    alarm = {"alarmName": "page", "alarmRule": 'ALARM("a")', "actionsEnabled": False, "alarmActions": [TOPIC]}
    off = changed(START + 10 * DAY, "Update", updatedAlarm=alarm, originalUpdatedFields={"actionsEnabled": True})
    hours = row(reported(Days([off], (child("a"), page(False))), WATCHED), WATCHED)
    assert (hours.status, hours.good) == (Status.BREACHED, 10 * DAY)
    nobody = row(reported(Days((), (child("a"), child("b"))), WATCHED), WATCHED)
    assert (nobody.status, nobody.good) == (Status.BREACHED, 0)


def test_an_alarm_that_was_made_in_the_month_watched_since_then() -> None:
    made = changed(START + 3 * DAY, "Create", createdAlarm={"alarmRule": 'ALARM("a")', "alarmActions": [TOPIC]})
    gone = changed(START + 30 * DAY, "Delete", deletedAlarm={"alarmRule": 'ALARM("a")', "alarmActions": [TOPIC]})
    hours = row(reported(Days([made, gone], STANDING), WATCHED), WATCHED)
    assert hours.good == 27 * DAY


def test_what_no_history_covers_is_unknown_and_no_pass() -> None:
    for book in (None, Days(read=Span(END, END + DAY), standing=STANDING)):
        found = reported(book, WATCHED, NOTIFIED)
        for asked in (WATCHED, NOTIFIED):
            reason = row(found, asked).reason
            assert (row(found, asked).status, reason and reason.code) == (Status.INSUFFICIENT_DATA, Code.NO_RECORD)
        assert [one.watched for one in found.watched or ()] == [None]
    lost = Span(START + 10 * DAY, START + 12 * DAY)
    found = reported(Days((), STANDING, lost=lost), WATCHED, NOTIFIED)
    hours, told = row(found, WATCHED), row(found, NOTIFIED)
    assert (hours.status, hours.good) == (Status.INSUFFICIENT_DATA, 29 * DAY)
    assert (told.status, told.good, told.total) == (Status.INSUFFICIENT_DATA, 0, 1)


def test_what_announced_maintenance_mutes_is_no_miss() -> None:
    window = Window("W", Span(AT - HOUR, AT + 3 * HOUR), START, "work")
    found = reported(Days((), STANDING), NOTIFIED, windows=(window,))
    told = row(found, NOTIFIED)
    assert (told.status, told.reason and told.reason.code) == (Status.NOT_RATED, Code.NO_CROSSINGS)
    (promise,) = found.watched or ()
    assert [(one.window, one.admitted) for one in promise.muted] == [("W", True)]


@pytest.mark.parametrize(("called", "status"), [(None, Status.BREACHED), (AT + 2400, Status.OK)])
def test_a_window_that_was_announced_too_late_excuses_nothing(called: int | None, status: Status) -> None:
    window = Window("W", Span(AT - HOUR, AT + 2000), AT - 2 * HOUR, "work")
    events = () if called is None else (acted(called),)
    found = reported(Days(events, STANDING), NOTIFIED, windows=(window,))
    told = row(found, NOTIFIED)
    assert (told.status, told.total) == (status, 1)
    (promise,) = found.watched or ()
    (crossing,), (muted,) = promise.crossings, promise.muted
    assert AT < crossing.at <= AT + 1200
    assert (crossing.action, crossing.delay) == (called, called and called - crossing.at)
    assert (muted.at, muted.window, muted.admitted) == (crossing.at, "W", False)


def test_a_window_with_too_weak_a_proof_excuses_nothing_unless_it_is_recorded() -> None:
    window = Window("W", Span(AT - HOUR, AT + 3 * HOUR), START, "work")
    strict = MaintenancePolicy(DAY, require_proof=Proof.RECORDED)
    for recorded, status in ((frozenset(), Status.BREACHED), (frozenset({"W"}), Status.NOT_RATED)):
        found = reported(Days((), STANDING), NOTIFIED, windows=(window,), policy=strict, recorded=recorded)
        assert row(found, NOTIFIED).status is status


def test_an_alarm_of_somebody_else_counts_where_it_names_the_clause_and_the_service() -> None:
    def foreign(service: str) -> tuple[AlarmKind, str, Mapping[str, Any], Mapping[str, str]]:
        fields = {"AlarmActions": [TOPIC], "Dimensions": [{"Name": "Service", "Value": service}]}
        return AlarmKind.METRIC, "theirs", fields, {"clause": "uptime"}

    good = [row(reported(Days((), (foreign(name),)), WATCHED), WATCHED).good for name in ("shop", "other")]
    assert good == [31 * DAY, 0]


THROTTLES = MetricTerm("AWS/DynamoDB", "ThrottledRequests", "Sum", (("TableName", ("missions",)),))
REQUESTS = MetricTerm("AWS/DynamoDB", "SuccessfulRequestLatency", "SampleCount", (("TableName", ("missions",)),))
ENTRY = Objective(
    "throttles", {}, Ratio((THROTTLES,), (REQUESTS,), counts_good=False),
    Goal(Comparison.BELOW, Fraction(1, 1000), "< 0.1%"), services=("monitoring",),
)  # fmt: skip


def entrys_alarm(tags: Mapping[str, str]) -> tuple[AlarmKind, str, Mapping[str, Any], Mapping[str, str]]:
    return AlarmKind.METRIC, "throttles", {"ActionsEnabled": True, "AlarmActions": [TOPIC]}, tags


OWN = {"slactl:service": "monitoring", "slactl:objective": "throttles"}


@pytest.mark.parametrize(
    ("tags", "its"),
    [
        (OWN, True),
        ({"clause": "throttles"}, True),
        ({**OWN, "slactl:service": "other"}, False),
        ({"clause": "x"}, False),
    ],
)
def test_an_entry_with_a_limit_is_a_promise_too(tags: Mapping[str, str], its: bool) -> None:
    events = [acted(AT, alarm="throttles")]
    found = reported(Days(events, (*STANDING, entrys_alarm(tags))), ENTRY, WATCHED, NOTIFIED)
    assert row(found, ENTRY).status is Status.BREACHED
    assert row(found, WATCHED, "monitoring throttles").good == (31 * DAY if its else 0)
    told = row(found, NOTIFIED, "monitoring throttles")
    assert (told.good, told.total) == (int(its), 1)
    quiet = reported(Days((), STANDING), replace(ENTRY, advisory=True), WATCHED)
    assert [one.objective for one in quiet.watched or ()] == ["uptime"]


def test_counts_that_nobody_has_leave_the_crossings_in_doubt() -> None:
    def refuse(query: Query) -> Any:
        return FAILED if query.span.start <= AT < query.span.end and query.metrics[0].name == "Fault" else None

    told = row(reported(Days((), STANDING), NOTIFIED, reader=FakeReader(HITS, refuse=refuse)), NOTIFIED)
    assert told.status is Status.INSUFFICIENT_DATA


def test_without_planned_alarms_a_promise_that_the_month_missed_is_a_crossing() -> None:
    for events, status in (((), Status.BREACHED), ((acted(AT),), Status.OK)):
        told = row(reported(Days(events, STANDING), NOTIFIED, planned=False), NOTIFIED)
        assert (told.status, told.total) == (status, 1)


def test_a_window_over_the_month_s_end_hides_no_month_that_missed() -> None:
    window = Window("W", Span(END - HOUR, END + HOUR), START, "work")
    found = reported(Days((), STANDING), NOTIFIED, planned=False, windows=(window,))
    assert (row(found, NOTIFIED).status, row(found, NOTIFIED).total) == (Status.BREACHED, 1)
    assert [(one.by_month, len(one.untold), one.muted) for one in found.watched or ()] == [(True, 1, ())]


def test_of_a_promise_that_no_condition_watches_only_the_month_is_told() -> None:
    usual = [one for one in HITS if one.status == 200]
    for planned, code in ((True, Code.NO_CROSSINGS), (False, Code.MONTH_MET)):
        found = reported(Days((), STANDING), NOTIFIED, planned=planned, reader=FakeReader(usual))
        for part in (None, "shop uptime"):
            told = row(found, NOTIFIED, part)
            assert (told.status, told.reason and told.reason.code) == (Status.NOT_RATED, code)


def test_a_running_month_is_watched_as_far_as_it_went() -> None:
    now = START + 5 * DAY
    hours = row(reported(Days((), STANDING, Span(START, now)), WATCHED, now=now), WATCHED)
    assert (hours.status, hours.total) == (Status.OK, (5 * DAY - 600) // 300 * 300)


@pytest.mark.parametrize("events", [(), (acted(AT),)])
def test_a_month_of_which_nobody_knows_whether_it_missed_is_no_month_without_a_crossing(
    events: Sequence[AlarmEvent],
) -> None:
    def refuse(query: Query) -> Any:
        return FAILED if query.metrics[0].name == "Fault" else None

    found = reported(Days(events, STANDING), NOTIFIED, planned=False, reader=FakeReader(HITS, refuse=refuse))
    assert row(found, UPTIME).status is Status.INSUFFICIENT_DATA
    told = row(found, NOTIFIED)
    assert told.status is Status.INSUFFICIENT_DATA, "what acted may have told of something else"
    assert (told.reason and told.reason.code) is Code.UNKNOWN_DECIDES


ERRORS = Objective("errors", {}, ErrorRate(ErrorCounts.FAULTS), Goal(Comparison.BELOW, Fraction(1, 100), "< 1%"))
SLOW = Objective("p98", {}, Percentile(Fraction(98, 100)), Goal(Comparison.BELOW, Fraction(1000), "< 1000ms"))
BLIP, EARLY = AT - 5 * DAY + 1801, AT - 5 * DAY + 2000


def hit_as(one: Hit) -> Hit:
    """The failing hour is slow too, and long before one request is bad, which the month allows."""
    bad = one.status == 500 or one.at == BLIP
    return replace(one, status=500, ms=2000.0) if bad else one


@pytest.mark.parametrize("objective", [ERRORS, SLOW], ids=lambda one: one.id)
@pytest.mark.parametrize(
    ("called", "status"),
    [
        ((), Status.BREACHED),
        ((EARLY,), Status.BREACHED),
        ((EARLY, AT + 600), Status.OK),
        ((AT - 200,), Status.BREACHED),
    ],
)
def test_what_acted_before_the_allowance_can_have_been_used_up_told_of_something_else(
    objective: Objective, called: Sequence[int], status: Status
) -> None:
    tags = {"slactl:service": "shop", "slactl:objective": objective.id}
    alarm = (AlarmKind.METRIC, "its", {"ActionsEnabled": True, "AlarmActions": [TOPIC]}, tags)
    events = [replace(acted(at, alarm="its"), kind=AlarmKind.METRIC) for at in called]

    def judged(**more: Any) -> tuple[Status, Report]:
        reader = FakeReader([hit_as(one) for one in HITS], **more)
        found = reported(Days(events, (*STANDING, alarm)), objective, NOTIFIED, planned=False, reader=reader)
        assert row(found, objective).status is Status.BREACHED
        return row(found, NOTIFIED, f"shop {objective.id}").status, found

    assert any(one.at == BLIP for one in HITS)
    found = judged()
    assert found[0] is status
    (promise,) = [one for one in found[1].watched or () if one.objective == objective.id]
    assert [one.action for one in promise.crossings] == [called[-1] if status is Status.OK else None]
    unread, _ = judged(refuse=lambda query: FAILED if query.period == HOUR else None)
    assert unread is (Status.INSUFFICIENT_DATA if called else Status.BREACHED), "nobody knows when it was used up"


READABLE, ATTRIBUTED = asking(Recorded.PERCENTILES_READABLE), asking(Recorded.ATTRIBUTED)
P99 = Objective("p99", {}, Percentile(Fraction(99, 100)), Goal(Comparison.BELOW, Fraction(1000), "< 1000ms"))


def test_requests_that_no_endpoint_accounts_for_and_latencies_without_a_distribution() -> None:
    names = ("AllOtherOperations", "GET /a", "GET /a", "GET /a")
    hits = [Hit(START + 900 * number, names[number % 4], 50.0 + number % 7) for number in range(400)]

    def absent(query: Query, start: int) -> bool:
        return query.stat.startswith("TC") and ("Operation", "AllOtherOperations") in query.metrics[0].dimensions

    found = reported(
        None, P99, READABLE, ATTRIBUTED,
        reader=FakeReader(hits, absent=absent), operations=["GET /a", "AllOtherOperations"],
    )  # fmt: skip
    every = 400
    for objective in (READABLE, ATTRIBUTED):
        one = row(found, objective)
        assert (one.status, one.good, one.total) == (Status.BREACHED, every * 3 // 4, every)
        assert row(found, objective, "shop").total == every


def test_in_a_quick_look_nothing_is_asked_of_the_record() -> None:
    made = Circumstances(LATER, True, "test", "3", "1", "2026", "0" * 64, "slactl check", aim=Aim(lean=True))
    inventories = {SourceKind.APPLICATION_SIGNALS: FakeInventory(["GET /a"])}
    found = make_report(catalogue(UPTIME, WATCHED), OCTOBER, FakeReader(HITS), inventories, made)
    one = row(found, WATCHED)
    assert (one.status, one.reason and one.reason.code) == (Status.NOT_RATED, Code.REPORT_ONLY)
