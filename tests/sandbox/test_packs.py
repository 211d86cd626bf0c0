"""What the sandbox shows of tables, functions, clusters and tenants: metrics, configuration, and what is broken."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from slactl.sandbox.packs import PACKS, add_packs, pack, variables
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World
from tests.sandbox.asking import NOW, Client, Show, at, query

DAY = ("2026-11-02T00:00", "2026-11-03T00:00")
OWN = ("lambda", "dynamodb", "memorydb", "idempotency", "rate-limits")
Faults = Mapping[str, Mapping[str, object]]


def world(names: tuple[str, ...], faults: Faults | None = None, seed: int = 1) -> World:
    made = World(RequestLog.empty(), now=NOW.timestamp())
    add_packs(made, names, faults=faults, seed=seed, since=at("2026-10-01T00:00").timestamp())
    return made


def calls(client: Client, stat: str = "Sum", metric: str = "Invocations", span: tuple[str, str] = DAY) -> list[float]:
    place = {"FunctionName": "missions-api"}
    return client.values(query(metric, stat, 3600, namespace="AWS/Lambda", dimensions=place), *span)


def test_a_day_depends_on_the_seed_alone_and_not_on_what_was_asked_before(show: Show) -> None:
    client = show(world(("lambda",)))
    whole = calls(client, span=("2026-11-01T00:00", "2026-11-03T00:00"))
    assert calls(client) == whole[24:]
    assert calls(show(world(("dynamodb", "lambda")))) == whole[24:]
    assert calls(show(world(("lambda",), seed=2))) != whole[24:]


def test_working_days_are_busy_and_nothing_was_before_the_beginning(show: Show) -> None:
    client = show(world(("lambda",)))
    assert sum(calls(client)) > 2 * sum(calls(client, span=("2026-11-01T00:00", "2026-11-02T00:00")))
    assert calls(client, span=("2026-09-29T00:00", "2026-10-01T00:00")) == []
    assert calls(client, span=("2026-09-30T00:00", "2026-10-02T00:00")) != []


def test_metrics_of_a_function_agree(show: Show) -> None:
    client = show(world(("lambda",), {"lambda-errors": {"share": 0.5}}))
    invoked, errors = calls(client), calls(client, metric="Errors")
    assert calls(client, "SampleCount", "Duration") == calls(client, "SampleCount", "Errors") == invoked
    assert sum(errors) == pytest.approx(sum(invoked) / 2, rel=0.2)


def test_a_broken_promise_changes_no_other_metric(show: Show) -> None:
    usual, broken = show(world(("lambda",))), show(world(("lambda",), {"lambda-throttles": {}}))
    assert sum(calls(usual, metric="Throttles")) < 1 < sum(calls(broken, metric="Throttles"))
    assert calls(usual, metric="Errors") == calls(broken, metric="Errors")
    assert calls(usual, "Average", "Duration") == calls(broken, "Average", "Duration")


def test_lists_see_two_weeks_of_a_metric_that_is_seldom_published(show: Show) -> None:
    shown = world(("dynamodb",), {"dynamodb-throttles-key-range": {}})
    client = show(shown)
    listed = client.aws("cloudwatch").list_metrics(
        Namespace="AWS/DynamoDB", MetricName="ReadKeyRangeThroughputThrottleEvents"
    )
    assert [one["Dimensions"] for one in listed["Metrics"]] == [[{"Name": "TableName", "Value": "missions"}]]
    shown.now = at("2026-09-30T00:00").timestamp()
    assert client.aws("cloudwatch").list_metrics(Namespace="AWS/DynamoDB")["Metrics"] == []


def test_latencies_of_memorydb_are_microseconds_and_only_primaries_write(show: Show) -> None:
    client = show(world(("memorydb",)))

    def median(metric: str, node: str) -> list[float]:
        place = {"ClusterName": "leaderboard", "NodeName": f"leaderboard-{node}"}
        return client.values(query(metric, "p50", 86400, namespace="AWS/MemoryDB", dimensions=place), *DAY)

    assert 200 < median("SuccessfulReadRequestLatency", "0001-002")[0] < 400
    assert 2000 < median("SuccessfulWriteRequestLatency", "0002-001")[0] < 4000
    assert median("SuccessfulWriteRequestLatency", "0001-002") == []


def test_snapshots_follow_the_clock(show: Show) -> None:
    shown = world(("memorydb",))
    client = show(shown)

    def newest() -> str:
        found = client.aws("memorydb").describe_snapshots(ClusterName="leaderboard", ShowDetail=True)["Snapshots"]
        taken = [shard["SnapshotCreationTime"] for one in found for shard in one["ClusterConfiguration"]["Shards"]]
        return str(max(taken).astimezone(at("2026-01-01T00:00").tzinfo))

    assert newest() == "2026-11-04 03:00:00+00:00"
    shown.now = at("2026-11-04T02:00").timestamp()
    assert newest() == "2026-11-03 03:00:00+00:00"


def test_clusters_and_canaries_stand_in_their_region_only(show: Show) -> None:
    client = show(world(("memorydb", "synthetics")))
    for region, count in (("eu-west-1", 1), ("ap-south-1", 0)):
        clusters = client.aws("memorydb", region).describe_clusters()["Clusters"]
        canaries = client.aws("synthetics", region).describe_canaries()["Canaries"]
        assert (len(clusters), bool(canaries)) == (count, bool(count))


def test_configuration_is_as_promised_until_it_is_broken(show: Show) -> None:
    def told(faults: Faults) -> list[object]:
        client = show(world(OWN, faults))
        table = client.aws("dynamodb").describe_table(TableName="missions")["Table"]
        life = client.aws("dynamodb").describe_time_to_live(TableName="idempotency")["TimeToLiveDescription"]
        function = client.aws("lambda").get_function_concurrency(FunctionName="missions-worker")
        return [
            table["BillingModeSummary"]["BillingMode"],
            table.get("OnDemandThroughput", {}).get("MaxReadRequestUnits"),
            life["TimeToLiveStatus"],
            function.get("ReservedConcurrentExecutions"),
            client.aws("lambda").get_account_settings()["AccountLimit"]["ConcurrentExecutions"],
            sorted(plan["name"] for plan in client.aws("apigateway").get_usage_plans()["items"]),
        ]

    good = ["PAY_PER_REQUEST", None, "ENABLED", None, 1000, ["acme", "globex", "initech"]]
    assert told({}) == good
    first: Faults = {"dynamodb-on-demand": {}, "idempotency-ttl": {}, "lambda-no-reserved-concurrency": {}}
    assert told({**first, "lambda-concurrency-limit": {}, "rate-limits-plans": {}}) == [
        *("PROVISIONED", None, "DISABLED", 50, 500),
        ["acme", "globex"],
    ]
    assert told({"dynamodb-no-cap": {}})[:2] == ["PAY_PER_REQUEST", 4000]


@pytest.mark.parametrize("name", PACKS)
def test_every_pack_says_what_can_be_broken_of_its_own(name: str) -> None:
    found = pack(name)
    assert found.name == name
    assert variables(name) == found.variables
    assert found.breakable
    assert all(entry.startswith(f"{name}-") for entry in found.breakable)


def test_a_fault_that_no_pack_can_have_is_refused() -> None:
    with pytest.raises(ValueError, match="no such promise can be broken here: dynamodb-throttels"):
        world(("dynamodb",), {"dynamodb-throttels": {}})


def test_a_fault_may_last_for_a_while(show: Show) -> None:
    hours = {"from": at("2026-11-02T09:00").timestamp(), "to": at("2026-11-02T11:00").timestamp()}
    well, ill, passing = (
        [calls(show(world(("lambda",), faults)), metric=metric) for metric in ("Errors", "Throttles", "Invocations")]
        for faults in ({}, {"lambda-errors": {"share": 0.5}}, {"lambda-errors": {"share": 0.5, **hours}})
    )
    assert passing[0] == [*well[0][:9], *ill[0][9:11], *well[0][11:]]
    assert passing[0] not in (well[0], ill[0])
    assert passing[1:] == well[1:]


def test_what_is_not_published_while_it_is_broken_is_published_before_and_after(show: Show) -> None:
    broken = {"idempotency-expired": {"from": at("2026-11-02T06:00").timestamp()}}
    client = show(world(("idempotency",), broken))
    deleted = query(
        "TimeToLiveDeletedItemCount", "Sum", 3600, namespace="AWS/DynamoDB", dimensions={"TableName": "idempotency"}
    )
    assert len(client.values(deleted, *DAY)) == 6
