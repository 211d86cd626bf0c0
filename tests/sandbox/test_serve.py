"""Running the sandbox as its command does."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from pathlib import Path

import boto3
import pytest
import yaml

from slactl.sandbox.behaviour import BadBehaviour
from slactl.sandbox.demo_files import demo_files
from slactl.sandbox.packs import BadPack, variables
from slactl.sandbox.serve import SandboxOptions, make_world, serve
from slactl.sandbox.server import Server
from tests.sandbox.asking import NOW

PROGRAM = """
import sys
from slactl.sandbox.serve import SandboxOptions, serve
serve(SandboxOptions(now=float(sys.argv[1])), lambda url: print(url, flush=True))
print("stopped")
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_stops_cleanly_when_it_is_told(number: signal.Signals) -> None:
    asked = [sys.executable, "-c", PROGRAM, str(NOW.timestamp())]
    with subprocess.Popen(asked, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline().startswith("http://127.0.0.1:")
        process.send_signal(number)
        out, error = process.communicate(timeout=10)
    assert (out, error, process.returncode) == ("stopped\n", "", 0)


def test_recorded_requests_take_the_place_of_the_demo(tmp_path: Path) -> None:
    path = tmp_path / "requests.csv"
    path.write_text("timestamp,operation,latency_ms,status\n2026-11-03T10:00:00Z,GET /a,5,200\n")
    options = SandboxOptions(NOW.timestamp(), requests_csv=path, service="mine", environment="ec2:default")
    urls: list[str] = []
    stop, ready = threading.Event(), threading.Event()

    def announce(url: str) -> None:
        urls.append(url)
        ready.set()

    thread = threading.Thread(target=serve, args=(options, announce, stop))
    thread.start()
    assert ready.wait(5)
    client = boto3.client("cloudwatch", endpoint_url=urls[0])
    metrics = client.list_metrics(MetricName="Latency")["Metrics"]
    client.close()
    stop.set()
    thread.join(5)
    assert [item["Value"] for item in metrics[0]["Dimensions"]] == ["ec2:default", "GET /a", "mine"]
    assert not thread.is_alive()


def test_options_reach_the_world() -> None:
    options = SandboxOptions(
        NOW.timestamp(), anchoring="epoch", values="histogram", behaviours=["delay=5ms"], months=2, seed=3
    )
    world = make_world(options)
    assert (world.anchoring, world.values, world.behaviour.delay_ms) == ("epoch", "histogram", 5.0)
    with pytest.raises(BadBehaviour):
        make_world(SandboxOptions(NOW.timestamp(), behaviours=["nonsense"]))


def test_an_alarm_that_is_put_is_evaluated_before_it_is_told() -> None:
    """Its clock stands still, so once is enough; a state that was set afterwards stays."""
    world = make_world(SandboxOptions(NOW.timestamp(), months=1))
    places = {"Environment": "lambda:prod", "Service": "missions-api"}
    told = {
        "AlarmName": "traffic",
        "Namespace": "ApplicationSignals",
        "MetricName": "Latency",
        "Dimensions": [{"Name": name, "Value": value} for name, value in places.items()],
        "Statistic": "SampleCount",
        "Period": 300,
        "EvaluationPeriods": 1,
        "Threshold": 0.0,
        "ComparisonOperator": "GreaterThanThreshold",
    }
    with Server(world) as server:
        client = boto3.client("cloudwatch", endpoint_url=server.url)
        client.put_metric_alarm(**told)
        first = client.describe_alarms(AlarmNames=["traffic"])["MetricAlarms"][0]["StateValue"]
        client.set_alarm_state(AlarmName="traffic", StateValue="OK", StateReason="by hand")
        second = client.describe_alarms(AlarmNames=["traffic"])["MetricAlarms"][0]["StateValue"]
        client.close()
    assert (first, second) == ("ALARM", "OK")


def test_packs_are_shown_and_their_configuration_is_written() -> None:
    world = make_world(SandboxOptions(NOW.timestamp(), packs=("dynamodb",), broken=("dynamodb-throttles",)))
    assert {key.namespace for key, _ in world.catalogue} > {"AWS/DynamoDB"}
    told = yaml.safe_load(demo_files(NOW.timestamp(), packs=("dynamodb", "memorydb"))["slactl.yaml"])
    assert told["packs"] == {"dynamodb": variables("dynamodb"), "memorydb": variables("memorydb")}
    assert "packs" not in yaml.safe_load(demo_files(NOW.timestamp())["slactl.yaml"])


@pytest.mark.parametrize(
    ("packs", "broken", "told"),
    [
        (("dynamo",), (), "the sandbox has no pack 'dynamo'; it has lambda, dynamodb"),
        (("dynamodb",), ("lambda-errors",), "no such promise can be broken here: lambda-errors"),
    ],
)
def test_a_pack_or_a_fault_that_is_not_there_is_refused(
    packs: tuple[str, ...], broken: tuple[str, ...], told: str
) -> None:
    with pytest.raises(BadPack, match=told):
        make_world(SandboxOptions(NOW.timestamp(), packs=packs, broken=broken))
