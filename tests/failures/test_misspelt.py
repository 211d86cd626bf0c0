"""A name that CloudWatch doesn't know is never a hundred per cent."""

from __future__ import annotations

import pytest

from tests.failures.small import API, STAGE, configuration, world
from tests.failures.stage import Stage

MISSPELT = [
    ("a service", {"name": "shopp"}),
    ("an environment", {"environment": "eks:prd"}),
    ("a service in capitals", {"name": "Shop"}),
]
GATEWAY = f"    source: api-gateway\n    api: {API}\n    stage: {STAGE}\n"


def unknown_everywhere(stage: Stage) -> None:
    done = stage.report()
    assert done.code == 0
    report = done.report
    assert report["status"] == "INSUFFICIENT_DATA"
    rows = [row for row in report["results"] if row["indicator"] != "coverage"]
    whole = [row for row in rows if row["operation"] is None and row["class"] is None]
    assert {row["objective"] for row in whole} >= {"uptime", "api-latency", "p95", "error-rate"}
    assert {(row["status"], row["value"]) for row in whole} == {("INSUFFICIENT_DATA", None)}
    assert all(row["value"] is None and row["reason"] for row in rows)
    assert {row["status"] for row in rows} <= {"INSUFFICIENT_DATA", "NOT_RATED"}
    assert stage.report("--fail-on", "insufficient-data").code == 3


@pytest.mark.parametrize("wrong", [wrong for _, wrong in MISSPELT], ids=[name for name, _ in MISSPELT])
def test_a_misspelt_name(stage: Stage, wrong: dict[str, str]) -> None:
    stage.configure(configuration(**wrong))  # type: ignore[arg-type]
    stage.show(world())
    unknown_everywhere(stage)


def test_another_region(stage: Stage) -> None:
    stage.configure(
        {**configuration(), "slactl.yaml": configuration()["slactl.yaml"].replace("eu-west-1", "us-east-1")}
    )
    stage.show(world())
    unknown_everywhere(stage)


@pytest.mark.parametrize("right", [f"api: {API}", f"stage: {STAGE}"], ids=["api", "stage"])
def test_a_misspelt_gateway(stage: Stage, right: str) -> None:
    main = configuration()["slactl.yaml"]
    start, end = main.index("    name: "), main.index("    since: ")
    wrong = GATEWAY.replace(right, f"{right}x")
    stage.configure({**configuration(), "slactl.yaml": main[:start] + wrong + main[end:]})
    stage.show(world(edge=True))
    unknown_everywhere(stage)


@pytest.mark.parametrize("right", [API, STAGE], ids=["api", "stage"])
def test_a_misspelt_edge(stage: Stage, right: str) -> None:
    """What is judged at the edge is unknown, whatever the service says of itself."""
    main = configuration(edge=True)["slactl.yaml"].replace(f"{right}", f"{right}x")
    stage.configure({**configuration(), "slactl.yaml": main.replace("eks:prodx", "eks:prod")})
    stage.show(world(edge=True))
    report = stage.report().report
    at_edge = [row for row in report["results"] if row["objective"] in ("uptime", "api-latency", "error-rate")]
    assert {(row["status"], row["value"]) for row in at_edge if row["operation"] is None} == {
        ("INSUFFICIENT_DATA", None)
    }
