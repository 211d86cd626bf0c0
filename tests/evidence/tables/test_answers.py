from __future__ import annotations

import json
from pathlib import Path

import duckdb

from slactl.evidence.tables import DuckTables
from slactl.model.metric import Metric, Query, Series
from slactl.model.span import Span
from slactl.model.status import Code, Reason

ONE = Metric("AWS/ApiGateway", "Count", (("ApiName", "it's"), ("Stage", "prod")))
TWO = Metric("ApplicationSignals", "Fault", (("Operation", "GET /é"),), "123456789012")
SPAN = Span(1_791_331_200, 1_791_417_600)


def test_queries_and_answers_come_back_in_order_failures_included(tmp_path: Path) -> None:
    asked = [
        (Query((ONE,), "TC(:999.999)", 86_400, SPAN), Series({SPAN.start: 0.1 + 0.2})),
        (Query((ONE, TWO), "Sum", 300, SPAN), Series({}, Reason.of(Code.READ_FAILED, error="it's"))),
        (Query((TWO,), "Sum", 300, SPAN), Series({})),
    ]
    path = tmp_path / "answers.parquet"
    path.write_bytes(DuckTables().answers(asked))
    with duckdb.connect() as engine:
        found = engine.execute(f"FROM read_parquet('{path}')").fetchall()
    first, second, third = found
    assert json.loads(first[0]) == [[ONE.namespace, "Count", [["ApiName", "it's"], ["Stage", "prod"]], None]]
    assert first[1:] == ("TC(:999.999)", 86_400, SPAN.start, SPAN.end, [SPAN.start], [0.1 + 0.2], None, None)
    assert [metric[1] for metric in json.loads(second[0])] == ["Count", "Fault"]
    assert second[5:] == ([], [], "read-failed", '{"error": "it\'s"}')
    assert third[5:] == ([], [], None, None)


def test_the_same_answers_give_the_same_bytes() -> None:
    asked = [(Query((ONE,), "Sum", 300, SPAN), Series({SPAN.start: float(count)})) for count in range(1000)]
    assert DuckTables().answers(asked) == DuckTables().answers(iter(asked))


def test_months_of_minutes_fit_into_the_little_memory_that_there_is() -> None:
    """A dozen answers of 44,640 points each."""
    points = {SPAN.start + at * 60: at / 7 for at in range(44_640)}
    span = Span(SPAN.start, SPAN.start + 44_640 * 60)
    asked = [(Query((ONE,), f"TC(:{rung})", 60, span), Series(points)) for rung in range(12)]
    assert DuckTables().answers(asked)[:4] == b"PAR1"
