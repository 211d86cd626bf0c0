"""Metric math over HTTP, against values worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from botocore.exceptions import ClientError

from slactl.sandbox.behaviour import Behaviour
from slactl.sandbox.expressions import parse_expression
from slactl.sandbox.mathematics import EMPTY, Line, evaluate
from slactl.sandbox.requests import RequestLog
from slactl.sandbox.world import World
from tests.sandbox.asking import NOW, Client, Show, query

SPAN = ("2026-11-03T10:00", "2026-11-03T13:00")
ROWS = [
    ("2026-11-03T10:00:00Z", "GET /a", 100.0, 500),
    ("2026-11-03T10:10:00Z", "GET /a", 200.0, 200),
    ("2026-11-03T12:00:00Z", "GET /a", 300.0, 200),
    ("2026-11-03T10:20:00Z", "GET /b", 400.0, 503),
    ("2026-11-03T11:00:00Z", "GET /b", 500.0, 200),
]
INPUTS = [
    query("Latency", "SampleCount", 3600, id="reqa", operation="GET /a", ReturnData=False),  # 2 at 10, 1 at 12
    query("Latency", "SampleCount", 3600, id="reqb", operation="GET /b", ReturnData=False),  # 1 at 10, 1 at 11
    query("Fault", "Sum", 3600, id="bada", operation="GET /a", ReturnData=False),  # 1 at 10, 0 at 12
    query("Latency", "SampleCount", 3600, id="none", operation="GET /zzz", ReturnData=False),  # nothing
]


@pytest.fixture
def client(show: Show) -> Client:
    return show(World(RequestLog.from_rows(ROWS), now=NOW.timestamp()))


def computed(client: Client, expression: str) -> dict[str, Any]:
    (result,) = client.data([*INPUTS, {"Id": "e", "Expression": expression}], *SPAN)["MetricDataResults"]
    return {str(time.hour): value for time, value in zip(result["Timestamps"], result["Values"], strict=True)}


@pytest.mark.parametrize(
    ("expression", "points"),
    [
        ("SUM([reqa,reqb])", {"10": 3, "11": 1, "12": 1}),
        ('SUM(METRICS("req"))', {"10": 3, "11": 1, "12": 1}),
        ("SUM(METRICS())", {"10": 4, "11": 1, "12": 1}),
        ("reqa + reqb", {"10": 3, "11": 1, "12": 1}),
        ("reqa - reqb", {"10": 1, "11": -1, "12": 1}),
        ("bada / reqa * 100", {"10": 50, "12": 0}),
        ("reqa / reqb", {"10": 2, "11": 0}),
        ("100 - 100 * bada / reqa", {"10": 50, "12": 100}),
        ("(reqa + reqb) * 2", {"10": 6, "11": 2, "12": 2}),
        ("FILL(reqa, 0)", {"10": 2, "11": 0, "12": 1}),
        ("FILL(reqa, REPEAT)", {"10": 2, "11": 2, "12": 1}),
        ("FILL(reqa, LINEAR)", {"10": 2, "11": 1.5, "12": 1}),
        ("FILL(reqa, reqb)", {"10": 2, "11": 1, "12": 1}),
        ("reqa / PERIOD(reqa)", {"10": 2 / 3600, "12": 1 / 3600}),
        ("AVG([reqa,reqb])", {"10": 1.5, "11": 1, "12": 1}),
        ("MAX([reqa,reqb])", {"10": 2, "11": 1, "12": 1}),
        ("MIN([reqa,reqb])", {"10": 1, "11": 1, "12": 1}),
        ("reqa + SUM(reqb)", {"10": 4, "12": 3}),
        ("reqa > 1", {"10": 1, "12": 0}),
        ("IF(reqa > 1, reqa, 7)", {"10": 2, "12": 7}),
        ("IF(reqa > 1, reqa)", {"10": 2}),
        ("-ABS(0 - reqa)", {"10": -2, "12": -1}),
        ("SUM([none])", {}),
        ("none + none", {}),
        ("reqa + none", {"10": 2, "12": 1}),
    ],
)
def test_an_expression_of_hidden_inputs(client: Client, expression: str, points: dict[str, float]) -> None:
    assert computed(client, expression) == pytest.approx(points)


@pytest.mark.parametrize(
    "expression",
    ["missing + reqa", "reqa +", "SEARCH('x', 'Sum')", "[reqa, reqb]", "SUM(reqa", "SUM()", "reqa $ 2", "2 * 3", "Req"],
)
def test_an_expression_that_cannot_be_computed_refuses_the_call(client: Client, expression: str) -> None:
    with pytest.raises(ClientError) as error:
        computed(client, expression)
    assert error.value.response["Error"]["Code"] == "ValidationError"
    assert "Error in expression 'e'" in error.value.response["Error"]["Message"]


def test_a_hidden_input_that_is_forbidden_is_missing_in_a_complete_sum(client: Client) -> None:
    client.server.world.behaviour = Behaviour(forbidden=frozenset({"GET /b"}))
    (result,) = client.data([*INPUTS, {"Id": "e", "Expression": "SUM([reqa,reqb])"}], *SPAN)["MetricDataResults"]
    assert (result["StatusCode"], result["Values"]) == ("Complete", [2.0, 1.0])
    assert "Messages" not in result or not result["Messages"]


def test_an_input_with_an_internal_error_shows(client: Client) -> None:
    client.server.world.behaviour = Behaviour(internal_error={"GET /b": None})
    (result,) = client.data([*INPUTS, {"Id": "e", "Expression": "SUM([reqa,reqb])"}], *SPAN)["MetricDataResults"]
    assert (result["StatusCode"], result["Values"]) == ("InternalError", [])


def test_expressions_may_build_on_expressions(client: Client) -> None:
    queries = [
        *INPUTS,
        {"Id": "sum", "Expression": "reqa + reqb", "ReturnData": False},
        {"Id": "e", "Expression": "sum * 10", "Label": "ten"},
    ]
    (result,) = client.data(queries, *SPAN)["MetricDataResults"]
    assert (result["Label"], result["Values"]) == ("ten", [30.0, 10.0, 10.0])


@pytest.mark.parametrize(
    ("filling", "points"),
    [
        ("0", {0: 0, 60: 4, 120: 0, 180: 8, 240: 0}),
        ("REPEAT", {60: 4, 120: 4, 180: 8, 240: 8}),
        ("LINEAR", {60: 4, 120: 6, 180: 8}),
        ("other", {60: 4, 120: 3, 180: 8, 240: 0}),
    ],
)
def test_a_grid_is_filled_to_its_ends(filling: str, points: dict[int, float]) -> None:
    """As alarms do, whose newest datapoint may be missing."""
    lines = {"one": Line(np.array([60, 180]), np.array([4.0, 8.0])), "other": Line(np.array([120]), np.array([3.0]))}
    found = evaluate(parse_expression(f"FILL(one, {filling})"), lines.__getitem__, [], np.arange(0, 300, 60))
    assert dict(zip(found.times.tolist(), found.values.tolist(), strict=True)) == points


def test_nothing_is_made_of_nothing() -> None:
    found = evaluate(parse_expression("FILL(one, 0)"), lambda name: EMPTY, [], np.arange(0, 300, 60))
    assert len(found.times) == 0
