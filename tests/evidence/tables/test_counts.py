from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

from slactl.evidence.tables import DuckTables
from slactl.evidence.tables.counts import CountsFile
from slactl.model.evidence import StreamBins
from slactl.model.metric import Metric, Stream
from slactl.model.service import SourceKind
from slactl.model.span import Span

DAY = Span(1_791_331_200, 1_791_417_600)
OWN, EDGE = SourceKind.APPLICATION_SIGNALS, SourceKind.API_GATEWAY
RUNGS = ("100", "999.999", "1000")


def stream(operation: str | None) -> Stream:
    metric = Metric("ApplicationSignals", "Latency", (("Operation", operation or ""),))
    return Stream(operation, metric, "SampleCount", metric, metric, metric)


def some(operation: str | None, source: SourceKind = OWN, span: Span = DAY, **changed: Any) -> StreamBins:
    at = {span.start: 4.0, span.end - 300: 2.0}
    low, high = dict.fromkeys(at, 50.5), dict.fromkeys(at, 999.999)
    ladder = {"100": {span.start: 3.0}}
    found = {"requests": at, "faults": {span.start: 1.0}, "errors": {}, "minimum": low, "maximum": high} | changed
    return StreamBins(source, stream(operation), 300, span, ladder=ladder, **found)


def writer(span: Span = DAY) -> CountsFile:
    return DuckTables().counts("missions", RUNGS, span, 300)


def table(body: bytes, folder: Path, sql: str) -> list[Any]:
    path = folder / "counts.parquet"
    path.write_bytes(body)
    with duckdb.connect() as engine:
        return engine.execute(sql.replace("counts", f"read_parquet('{path}')")).fetchall()


def test_rows_say_what_was_answered_and_absent_stays_null(tmp_path: Path) -> None:
    made = writer()
    made.add(some("GET /missions"))
    made.add(some(None, EDGE))
    found = table(made.body(), tmp_path, "SELECT epoch_us(time) // 1000000, * EXCLUDE (time) FROM counts")
    first, last = DAY.start, DAY.end - 300
    assert found == [
        (first, "api-gateway", "", 4.0, 1.0, None, 4.0, 50.5, 999.999, 3.0, 1.0, 0.0),
        (last, "api-gateway", "", 2.0, None, None, 2.0, 50.5, 999.999, None, 2.0, 0.0),
        (first, "application-signals", "GET /missions", 4.0, 1.0, None, 4.0, 50.5, 999.999, 3.0, 1.0, 0.0),
        (last, "application-signals", "GET /missions", 2.0, None, None, 2.0, 50.5, 999.999, None, 2.0, 0.0),
    ]


def test_the_order_in_which_streams_come_does_not_change_a_byte() -> None:
    half = Span(DAY.start, DAY.start + 43_200), Span(DAY.start + 43_200, DAY.end)
    parts = [some(name, source, span) for name in ("b", 'a"\n,é', "", "NULL") for source in SourceKind for span in half]
    forwards, backwards = writer(), writer()
    for part in parts:
        forwards.add(part)
    for part in reversed(parts):
        backwards.add(part)
    assert forwards.body() == backwards.body()


def test_names_of_any_kind_come_back(tmp_path: Path) -> None:
    names = {'a"\n,é', "NULL", "", "it's", "\\N", "1"}
    made = writer()
    for name in names:
        made.add(some(name))
    assert {row[0] for row in table(made.body(), tmp_path, "SELECT DISTINCT operation FROM counts")} == names


def test_a_day_without_a_request_is_a_table_without_rows(tmp_path: Path) -> None:
    assert table(writer().body(), tmp_path, "SELECT count(*), count(band_100) FROM counts") == [(0, 0)]
    silent = writer()
    silent.add(some("a", requests={}, faults={}, minimum={}, maximum={}))
    assert table(silent.body(), tmp_path, "SELECT count(*) FROM counts") == [(0,)]


def test_latencies_may_be_counted_by_a_metric_of_their_own(tmp_path: Path) -> None:
    made = writer()
    made.add(some("a", samples={DAY.start: 3.0}))
    found = table(made.body(), tmp_path, 'SELECT samples, band_100, "band_999.999" FROM counts')
    assert found == [(3.0, 3.0, 0.0), (None, None, None)]


def test_doubles_come_back_to_the_last_bit(tmp_path: Path) -> None:
    odd = {DAY.start: 0.1 + 0.2, DAY.end - 300: 2.0**53 - 1}
    made = writer()
    made.add(some("a", requests=odd))
    assert [row[0] for row in table(made.body(), tmp_path, "SELECT requests FROM counts")] == list(odd.values())


def test_the_file_says_what_it_covers(tmp_path: Path) -> None:
    found = table(writer().body(), tmp_path, "SELECT 1").pop()
    assert found == (1,)
    with duckdb.connect() as engine:
        path = tmp_path / "counts.parquet"
        said = engine.execute(f"SELECT key, value FROM parquet_kv_metadata('{path}')").fetchall()
    told = '{"bin": 300, "end": 1791417600, "schema": "slactl.counts/1", "service": "missions", "start": 1791331200}'
    assert (b"slactl", told.encode()) in said


@pytest.mark.parametrize(
    "wrong",
    [
        some("a", requests={DAY.start + 1: 1.0}),
        some("a", requests={DAY.end: 1.0}),
        some("a", span=Span(DAY.start - 300, DAY.end)),
    ],
)
def test_what_lies_off_the_grid_or_the_span_is_refused(wrong: StreamBins) -> None:
    with pytest.raises(ValueError, match="in the file's span and on its grid"):
        writer().add(wrong)


def test_a_stream_comes_once_for_a_time() -> None:
    made = writer()
    made.add(some("a"))
    with pytest.raises(ValueError, match="twice"):
        made.add(some("a"))


def test_rungs_rise() -> None:
    with pytest.raises(ValueError, match="rise"):
        DuckTables().counts("missions", ("1000", "999.999"), DAY, 300)
