"""Alarms, what happened to them and what mutes them, read from the sandbox; what cannot be read is named."""

from __future__ import annotations

from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

import pytest

from slactl.aws.failures import AwsFailure
from slactl.aws.session import AwsWorld
from slactl.model.span import Span
from slactl.ports.alarms import AlarmKind, Denial, MuteRule
from slactl.sandbox.app import Application
from slactl.sandbox.behaviour import Behaviour, Rhythm
from slactl.sandbox.world import World
from slactl.sources.alarms import CloudWatchAlarms
from tests.aws.clock import Clock
from tests.fakes import instant
from tests.sources.sandboxed import over, world_of

NOW = instant("2026-10-20T06:00:00Z")
DAY = 86_400
TOPIC = "arn:aws:sns:eu-west-1:123456789012:on-call"
LAMBDA = "arn:aws:lambda:eu-west-1:123456789012:function:page"
FAULTS: dict[str, Any] = {
    "AlarmName": "faults",
    "AlarmDescription": "ISMS SLA, Uptime",
    "AlarmActions": [TOPIC, LAMBDA],
    "OKActions": [TOPIC],
    "Namespace": "ApplicationSignals",
    "MetricName": "Fault",
    "Statistic": "Sum",
    "Period": 300,
    "EvaluationPeriods": 1,
    "Threshold": 0.0,
    "ComparisonOperator": "GreaterThanThreshold",
}
BOTH = {"AlarmName": "both: all", "AlarmRule": 'ALARM("faults")'}
QUERY = {"QueryString": "fields @message", "AggregationExpression": "count(*)"}
LOGS = {"AlarmName": "logs", "ScheduledQueryConfiguration": QUERY}


