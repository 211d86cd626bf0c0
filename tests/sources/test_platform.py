"""What is there that packs are for, from answers of AWS: what counts, what is left out, what is told as refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from slactl.model.status import Code, Reason
from slactl.ports.platform import Alarms, BrowserApi, KeyTable, LogMetric, MediaBucket, Named, Record, TenantMetrics
from slactl.sources.configuration.asking import Asker, Document, Refusal
from slactl.sources.platform import edge, gateways, media, regional, tenants, watching

Answer = Mapping[str, Any] | Code | Callable[[Mapping[str, object]], Any]
NOTHING: Document = {}


class Told(Asker):
    """Answers from a script; what is not in it is an empty answer. ``asked`` are the calls, with their regions."""

    def __init__(self, **answers: Answer) -> None:
        self._told = answers
        self.asked: list[tuple[str, str | None, Mapping[str, object]]] = []

    def ask(self, call: str, parameters: Mapping[str, object], region: str | None = None) -> Document:
        self.asked.append((call, region, parameters))
        answer = self._told.get(call.partition(":")[2], NOTHING)
        if isinstance(answer, Code):
            figures: dict[str, str] = {"action": call} if answer is Code.ACCESS_DENIED else {"error": "it broke"}
            raise Refusal(Reason.of(answer, **figures))
        return dict(answer(parameters) if callable(answer) else answer)

    def counted(self, call: str) -> int:
        return sum(1 for one, _, _ in self.asked if one == call)


def listed(*metrics: tuple[str, str, dict[str, str]]) -> Callable[[Mapping[str, object]], Any]:
    """ListMetrics over some metrics, filtered as AWS does."""

    def answer(asked: Mapping[str, Any]) -> Document:
        fits = (
            one
            for one in metrics
            if asked.get("Namespace") in (None, one[0])
            and asked.get("MetricName") in (None, one[1])
            and all(each["Name"] in one[2] for each in asked.get("Dimensions", ()))
        )
        return {
            "Metrics": [
                {"Namespace": a, "MetricName": b, "Dimensions": [{"Name": k, "Value": v} for k, v in c.items()]}
                for a, b, c in fits
            ]
        }

    return answer


CALLED = ("AWS/Lambda", "Invocations", {"FunctionName": "a"})
ALIAS = ("AWS/Lambda", "Invocations", {"FunctionName": "b", "Resource": "b:live"})
FUNCTIONS = {"Functions": [{"FunctionName": "b"}, {"FunctionName": "a"}]}


def test_definitions_say_what_is_there_and_metrics_whether_it_was_used() -> None:
    found = regional.functions(Told(ListFunctions=FUNCTIONS, ListMetrics=listed(CALLED, ALIAS)))
    assert found.named.found == (Named("a", True), Named("b", False))
    assert found.limit is None


def test_without_metrics_nobody_knows_the_use_and_without_definitions_metrics_stand_in() -> None:
    quiet = regional.functions(Told(ListFunctions=FUNCTIONS, ListMetrics=Code.ACCESS_DENIED)).named
    assert quiet.found == (Named("a"), Named("b"))
    assert (quiet.refusals, [one.action for one in quiet.asides]) == ((), ["cloudwatch:ListMetrics"])
    denied = regional.functions(Told(ListFunctions=Code.ACCESS_DENIED, ListMetrics=listed(CALLED, ALIAS))).named
    assert denied.found == (Named("a", True),)
    assert [(one.action, one.denied) for one in denied.refusals] == [("lambda:ListFunctions", True)]
    failed = regional.functions(Told(ListFunctions=Code.READ_FAILED)).named
    assert [(one.what, one.denied) for one in failed.refusals] == [("listing functions: it broke", False)]


def _expiring(asked: Mapping[str, object]) -> Document:
    status = "ENABLED" if asked["TableName"] in ("t7", "sessions") else "DISABLED"
    return {"TimeToLiveDescription": {"TimeToLiveStatus": status, "AttributeName": "expiration"}}


def test_few_tables_are_all_asked_how_they_expire_many_only_where_it_is_likely() -> None:
    few = Told(ListTables={"TableNames": ["sessions", "IDEMPOTENCY", "x"]}, DescribeTimeToLive=_expiring)
    found = regional.tables(few)
    assert found.keys.found == (KeyTable("IDEMPOTENCY", True), KeyTable("sessions", False, "expiration"))
    assert (found.all_asked, few.counted("dynamodb:DescribeTimeToLive")) == (True, 3)
    names = [f"t{number}" for number in range(regional.MOST_ASKED)]
    many = Told(
        ListTables={"TableNames": [*names, "idempotency"]},
        DescribeTimeToLive=_expiring,
        ListMetrics=listed(("AWS/DynamoDB", "TimeToLiveDeletedItemCount", {"TableName": "t7"})),
    )
    found = regional.tables(many)
    assert found.keys.found == (KeyTable("idempotency", True), KeyTable("t7", False, "expiration"))
    assert (found.all_asked, many.counted("dynamodb:DescribeTimeToLive")) == (False, 2)
    assert len(found.named.found) == len(names) + 1


def test_a_table_that_is_gone_meanwhile_is_no_refusal() -> None:
    found = regional.tables(Told(ListTables={"TableNames": ["x"]}, DescribeTimeToLive=Code.NOT_THERE))
    assert (found.keys.found, found.keys.refusals) == ((), ())


def test_browsers_call_http_apis_with_cors() -> None:
    apis = [
        {
            "ApiId": "1",
            "Name": "n",
            "ProtocolType": "HTTP",
            "CorsConfiguration": {"AllowHeaders": ["X-IDEMPOTENCY-Key"]},
        },
        {"ApiId": "2", "Name": "m", "ProtocolType": "HTTP", "CorsConfiguration": {"AllowOrigins": ["*"]}},
        {"ApiId": "3", "Name": "o", "ProtocolType": "HTTP"},
        {"ApiId": "4", "Name": "p", "ProtocolType": "WEBSOCKET", "CorsConfiguration": {"AllowOrigins": ["*"]}},
    ]
    found = regional.browsers(Told(GetApis={"Items": apis})).found
    assert found == (BrowserApi("2", "m", with_key=False), BrowserApi("1", "n", with_key=True))


def test_clusters_canaries_and_distributions() -> None:
    read = "SuccessfulReadRequestLatency"
    metrics = listed(
        ("AWS/MemoryDB", read, {"ClusterName": "c"}),
        ("AWS/MemoryDB", read, {"ClusterName": "c", "NodeId": "1"}),
        ("AWS/CloudFront", "Requests", {"DistributionId": "E1", "Region": "Global"}),
    )
    told = Told(
        ListMetrics=metrics,
        DescribeClusters={"Clusters": [{"Name": "c"}]},
        DescribeCanaries={"Canaries": [{"Name": "x", "Status": {"State": "STOPPED"}}, {"Name": "y"}]},
        ListDistributions={
            "DistributionList": {"Items": [{"Id": "E1", "Enabled": True}, {"Id": "E2", "Enabled": False}]}
        },
    )
    clusters = regional.clusters(told)
    assert (clusters.named.found, clusters.nodes) == ((Named("c", True),), ("NodeId",))
    assert regional.canaries(told).found == (Named("x", False, "stopped"), Named("y", False))
    assert edge.distributions(told).found == (Named("E1", True), Named("E2", False, "disabled"))
    regions = {region for call, region, asked in told.asked if asked.get("Namespace") == "AWS/CloudFront"}
    assert regions == {"us-east-1"}


ZONES = {
    "HostedZones": [
        {"Id": "/hostedzone/Z1", "Name": "example.com.", "Config": {"PrivateZone": False}},
        {"Id": "/hostedzone/Z2", "Name": "internal.", "Config": {"PrivateZone": True}},
    ]
}
RECORDS = {
    "ResourceRecordSets": [
        {
            "Name": "Api.example.com.",
            "Type": "A",
            "Region": "r",
            "AliasTarget": {"HostedZoneId": "Z1", "DNSName": "a.example.com."},
        },
        {
            "Name": "a.example.com.",
            "Type": "A",
            "HealthCheckId": "c",
            "AliasTarget": {"HostedZoneId": "Z9", "DNSName": "b.example.com."},
        },
        {"Name": "b.example.com.", "Type": "CNAME", "ResourceRecords": [{"Value": "a.example.com"}]},
        {"Name": "c.example.com.", "Type": "CNAME", "ResourceRecords": [{"Value": "elsewhere.org"}]},
        {"Name": "api.example.com.", "Type": "TXT", "Weight": 1},
    ]
}


def test_public_zones_are_read_where_there_are_health_checks() -> None:
    checks = {"HealthChecks": [{"Id": "c", "HealthCheckConfig": {"FullyQualifiedDomainName": "h.example.com"}}]}
    told = Told(ListHostedZones=ZONES, ListHealthChecks=checks, ListResourceRecordSets=RECORDS)
    (zone,) = edge.names(told).zones.found
    assert (zone.id, zone.name) == ("Z1", "example.com")
    assert zone.records == (
        Record("api.example.com", True, "a.example.com"),
        Record("a.example.com", False, "", "c"),
        Record("b.example.com", False, "a.example.com"),
        Record("c.example.com", False, ""),
    )
    bare = Told(ListHostedZones=ZONES, ListResourceRecordSets=RECORDS)
    assert [one.records for one in edge.names(bare).zones.found] == [()]
    assert bare.counted("route53:ListResourceRecordSets") == 0


@pytest.mark.parametrize(
    ("pattern", "dimensions", "expected"),
    [
        ("{ $.status = 504 }", {}, ["504"]),
        ("[ip, status=413 || status=504]", {}, ["413", "504"]),
        ("{ $.bytes > 15040 }", {}, []),
        ("{ $.status = 504 }", {"Api": "$.api"}, []),
    ],
)
def test_metrics_of_a_log_are_known_by_what_they_count(
    pattern: str, dimensions: dict[str, str], expected: list[str]
) -> None:
    made = {"metricName": "M", "metricNamespace": "N", "dimensions": dimensions}
    told = Told(DescribeMetricFilters={"metricFilters": [{"filterPattern": pattern, "metricTransformations": [made]}]})
    assert gateways._log_metrics(told).found == tuple(LogMetric("N", status, "M") for status in expected)


def test_metrics_of_a_log_are_known_by_their_usual_names_too() -> None:
    metrics = listed(("N", "Status504", {}), ("O", "Status504", {"Api": "a"}), ("AWS/X", "Status413", {}))
    found = gateways._log_metrics(Told(ListMetrics=metrics, DescribeMetricFilters=Code.ACCESS_DENIED))
    assert found.found == (LogMetric("N", "504", "Status504"),)
    assert [one.action for one in found.refusals] == ["logs:DescribeMetricFilters"]


def test_tenants_are_those_of_one_dimension_in_a_namespace_of_their_own() -> None:
    metrics = listed(
        ("Shop", "Requests", {"Tenant": "b"}),
        ("Shop", "Throttles", {"Tenant": "a"}),
        ("Shop", "Requests", {"Tenant": "c", "Stage": "prod"}),
        ("AWS/X", "Requests", {"Tenant": "d"}),
        ("Crm", "Requests", {"TenantId": "e"}),
    )
    keys = [{"customerId": "a"}, {"tags": {"tenant": "f"}}, {"customerId": "g", "enabled": False}, {"name": "h"}]
    told = Told(ListMetrics=metrics, GetApiKeys={"items": keys})
    found = tenants.tenants(told)
    assert found.metrics.found == (
        TenantMetrics("Crm", "TenantId", ("Requests",), ("e",)),
        TenantMetrics("Shop", "Tenant", ("Requests", "Throttles"), ("a", "b")),
    )
    assert found.of_keys.found == ("a", "f")
    assert [asked for call, _, asked in told.asked if call == "apigateway:GetApiKeys"] == [{"includeValues": False}]


def test_alarms_by_what_their_names_begin_with() -> None:
    on, off = {"ActionsEnabled": True, "AlarmActions": ["a"]}, {"ActionsEnabled": False, "AlarmActions": ["a"]}
    told = {
        "MetricAlarms": [
            {"AlarmName": "our shop x", **on},
            {"AlarmName": "our shop y", **off},
            {"AlarmName": "our z", **on},
        ],
        "CompositeAlarms": [
            {"AlarmName": "TargetTracking-x", **on},
            {"AlarmName": "our shop c", "ActionsEnabled": True},
        ],
    }
    found = watching.alarms(Told(DescribeAlarms=told), "our shop").found
    assert found == (Alarms("", 1, 1), Alarms("our", 1, 1), Alarms("our shop", 3, 1))


def test_buckets_of_every_account_with_a_domain_that_is_on() -> None:
    def buckets(asked: Mapping[str, object]) -> Document:
        return {"Buckets": [{"name": "m"}] if not asked["Jurisdiction"] else [{"name": "d"}]}

    def domains(asked: Mapping[str, object]) -> Document:
        off = {"domain": "a.example.com", "zoneId": "z", "enabled": False}
        on = {"domain": "b.example.com", "zoneId": "z", "enabled": True}
        return {"domains": [off, on] if asked["BucketName"] == "m" else [off]}

    told = Told(ListAccounts={"Accounts": [{"id": "A"}]}, ListBuckets=buckets, ListCustomDomains=domains)
    expected = (MediaBucket("A", "eu_d"), MediaBucket("A", "m", "z", "b.example.com"))
    assert media.buckets(told, media.Cloudflare()).found == expected
    assert media.buckets(told, media.Cloudflare("A")).found == expected
    assert told.counted("cloudflare:ListAccounts") == 1


def test_a_token_that_is_shown_no_account_is_refused_and_not_without_buckets() -> None:
    found = media.buckets(Told(ListAccounts={"Accounts": []}), media.Cloudflare())
    assert found.found == ()
    assert [(one.denied, one.hint) for one in found.refusals] == [(True, "name the account: CLOUDFLARE_ACCOUNT_ID")]
