"""Tries the calls that slactl needs, each as cheaply as can be.

The one rule: only a refusal for want of permission says that something is not allowed; an answer that
there is no such service is an answer.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from botocore.exceptions import ClientError

from slactl.aws.clocks import instant_of
from slactl.aws.failures import AwsFailure, code_of
from slactl.aws.session import AwsWorld
from slactl.ports import Identity, Refusal
from slactl.sources.application_signals import ABSENT
from slactl.sources.refusals import FAILURES, refusal

HOUR = 3_600
NOBODY = "slactl-doctor"


class AccountPermissions:
    """``Permissions`` of whoever the environment or the configuration names."""

    def __init__(self, world: AwsWorld, now: int) -> None:
        """``now`` is seconds since the epoch."""
        self._world = world
        end = now // HOUR * HOUR
        self._hour: dict[str, Any] = {"StartTime": end - HOUR, "EndTime": end}

    def identity(self) -> Identity | Refusal:
        """Who calls, and the time on AWS's answer."""
        try:
            answer = self._world.client("sts").get_caller_identity()
            self._world.client("cloudwatch")  # without a region it can't be built, and nothing can be read
        except FAILURES as error:
            return refusal(error, "asking who is calling", "sts:GetCallerIdentity")
        stamp = answer["ResponseMetadata"].get("HTTPHeaders", {}).get("date")
        return Identity(answer["Account"], answer["Arn"], self._world.region or "", instant_of(stamp))

    def tries(self, action: str) -> Refusal | None:
        """Why the call doesn't work; None when it does."""
        try:
            self._call(action)
        except FAILURES as error:
            if isinstance(error, ClientError) and code_of(error) in ABSENT:
                return None
            return refusal(error, f"trying {action}", action)
        return None

    def _call(self, action: str) -> None:
        calls: dict[str, Callable[[], Any]] = {
            "cloudwatch:GetMetricData": self._metric_data,
            "cloudwatch:ListMetrics": lambda: self._world.client("cloudwatch").list_metrics(
                Namespace="AWS/ApiGateway", MetricName="Count", RecentlyActive="PT3H"
            ),
            "application-signals:ListServices": lambda: self._world.client("application-signals").list_services(
                **self._hour, MaxResults=1
            ),
            "application-signals:ListServiceOperations": self._operations,
            "apigateway:GET": lambda: self._world.client("apigateway").get_rest_apis(limit=1),
            **self._alarms(),
        }
        calls[action]()

    def _alarms(self) -> dict[str, Callable[[], Any]]:
        client = self._world.client("cloudwatch")

        def tags() -> Any:
            arn = f"arn:aws:cloudwatch:{self._world.region}:{self._world.caller.account}:alarm:{NOBODY}"
            return client.list_tags_for_resource(ResourceARN=arn)

        def muting(name: str, **asked: Any) -> Any:
            if not hasattr(client, name):
                raise AwsFailure("the boto3 at hand doesn't know mute rules", "use a newer boto3")
            return getattr(client, name)(**asked)

        return {
            "cloudwatch:DescribeAlarms": lambda: client.describe_alarms(MaxRecords=1),
            "cloudwatch:DescribeAlarmHistory": lambda: client.describe_alarm_history(MaxRecords=1),
            "cloudwatch:ListTagsForResource": tags,
            "cloudwatch:ListAlarmMuteRules": lambda: muting("list_alarm_mute_rules", MaxRecords=1),
            "cloudwatch:GetAlarmMuteRule": lambda: muting("get_alarm_mute_rule", AlarmMuteRuleName=NOBODY),
        }

    def _metric_data(self) -> None:
        metric = {"Namespace": "ApplicationSignals", "MetricName": "Latency"}
        query = {"Id": "q", "MetricStat": {"Metric": metric, "Period": HOUR, "Stat": "SampleCount"}}
        self._world.client("cloudwatch").get_metric_data(MetricDataQueries=[query], **self._hour)

    def _operations(self) -> None:
        names = {"Type": "Service", "Name": NOBODY, "Environment": "generic:default"}
        self._world.client("application-signals").list_service_operations(
            **self._hour, KeyAttributes=names, MaxResults=1
        )