class Stage:
    """A world with three alarms, and a source over it."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, **told: Any) -> None:
        self.clock = Clock()
        self.world: World = world_of([], NOW, behaviour=Behaviour(**told))
        self.aws, self.app = self._over(monkeypatch)
        book = self.world.alarms
        book.put("MetricAlarm", FAULTS | {"Tags": [{"Key": "clause", "Value": "Uptime"}]}, NOW - 40 * DAY)
        book.put("CompositeAlarm", BOTH, NOW - 3 * DAY)
        book.put("LogAlarm", LOGS, NOW - 2 * DAY)
        self.source = CloudWatchAlarms(self.aws)

    def _over(self, monkeypatch: pytest.MonkeyPatch) -> tuple[AwsWorld, Application]:
        return over(self.world, monkeypatch, self.clock.timing)

    def asked(self, operation: str) -> list[dict[str, Any]]:
        return [call.params for call in self.app.calls if call.operation == operation]


@pytest.fixture
def stage(monkeypatch: pytest.MonkeyPatch) -> Stage:
    return Stage(monkeypatch)


def test_every_kind_of_alarm_is_listed(stage: Stage) -> None:
    stage.world.alarms.rings("faults", "ALARM", NOW - 100, "")
    (faults,) = stage.source.alarms(AlarmKind.METRIC).found
    assert (faults.name, faults.state, faults.since) == ("faults", "ALARM", NOW - 100)
    assert faults.arn == "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:faults"
    assert faults.actions == (TOPIC, LAMBDA)
    assert faults.definition["Threshold"] == 0.0
    assert faults.definition["AlarmConfigurationUpdatedTimestamp"] == "2026-09-10T06:00:00Z"
    (both,) = stage.source.alarms(AlarmKind.COMPOSITE).found
    assert both.definition["AlarmRule"] == 'ALARM("faults")'
    (logs,) = stage.source.alarms(AlarmKind.LOG).found
    assert logs.definition["ScheduledQueryConfiguration"] == QUERY


def test_many_alarms_are_listed_page_by_page_inside_the_quota(stage: Stage) -> None:
    for number in range(250):
        stage.world.alarms.put("MetricAlarm", FAULTS | {"AlarmName": f"a{number:03}"}, NOW)
    told = stage.source.alarms(AlarmKind.METRIC)
    assert len(told.found) == 251
    assert len(stage.asked("DescribeAlarms")) == 3
    assert stage.clock.now >= 2 / 6


def test_tags_of_each_alarm_and_none_of_one_that_is_gone(stage: Stage) -> None:
    arn = "arn:aws:cloudwatch:eu-west-1:123456789012:alarm:"
    told = stage.source.tags([arn + "faults", arn + "both: all", arn + "gone"])
    assert told.unread is None
    assert told.found == {arn + "faults": {"clause": "Uptime"}, arn + "both: all": {}, arn + "gone": {}}


def test_what_happened_in_a_span_page_by_page(stage: Stage) -> None:
    span = Span(NOW - 10 * DAY, NOW)
    for number in range(150):
        state = "OK" if number % 2 else "ALARM"
        stage.world.alarms.rings("faults", state, NOW - 12 * DAY + number * 7200 + 0.25, f"it is {state}")
    told = stage.source.history(AlarmKind.METRIC, span)
    states = [event for event in told.found if event.what == "StateUpdate"]
    assert len(states) == 120
    assert [event.at for event in told.found] == sorted(event.at for event in told.found)
    assert all(span.start * 1000 <= event.at < span.end * 1000 for event in told.found)
    assert states[0].at % 1000 == 250
    assert states[0].data["newState"] == {"stateValue": "ALARM", "stateReason": "it is ALARM"}
    assert {event.what for event in told.found} == {"StateUpdate", "Action"}
    assert len(stage.asked("DescribeAlarmHistory")) == -(-len(told.found) // 100)


def test_the_history_of_each_kind(stage: Stage) -> None:
    span = Span(NOW - 10 * DAY, NOW)
    names = {kind: [event.alarm for event in stage.source.history(kind, span).found] for kind in AlarmKind}
    assert names == {AlarmKind.METRIC: [], AlarmKind.COMPOSITE: ["both: all"], AlarmKind.LOG: ["logs"]}


def test_a_story_that_was_cut_off_is_told_without_its_details(stage: Stage) -> None:
    long = FAULTS | {"AlarmName": "long", "AlarmRule": "x" * 5000}
    stage.world.alarms.put("CompositeAlarm", long, NOW - 60)
    events = stage.source.history(AlarmKind.COMPOSITE, Span(NOW - 100, NOW)).found
    assert [(event.summary, event.data) for event in events] == [('Alarm "long" created', {})]


def test_mute_rules(stage: Stage) -> None:
    client = stage.aws.client("cloudwatch")
    schedule = {"Expression": "cron(0 2 * * SUN)", "Duration": "PT2H", "Timezone": "Europe/Rome"}
    client.put_alarm_mute_rule(
        Name="night: all",
        Description="patching",
        Rule={"Schedule": schedule},
        MuteTargets={"AlarmNames": ["faults"]},
        ExpireDate=datetime.fromtimestamp(NOW + DAY, UTC),
    )
    rule = MuteRule(
        "night: all", "patching", "cron(0 2 * * SUN)", "PT2H", "Europe/Rome", ("faults",), "SCHEDULED",
        expires=NOW + DAY, updated=NOW,
    )  # fmt: skip
    assert stage.source.mute_rules().found == (rule,)


ACTIONS = {
    "DescribeAlarms": "alarms:metric",
    "DescribeAlarmHistory": "history:metric",
    "ListTagsForResource": "tags",
    "ListAlarmMuteRules": "mute-rules",
}


def asked(source: CloudWatchAlarms) -> dict[str, Any]:
    return {
        "alarms:metric": source.alarms(AlarmKind.METRIC),
        "history:metric": source.history(AlarmKind.METRIC, Span(NOW - DAY, NOW)),
        "tags": source.tags(["arn:aws:cloudwatch:eu-west-1:123456789012:alarm:faults"]),
        "mute-rules": source.mute_rules(),
    }


@pytest.mark.parametrize("operation", ACTIONS)
@pytest.mark.parametrize(
    ("told", "why"), [("access_denied", Denial.ACCESS_DENIED), ("fail", Denial.READ_FAILED)], ids=["denied", "failing"]
)
def test_what_cannot_be_read_is_named_and_the_rest_is_read(
    monkeypatch: pytest.MonkeyPatch, operation: str, told: str, why: Denial
) -> None:
    found = asked(Stage(monkeypatch, **{told: frozenset({operation})}).source)
    missing = {name: answer.unread for name, answer in found.items() if answer.unread}
    assert set(missing) == {ACTIONS[operation]}
    (unread,) = missing.values()
    assert (unread.what, unread.why, unread.text.startswith(f"{unread.what}: ")) == (unread.what, why, True)
    assert not found[ACTIONS[operation]].found


def test_half_a_list_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(monkeypatch)
    for number in range(150):
        stage.world.alarms.put("MetricAlarm", FAULTS | {"AlarmName": f"a{number:03}"}, NOW)
    client, real = stage.aws.client("cloudwatch"), stage.aws.client("cloudwatch").describe_alarms

    def refuse_the_second(**request: Any) -> Any:
        stage.world.behaviour = Behaviour(fail=frozenset({"DescribeAlarms"} if "NextToken" in request else ()))
        return real(**request)

    monkeypatch.setattr(client, "describe_alarms", refuse_the_second)
    told = stage.source.alarms(AlarmKind.METRIC)
    assert (told.found, told.unread and told.unread.why) == ((), Denial.READ_FAILED)


def test_what_botocore_repeats_is_not_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    found = asked(Stage(monkeypatch, throttle=Rhythm.every(2)).source)
    assert not [answer.unread for answer in found.values() if answer.unread]


def test_credentials_that_ended_end_the_run(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AwsFailure, match="ExpiredToken"):
        Stage(monkeypatch, expired_token=True).source.alarms(AlarmKind.METRIC)


def test_a_boto3_that_knows_neither_log_alarms_nor_mute_rules_says_so() -> None:
    members = SimpleNamespace(members={"MetricAlarms": None, "CompositeAlarms": None})
    model = SimpleNamespace(operation_model=lambda _name: SimpleNamespace(output_shape=members))
    client = SimpleNamespace(meta=SimpleNamespace(service_model=model))
    world: Any = SimpleNamespace(timing=Clock().timing, client=lambda _name: client)
    source = CloudWatchAlarms(world)
    span = Span(NOW - DAY, NOW)
    told = (source.alarms(AlarmKind.LOG).unread, source.history(AlarmKind.LOG, span).unread, source.mute_rules().unread)
    found = [unread.what for unread in told if unread and unread.why is Denial.NOT_OFFERED]
    assert found == ["alarms:log", "history:log", "mute-rules"]


def test_a_region_without_log_alarms_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    import slactl.sandbox.alarms as sandboxed

    stage = Stage(monkeypatch)
    monkeypatch.delitem(sandboxed.LISTS, "LogAlarm")
    told = stage.source.alarms(AlarmKind.LOG)
    assert told.unread is not None
    assert told.unread.why is Denial.NOT_OFFERED
    assert stage.source.alarms(AlarmKind.METRIC).unread is None
