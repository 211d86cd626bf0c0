"""What is kept of alarms, day after day: once each, nothing private, and what is missing or lost by name."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from slactl.model.evidence import EvidenceSettings, Kind
from slactl.model.metric import Query, Series
from slactl.model.objective import Objective, Reference
from slactl.model.report import SourceUse
from slactl.model.span import Span
from slactl.model.status import Code, Reason
from slactl.ports.alarms import AlarmEvent, AlarmKind, Denial, MuteRule, StandingAlarm, Told, Unread
from slactl.ports.archive import EvidenceFailure
from slactl.workflows.collecting.alarms import DaysAlarms, Desk, alarm_items, keep_alarms
from slactl.workflows.collecting.outcome import Why
from slactl.workflows.collecting.topics import METRICS
from slactl.workflows.collecting.watched import clauses, happened, watched
from tests.fakes_archive import MemoryStore
from tests.workflows.collecting.runs import DAY, HOUR, NOW, Place, catalogue, traffic
from tests.workflows.surveys import OBJECTIVES

TOPIC = "arn:aws:sns:eu-west-1:123456789012:on-call"
ARN = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:"
UPTIME = replace(OBJECTIVES[0], reference=Reference("ISMS SLA", "Uptime", "≥ 99,9%"))
DENIED = Unread("history:metric", Denial.ACCESS_DENIED, "DescribeAlarmHistory answered AccessDenied")


def alarm(name: str, **more: Any) -> StandingAlarm:
    told: dict[str, Any] = {"state": "OK", "definition": {"Threshold": 1.5}, "actions": (TOPIC,)} | more
    return StandingAlarm(name, ARN + name, told.pop("kind", AlarmKind.METRIC), **told)


def rang(at: int, name: str = "faults", new: str = "ALARM", kind: AlarmKind = AlarmKind.METRIC) -> AlarmEvent:
    data = {
        "oldState": {"stateValue": "OK", "stateReason": "quiet"},
        "newState": {"stateValue": new, "stateReason": "Threshold Crossed", "stateReasonData": {"threshold": 1.5}},
    }
    return AlarmEvent(at * 1000 + 7, name, kind, "StateUpdate", f"Alarm updated from OK to {new}", data)


@dataclass
class FakeAlarms:
    """An ``AlarmSource`` that forgets after thirty days, tells some events twice, and misses what it is told to."""

    events: list[AlarmEvent] = field(default_factory=list)
    standing: list[StandingAlarm] = field(default_factory=list)
    tagged: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    rules: tuple[MuteRule, ...] = ()
    unread: dict[str, Unread] = field(default_factory=dict)
    asked: list[tuple[AlarmKind, Span]] = field(default_factory=list)

    def alarms(self, kind: AlarmKind) -> Told[tuple[StandingAlarm, ...]]:
        found = tuple(one for one in self.standing if one.kind is kind)
        missing = self.unread.get(f"alarms:{kind}")
        return Told((), missing) if missing else Told(found)

    def tags(self, arns: Sequence[str]) -> Told[Mapping[str, Mapping[str, str]]]:
        missing = self.unread.get("tags")
        return Told({}, missing) if missing else Told({arn: self.tagged.get(arn, {}) for arn in arns})

    def history(self, kind: AlarmKind, span: Span) -> Told[tuple[AlarmEvent, ...]]:
        self.asked.append((kind, span))
        missing = self.unread.get(f"history:{kind}")
        if missing:
            return Told((), missing)
        found = [one for one in self.events if one.kind is kind and span.start * 1000 <= one.at < span.end * 1000]
        return Told((*found, *found[:1]))

    def mute_rules(self) -> Told[tuple[MuteRule, ...]]:
        missing = self.unread.get("mute-rules")
        return Told((), missing) if missing else Told(self.rules)


@dataclass
class FakeSums:
    """A ``MetricReader`` of hourly sums by (topic's name, metric, hour); what is ``failing`` can't be read."""

    sums: dict[tuple[str, str, int], float] = field(default_factory=dict)
    failing: frozenset[str] = frozenset()
    asked: list[Query] = field(default_factory=list)

    def read(self, queries: Sequence[Query]) -> list[Series]:
        self.asked += queries
        return [self._series(query) for query in queries]

    def _series(self, query: Query) -> Series:
        (metric,) = query.metrics
        assert (metric.namespace, query.stat, query.period, metric.account_id) == ("AWS/SNS", "Sum", HOUR, None)
        ((dimension, topic),) = metric.dimensions
        assert dimension == "TopicName"
        if metric.name in self.failing:
            return Series({}, Reason.of(Code.READ_FAILED, error="InternalError"))
        hours = range(query.span.start, query.span.end, HOUR)
        return Series({at: self.sums[topic, metric.name, at] for at in hours if (topic, metric.name, at) in self.sums})

    def use(self) -> tuple[SourceUse, ...]:
        return ()


@dataclass
class Days:
    """A store, its alarms, and one record after the other."""

    source: FakeAlarms = field(default_factory=FakeAlarms)
    sums: FakeSums = field(default_factory=FakeSums)
    store: MemoryStore = field(default_factory=MemoryStore)
    settings: EvidenceSettings | None = None
    objectives: Sequence[Objective] = (UPTIME,)

    def take(self, now: int) -> DaysAlarms:
        agreed = catalogue(objectives=self.objectives, evidence=self.settings)
        desk = Desk(self.store, self.source, self.sums, agreed, "123456789012", "eu-west-1", now)
        found = alarm_items(desk)
        if found.added:
            self.store.commit("run", now, found.added, found.dropped)
        return found

    def document(self, day: str) -> Any:
        (item,) = self.store.items(Kind.ALARMS, when=day)
        assert item.place.name == "alarms.json"
        assert (item.place.account, item.place.region, item.place.service) == ("123456789012", "eu-west-1", "")
        return json.loads(self.store.body(item))

    def events(self) -> list[Any]:
        bodies = [json.loads(self.store.body(item)) for item in self.store.items(Kind.ALARMS)]
        return [event for body in bodies for event in body["history"]["events"]]


def test_the_first_record_holds_thirty_days_and_each_event_once() -> None:
    days = Days(FakeAlarms([rang(NOW - 29 * DAY), rang(NOW - 5 * DAY), rang(NOW - 60)]))
    found = days.take(NOW)
    assert {span for _, span in days.source.asked} == {Span(NOW - 30 * DAY, NOW)}
    document = days.document("2026-11-06")
    assert [event["at"] for event in document["history"]["events"]] == [
        "2026-10-08T06:00:00.007Z",
        "2026-11-01T06:00:00.007Z",
        "2026-11-06T05:59:00.007Z",
    ]
    assert (found.unread, found.lost, document["missing"]) == ([], [], [])
    (item,) = days.store.items(Kind.ALARMS)
    assert item.facts["metric_until"] == item.facts["composite_until"] == item.facts["at"] == NOW
    assert (item.facts["events"], document["schema"]) == (3, "slactl.evidence-alarms/1")


def test_day_after_day_every_event_is_kept_once_even_if_it_is_told_late() -> None:
    events = [rang(NOW - 2 * DAY + step * 1700) for step in range(320)]
    days = Days(FakeAlarms())
    for at in range(NOW - 2 * DAY, NOW + 4 * DAY, 7 * HOUR):
        days.source.events = [event for event in events if event.at <= (at - 1800) * 1000]
        days.take(at)
    told = [event["at"] for event in days.events()]
    assert len(told) == len(set(told)) == len(days.source.events)
    assert [span.seconds for kind, span in days.source.asked[3:] if kind is AlarmKind.METRIC] == [8 * HOUR] * 20


def test_a_second_run_of_a_day_keeps_the_union_and_drops_the_first() -> None:
    days = Days(FakeAlarms([rang(NOW - 60)], [alarm("a"), alarm("gone", description="ISMS SLA: Uptime")]))
    days.take(NOW)
    days.source.events.append(rang(NOW + HOUR, new="OK"))
    days.source.standing = [alarm("a", state="ALARM"), alarm("new")]
    found = days.take(NOW + 2 * HOUR)
    assert [dropped.why for dropped in found.dropped] == ["superseded"]
    document = days.document("2026-11-06")
    assert [event["new"]["value"] for event in document["history"]["events"]] == ["ALARM", "OK"]
    assert {one["name"]: (one["state"], one["seen"][11:13]) for one in document["alarms"]} == {
        "a": ("ALARM", "08"),
        "gone": ("OK", "06"),
        "new": ("OK", "08"),
    }
    assert document["states"] == {"metric": {"ALARM": 1, "OK": 1}, "composite": {}, "log": {}}
    assert [(one["name"], one["seen"]) for one in document["watched"]] == [
        ("gone", ["2026-11-06T06:00:00Z", "2026-11-06T06:00:00Z"])
    ]
    assert document["taken"] == ["2026-11-06T06:00:00Z", "2026-11-06T08:00:00Z"]
    assert document["history"]["read"]["metric"] == {"start": "2026-10-07T06:00:00Z", "end": "2026-11-06T08:00:00Z"}


def test_a_second_run_that_finds_nothing_new_writes_nothing() -> None:
    days = Days(FakeAlarms([rang(NOW - 60)], [alarm("a", description="ISMS SLA: Uptime")]))
    days.take(NOW)
    assert days.take(NOW).added == ()
    assert days.take(NOW + 5 * HOUR).added == ()
    assert len(days.take(NOW + DAY).added) == 1


def test_the_same_answers_give_the_same_bytes() -> None:
    bodies = []
    for order in (1, -1):
        source = FakeAlarms([rang(NOW - 60), rang(NOW - 60, "b")][::order], [alarm("a"), alarm("b")][::order])
        (item,) = Days(source).take(NOW).added
        bodies.append(item.body)
    assert bodies[0] == bodies[1]


def test_what_was_missed_for_longer_than_cloudwatch_keeps_it_is_lost_and_told() -> None:
    days = Days(FakeAlarms([rang(NOW + 9 * DAY), rang(NOW + 35 * DAY)]))
    days.take(NOW)
    found = days.take(NOW + 40 * DAY)
    assert found.lost == [Span(NOW, NOW + 10 * DAY)] * 3
    lost = days.document("2026-12-16")["history"]["lost"]
    assert lost[0] == {"kind": "metric", "start": "2026-11-06T06:00:00Z", "end": "2026-11-16T06:00:00Z"}
    assert len(days.events()) == 1
    assert days.take(NOW + 41 * DAY).lost == []


def test_what_rang_before_a_clock_ahead_is_caught_up_with_is_kept() -> None:
    days = Days(FakeAlarms([]))
    days.take(NOW + 9 * DAY)
    days.source.events = [rang(NOW + DAY)]
    days.take(NOW + 2 * DAY)
    assert len(days.events()) == 1


def test_a_kind_that_was_denied_is_read_on_from_where_it_was_read_last() -> None:
    days = Days(FakeAlarms([rang(NOW - 60), rang(NOW + DAY)]))
    days.take(NOW)
    days.source.unread = {"history:metric": DENIED}
    for day in (1, 2):
        found = days.take(NOW + day * DAY)
        assert found.unread == [DENIED]
        assert days.document(f"2026-11-0{6 + day}")["missing"] == [
            {"what": "history:metric", "why": "access-denied", "text": DENIED.text}
        ]
    days.source.unread = {}
    days.take(NOW + 3 * DAY)
    assert days.source.asked[-3] == (AlarmKind.METRIC, Span(NOW - HOUR, NOW + 3 * DAY))
    assert days.source.asked[-2] == (AlarmKind.COMPOSITE, Span(NOW + 2 * DAY - HOUR, NOW + 3 * DAY))
    assert len(days.events()) == 2


def test_what_an_earlier_run_of_the_day_read_stays_where_a_later_one_is_denied() -> None:
    rule = MuteRule("night", "", "cron(0 2 * * *)", "PT2H", "Europe/Rome", ("a",), "SCHEDULED", updated=NOW)
    days = Days(FakeAlarms([], [alarm("a")], rules=(rule,)))
    days.take(NOW)
    refused = {name: Unread(name, Denial.ACCESS_DENIED, "no") for name in ("alarms:metric", "mute-rules", "tags")}
    days.source.unread = refused
    days.take(NOW + HOUR)
    document = days.document("2026-11-06")
    assert [one["name"] for one in document["alarms"]] == ["a"]
    assert [one["name"] for one in document["mute_rules"]] == ["night"]
    assert [one["what"] for one in document["missing"]] == ["alarms:metric", "mute-rules", "tags"]


def test_mute_rules_that_nobody_could_read_are_not_none() -> None:
    days = Days(FakeAlarms(unread={"mute-rules": Unread("mute-rules", Denial.NOT_OFFERED, "old boto3")}))
    days.take(NOW)
    assert days.document("2026-11-06")["mute_rules"] is None
    days = Days()
    days.take(NOW)
    assert days.document("2026-11-06")["mute_rules"] == []


SECRETS = "https://hooks.example.com/eyJhbGciOi.eyJzdWIiOi.x jane@example.com"


@pytest.mark.parametrize(
    ("tags", "description", "named"),
    [
        ({"clause": "Uptime"}, "", (("tag clause", "Uptime"),)),
        ({"Clause": "5.1"}, "", (("tag Clause", "5.1"),)),
        ({"slactl:objective": "uptime"}, "", (("tag slactl:objective", "uptime"),)),
        ({"team": "Uptime"}, "", ()),
        ({}, "isms sla, uptime: faults", (("description", "ISMS SLA, Uptime"),)),
        ({}, "Uptime", ()),
        ({}, "ISMS SLAs and Uptime", ()),
        ({"clause": "x@example.com"}, "", (("tag clause", ""),)),
    ],
)
def test_what_names_a_clause(tags: dict[str, str], description: str, named: tuple[tuple[str, str], ...]) -> None:
    assert clauses(alarm("a", description=description), tags, [UPTIME, *OBJECTIVES]) == named


def test_an_alarm_that_names_a_clause_is_kept_with_definition_and_tags_but_nothing_private() -> None:
    tags = {"clause": "Uptime", "Owner": "jane@example.com", "team": "platform"}
    told = alarm(
        "a", description=f"page {SECRETS}", definition={"Threshold": 1.5, "StateReasonData": SECRETS, "New": 1}
    )
    kept = watched(told, tags, clauses(told, tags, ()))
    assert kept["definition"] == {"Threshold": 1.5}
    assert kept["tags"] == {"clause": "Uptime", "Owner": None, "team": "platform"}
    assert (kept["description"], kept["withheld"]) == (None, ["description", "tag Owner"])
    assert "jane" not in json.dumps(kept)


def test_only_alarms_that_name_a_clause_are_kept_in_full() -> None:
    standing = [alarm("plain"), alarm("tagged"), alarm("told", description="ISMS SLA, Uptime")]
    days = Days(FakeAlarms([], standing, {ARN + "tagged": {"clause": "Uptime"}}))
    days.take(NOW)
    document = days.document("2026-11-06")
    assert [one["name"] for one in document["watched"]] == ["tagged", "told"]
    assert [one["name"] for one in document["alarms"]] == ["plain", "tagged", "told"]


def test_events_are_kept_without_descriptions_and_messages() -> None:
    action = AlarmEvent(
        1, "a", AlarmKind.METRIC, "Action", f"Successfully executed action {TOPIC}",
        {"actionState": "Succeeded", "notificationResource": TOPIC, "publishedMessage": SECRETS},
    )  # fmt: skip
    assert happened(action)["action"] == {"state": "Succeeded", "resource": TOPIC}
    changed = AlarmEvent(
        1, "a", AlarmKind.METRIC, "ConfigurationUpdate", 'Alarm "a" updated',
        {
            "type": "Update",
            "updatedAlarm": {"threshold": 2, "alarmDescription": SECRETS, "okactions": []},
            "originalUpdatedFields": {"threshold": 1, "alarmDescription": SECRETS},
        },
    )  # fmt: skip
    assert happened(changed)["change"] == {
        "type": "Update",
        "alarm": {"threshold": 2, "okactions": []},
        "before": {"threshold": 1},
        "changed": ["alarmDescription", "threshold"],
    }
    set_by_hand = rang(1)
    data = {**set_by_hand.data, "newState": {"stateValue": "OK", "stateReason": SECRETS}}
    assert happened(replace(set_by_hand, data=data))["new"] == {"value": "OK", "reason": None}
    for event in (action, changed, replace(set_by_hand, data=data)):
        assert "jane" not in json.dumps(happened(event))


def test_failed_notifications_of_the_topics_that_alarms_and_settings_name() -> None:
    other = "arn:aws:sns:eu-west-1:123456789012:audit"
    failed, hour = "NumberOfNotificationsFailed", NOW - 3 * HOUR
    days = Days(FakeAlarms([], [alarm("a", actions=(TOPIC, "arn:aws:lambda:eu-west-1:1:function:f"))]))
    days.settings = EvidenceSettings("evidence", topics=(other,))
    days.sums = FakeSums({("on-call", failed, hour): 2.0, ("audit", METRICS[1], hour): 5.0})
    days.take(NOW)
    told = days.document("2026-11-06")["notifications"]
    assert told["topics"][TOPIC][failed] == {"2026-11-06T03:00:00Z": 2.0}
    assert told["topics"][other] == {
        name: {"2026-11-06T03:00:00Z": 5.0} if name == METRICS[1] else {} for name in METRICS
    }
    assert told["read"] == {"start": "2026-10-07T06:00:00Z", "end": "2026-11-06T06:00:00Z"}
    assert len(days.sums.asked) == 8


def test_three_days_of_notifications_are_read_again_and_the_later_figure_counts() -> None:
    failed, hour = "NumberOfNotificationsFailed", NOW - HOUR
    days = Days(FakeAlarms([], [alarm("a")]), FakeSums({("on-call", failed, hour): 1.0}))
    days.take(NOW)
    days.sums.sums = {("on-call", failed, hour): 3.0, ("on-call", failed, hour + HOUR): 1.0}
    days.take(NOW + HOUR)
    told = days.document("2026-11-06")["notifications"]["topics"][TOPIC][failed]
    assert told == {"2026-11-06T05:00:00Z": 3.0, "2026-11-06T06:00:00Z": 1.0}
    days.take(NOW + DAY)
    assert days.sums.asked[-1].span == Span(NOW + DAY - 72 * HOUR, NOW + DAY)


def test_topics_elsewhere_and_sums_that_cannot_be_read_are_named() -> None:
    foreign = ("arn:aws:sns:eu-west-1:999999999999:theirs", "arn:aws:sns:us-east-1:123456789012:far")
    days = Days(FakeAlarms([], [alarm("a", actions=(TOPIC, *foreign))]), FakeSums(failing=frozenset({METRICS[2]})))
    found = days.take(NOW)
    assert [(one.what.rpartition(":")[2], one.why) for one in sorted(found.unread)] == [
        ("on-call", Denial.READ_FAILED),
        ("theirs", Denial.ELSEWHERE),
        ("far", Denial.ELSEWHERE),
    ]
    assert set(days.document("2026-11-06")["notifications"]["topics"]) == {TOPIC}


def test_another_accounts_records_are_none_of_ours() -> None:
    days = Days(FakeAlarms([rang(NOW - 60)]))
    days.take(NOW)
    elsewhere = Desk(days.store, days.source, days.sums, catalogue(), "210987654321", "eu-west-1", NOW + HOUR)
    found = alarm_items(elsewhere)
    assert found.dropped == ()
    assert found.span.seconds == 30 * DAY
    assert len(json.loads(found.added[0].body)["history"]["events"]) == 1


def test_a_record_that_is_none_stops_with_its_name() -> None:
    days = Days()
    (item,) = days.take(NOW).added
    days.store.commit("run", NOW, [replace(item, body=b"{}")], [])
    with pytest.raises(EvidenceFailure, match=r"not slactl\.evidence-alarms/1"):
        days.take(NOW + HOUR)


def shop(source: FakeAlarms, **more: Any) -> tuple[Place, Any]:
    place = Place(traffic(3), catalogue=catalogue(**more))
    return place, (lambda: place.collect(extras=(keep_alarms(source),)))


def test_a_collect_keeps_alarms_and_tells_what_is_missing_and_lost() -> None:
    source = FakeAlarms(
        [rang(NOW - 60)], [alarm("a", actions=())], unread={"history:composite": replace(DENIED, what="c")}
    )
    place, run = shop(source)
    outcome = run()
    assert [(one.service, one.why, one.text) for one in outcome.missing] == [("alarms", Why.ACCESS_DENIED, DENIED.text)]
    assert len(place.store.items(Kind.ALARMS)) == 1
    place.now += 40 * DAY
    source.unread = {"mute-rules": Unread("mute-rules", Denial.NOT_OFFERED, "old boto3")}
    outcome = run()
    lost = [one for one in outcome.lost if one.service == "alarms"]
    assert [(one.span, one.why) for one in lost] == [(Span(NOW, NOW + 10 * DAY), Why.EXPIRED)]
    assert [one for one in outcome.missing if one.service == "alarms"] == []


def test_alarms_may_be_switched_off() -> None:
    source = FakeAlarms([rang(NOW - 60)])
    place, run = shop(source, evidence=EvidenceSettings("evidence", alarms=False))
    run()
    assert place.store.items(Kind.ALARMS) == ()
    assert source.asked == []
