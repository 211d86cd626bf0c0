"""Recorded requests: what a CSV may hold, and how mistakes are told."""

from __future__ import annotations

from pathlib import Path

import pytest

from slactl.sandbox.requests import BadRequests, RequestLog

HEADER = "timestamp,operation,latency_ms,status"


def csv(folder: Path, *lines: str) -> Path:
    path = folder / "requests.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_rows_are_sorted_by_time_and_named(tmp_path: Path) -> None:
    log = RequestLog.from_csv(
        csv(
            tmp_path,
            HEADER,
            "2026-10-01T00:00:01.500Z,GET /b,12.5,200",
            "2026-10-01T02:00:00+02:00,GET /a,7,503",
        )
    )
    assert log.timestamp_ms.tolist() == [1790812800000, 1790812801500]
    assert [log.operations[code] for code in log.operation] == ["GET /a", "GET /b"]
    assert log.latency_ms.tolist() == [7.0, 12.5]
    assert log.status.tolist() == [503, 200]
    assert log.services == (("missions-api", "lambda:prod"),)


def test_services_and_milliseconds_may_be_given(tmp_path: Path) -> None:
    path = csv(tmp_path, f"{HEADER},service,environment", "1790812800000,NA,1,200,,", "1790812800001,null,1,200,s,e")
    log = RequestLog.from_csv(path, "mine", "ec2:default")
    assert log.services == (("mine", "ec2:default"), ("s", "e"))
    assert log.operations == ("NA", "null")


def test_hostile_names_survive(tmp_path: Path) -> None:
    names = ["<script>", '"=cmd()"', "[id]", "\u202eGET /x", "x" * 1000]
    rows = [("2026-10-01T00:00:00Z", name, 1.0, 200) for name in names]
    assert list(RequestLog.from_rows(rows).operations) == names


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (["timestamp,operation,status"], "requests.csv:1: no column latency_ms"),
        ([HEADER, "yesterday,GET /a,1,200"], "requests.csv:2: timestamp"),
        ([HEADER, "2026-10-01T00:00:00Z,GET /a,1,200", "2026-10-01T00:00:00Z,GET /a,fast,200"], ":3: latency_ms"),
        ([HEADER, "2026-10-01T00:00:00Z,GET /a,-1,200"], "found '-1'"),
        ([HEADER, "2026-10-01T00:00:00Z,GET /a,1,OK"], ":2: status"),
        ([""], "not a CSV file"),
    ],
)
def test_mistakes_are_told_with_their_line(tmp_path: Path, lines: list[str], told: str) -> None:
    with pytest.raises(BadRequests) as error:
        RequestLog.from_csv(csv(tmp_path, *lines))
    assert told in str(error.value)


def test_a_row_that_is_too_short_is_told() -> None:
    with pytest.raises(BadRequests, match="needs timestamp"):
        RequestLog.from_rows([("2026-10-01T00:00:00Z", "GET /a")])


def test_an_empty_log_is_a_log(tmp_path: Path) -> None:
    assert len(RequestLog.empty()) == 0
    assert len(RequestLog.from_csv(csv(tmp_path, HEADER))) == 0
