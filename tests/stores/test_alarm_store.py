"""The store of alarms over the sandbox: how few calls it takes, how it keeps pace, and what failures become."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import ClientError

from slactl.aws.failures import AwsFailure
from slactl.model.alarmplan import Shape, Standing
from slactl.ports.enforcing import NotDone
from slactl.sandbox.app import Application
from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World
from slactl.stores.alarms import CloudWatchAlarmStore, name_in
from slactl.stores.calls import lacking
from tests.aws.clock import Clock
from tests.soaking import some
from tests.sources.sandboxed import over

NOW = 1_794_000_000
MARK = {"slactl:managed": "true"}
Open = Callable[..., tuple[CloudWatchAlarmStore, Application]]


def fields(name: str, **more: Any) -> dict[str, Any]:
    return {
        "AlarmName": name,
        "MetricName": "Fault",
        "Namespace": "ApplicationSignals",
        "Statistic": "Sum",
        "Period": 300,
        "EvaluationPeriods": 1,
        "Threshold": 1.0,
        "ComparisonOperator": "GreaterThanThreshold",
        **more,
    }


@pytest.fixture
def clock() -> Clock:
    return Clock()


def _knows_nothing(parsed: dict[str, Any], **_: Any) -> None:
    parsed["ResourceTagMappingList"] = []


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch, clock: Clock) -> Open:
    def make(world: World | None = None, *, lagging: bool = False) -> tuple[CloudWatchAlarmStore, Application]:
        """With ``lagging`` the index of tags knows no alarm yet."""
        aws, app = over(world or World(RequestLog.empty(), now=NOW), monkeypatch, clock.timing)
        if lagging:
            aws.client("resourcegroupstaggingapi").meta.events.register("after-call", _knows_nothing)
        return CloudWatchAlarmStore(aws), app

    return make


def calls(app: Application) -> Counter[str]:
    return Counter(one.operation for one in app.calls)


def fill(app: Application, number: int, tags: dict[str, str], name: str = "slactl {}") -> None:
    told = [{"Key": key, "Value": value} for key, value in tags.items()]
    for one in range(number):
        app.world.alarms.put("MetricAlarm", fields(name.format(one)) | {"Tags": told}, NOW)


@pytest.mark.parametrize("ours", some([2500, 0, 5000], 3))
def test_five_thousand_alarms_take_hardly_more_calls_than_the_least(opened: Open, ours: int) -> None:
    store, app = opened()
    fill(app, ours, MARK)
    fill(app, 5000 - ours, {}, "theirs {}")
    seen = store.standing("slactl")
    assert len(seen.alarms) == 5000
    assert sum(one.tags == MARK for one in seen.alarms) == ours
    least = 5000 // 100 + max(1, ours // 100)
    assert calls(app)["ListTagsForResource"] == 0
    assert calls(app)["DescribeAlarms"] + calls(app)["GetResources"] <= 1.2 * least


def test_all_shapes_are_seen(opened: Open) -> None:
    store, app = opened()
    fill(app, 1, MARK)
    app.world.alarms.put("CompositeAlarm", {"AlarmName": "slactl all", "AlarmRule": 'ALARM("slactl 0")'}, NOW)
    app.world.alarms.put("LogAlarm", {"AlarmName": "logs", "ScheduledQueryConfiguration": {}}, NOW)
    shapes = {one.name: one.shape for one in store.standing("slactl").alarms}
    assert shapes == {"slactl 0": Shape.METRIC, "slactl all": Shape.COMPOSITE, "logs": Shape.LOG}


def test_what_the_index_does_not_know_yet_is_asked_itself(opened: Open) -> None:
    store, app = opened(lagging=True)
    fill(app, 3, MARK)
    fill(app, 40, {}, "theirs {}")
    assert [one.tags for one in store.standing("slactl").alarms if one.name.startswith("slactl ")] == [MARK] * 3
    assert calls(app)["ListTagsForResource"] == 3


def test_a_name_in_an_arn_may_hold_colons() -> None:
    assert name_in("arn:aws:cloudwatch:eu-west-1:123456789012:alarm:slactl a:b, c") == "slactl a:b, c"


def test_what_is_put_stands_with_its_tags_and_a_second_put_leaves_them(opened: Open) -> None:
    store, _ = opened()
    store.put(Shape.METRIC, fields("slactl a"), MARK)
    store.put(Shape.METRIC, fields("slactl a", Threshold=2.5))
    store.put(Shape.COMPOSITE, {"AlarmName": "slactl b", "AlarmRule": 'ALARM("slactl a")'}, MARK)
    found = {one.name: one for one in store.standing("slactl").alarms}
    assert found["slactl a"].fields["Threshold"] == 2.5
    assert found["slactl a"].tags == found["slactl b"].tags == MARK
    arn = found["slactl a"].arn
    store.tag(arn, {"slactl:kind": "x", "team": "y"})
    store.untag(arn, ["slactl:kind"])
    assert store.tags(arn) == MARK | {"team": "y"}
    store.delete(["slactl b"])
    store.delete(["slactl a", "never was"])
    assert store.tags(arn) is None
    assert store.named(["slactl a"]) == {}


def test_some_are_looked_up_a_hundred_a_call(opened: Open) -> None:
    store, app = opened()
    fill(app, 150, {})
    found = store.named([f"slactl {number}" for number in range(250)])
    assert (len(found), calls(app)["DescribeAlarms"]) == (150, 3)
    assert isinstance(found["slactl 7"], Standing)


def test_three_writes_a_second(opened: Open, clock: Clock) -> None:
    store, _ = opened()
    begun = clock.now
    for number in range(31):
        store.put(Shape.METRIC, fields(f"slactl {number}"))
    assert clock.now - begun >= 10


@pytest.mark.parametrize(
    ("refused", "call"),
    [
        ("PutMetricAlarm", lambda store: store.put(Shape.METRIC, fields("slactl a"))),
        ("PutCompositeAlarm", lambda store: store.put(Shape.COMPOSITE, {"AlarmName": "a", "AlarmRule": "FALSE"})),
        ("DeleteAlarms", lambda store: store.delete(["slactl a"])),
        ("TagResource", lambda store: store.tag("arn", MARK)),
        ("UntagResource", lambda store: store.untag("arn", ["a"])),
        ("ListTagsForResource", lambda store: store.tags("arn")),
    ],
)
def test_a_denied_call_names_what_is_denied(
    opened: Open, refused: str, call: Callable[[CloudWatchAlarmStore], object]
) -> None:
    store, _ = opened(World(RequestLog.empty(), now=NOW, behaviour=Behaviour(access_denied=frozenset({refused}))))
    with pytest.raises(NotDone, match=f"{refused} answered AccessDenied") as told:
        call(store)
    assert (told.value.denied, told.value.lacks) == (True, f"cloudwatch:{refused}")
    assert f"cloudwatch:{refused}" in told.value.reason


@pytest.mark.parametrize(
    ("message", "lacks"),
    [
        ("", "cloudwatch:PutMetricAlarm"),
        ("User: arn:aws:sts::1:x is not authorized to perform: cloudwatch:PutMetricAlarm on resource: y", None),
        ("User: x is not authorized to perform: cloudwatch:TagResource on resource: y", "cloudwatch:TagResource"),
    ],
)
def test_the_permission_is_the_one_that_aws_names(message: str, lacks: str | None) -> None:
    error = ClientError({"Error": {"Code": "AccessDenied", "Message": message}}, "PutMetricAlarm")
    assert lacking(error, "cloudwatch") == (lacks or "cloudwatch:PutMetricAlarm")


@pytest.mark.parametrize("refused", ["DescribeAlarms", "ListTagsForResource"])
def test_without_alarms_or_tags_nothing_can_be_planned(opened: Open, refused: str) -> None:
    behaviour = Behaviour(access_denied=frozenset({refused}))
    store, app = opened(World(RequestLog.empty(), now=NOW, behaviour=behaviour), lagging=True)
    fill(app, 1, MARK)
    with pytest.raises(AwsFailure, match=refused):
        store.standing("slactl")


def test_a_single_alarm_whose_tags_cannot_be_read_is_nobody_s(opened: Open) -> None:
    store, app = opened(
        World(RequestLog.empty(), now=NOW, behaviour=Behaviour(fail=frozenset({"ListTagsForResource"})))
    )
    fill(app, 2, MARK)
    fill(app, 1, {}, "slactl stranger {}")
    seen = store.standing("slactl")
    assert {one.name: one.tags for one in seen.alarms} == {
        "slactl 0": MARK,
        "slactl 1": MARK,
        "slactl stranger 0": None,
    }
    assert [text.split(":")[0] for text in seen.doubts] == ["slactl stranger 0"]


def test_credentials_that_end_are_hopeless(opened: Open) -> None:
    store, _ = opened(World(RequestLog.empty(), now=NOW, behaviour=Behaviour(expired_token=True)))
    with pytest.raises(AwsFailure, match="Expired"):
        store.put(Shape.METRIC, fields("slactl a"))


def test_throttling_is_waited_out(opened: Open, clock: Clock) -> None:
    """More refusals in a row than the SDK has attempts."""
    store, app = opened()
    client = store._world.client("cloudwatch")
    refusals = iter(range(12))

    def busy(**_: Any) -> Any:
        if next(refusals, None) is None:
            return None
        body = b'{"__type":"ThrottlingException","message":"Rate exceeded"}'
        return AWSResponse("", 400, HTTPHeaders.from_pairs([("x-amzn-errortype", "ThrottlingException")]), Raw(body))

    client.meta.events.register_first("before-send", busy)
    store.put(Shape.METRIC, fields("slactl a"))
    assert "slactl a" in app.world.alarms.alarms
    assert sum(clock.slept) >= 5


class Raw:
    def __init__(self, body: bytes) -> None:
        self._body = body

    def stream(self, *_: Any, **__: Any) -> list[bytes]:
        return [self._body]


def test_the_region_s_quota_is_unknown_where_nobody_tells(opened: Open) -> None:
    store, _ = opened()
    assert store.quota() is None
    assert (store.account, store.region) == ("123456789012", "eu-west-1")
