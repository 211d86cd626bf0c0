"""What docs/evidence.md tells people to run, run: its SQL by DuckDB, its shell by a shell, its configuration."""

from __future__ import annotations

import re
import subprocess
from datetime import date
from pathlib import Path

import duckdb
import pytest

from slactl.configuration import load_catalogue
from slactl.evidence.store import open_archive
from slactl.evidence.store.layout import manifest_path
from slactl.evidence.tables import DuckTables
from slactl.model.evidence import AskedTerm, CountsFacts, Dropped, Kind, MetricBins, NewItem, Place
from slactl.model.general import MetricTerm
from slactl.model.metric import Metric
from slactl.model.span import Span
from tests.evidence.store.months import ACCOUNT, DAY, LADDER, REGION, at, counts, others, store, table

DOCUMENT = (Path(__file__).parents[3] / "docs" / "evidence.md").read_text(encoding="utf-8")
RUNGS = {"100": LADDER["100"], "500": LADDER["500"], "999.999": LADDER["1000"]}


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", DOCUMENT, re.DOTALL | re.MULTILINE)


def metrics(day: str) -> NewItem:
    """A day of one metric with two points."""
    span, refused = Span(at(day), at(day) + DAY), Metric("App", "Refused", (("Table", "a"),))
    asked = AskedTerm(MetricTerm("App", "Refused", "", (("Table", ("*",)),)), ("Sum",))
    found = [MetricBins(refused, "Sum", {span.start: 2.0, span.start + 600: 0.5})]
    body = DuckTables().metrics("dynamodb", span, 300, [asked], found)
    place = Place(Kind.METRICS, ACCOUNT, REGION, "dynamodb", day, "metrics.parquet")
    return NewItem(place, body, CountsFacts(span, 300, span.end, final=False).facts)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Two days of missions-api, the first read twice; the file that was superseded could not be deleted."""
    first, again = table("2026-10-07", RUNGS, ("", "GET /a")), table("2026-10-07", RUNGS, ("", "GET /a", "GET /b"))
    second = table("2026-10-08", RUNGS)
    root = store(tmp_path / "evidence", [counts("2026-10-07", "missions-api", body=first), *others("2026-10-07")])
    with open_archive(str(root), create=True) as archive:
        [old] = archive.items(Kind.COUNTS)
        days = [counts("2026-10-07", "missions-api", body=again), counts("2026-10-08", "missions-api", body=second)]
        days.append(metrics("2026-10-07"))
        archive.commit("again", 1_900_000_001, days, [Dropped(old, "superseded")])
        archive.shelf.put(old.path, first, 0)
    return root


def test_the_sql_reads_what_the_chain_names(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(root.parent)
    views, question, metered = [block for block in blocks("sql") if "kept" in block]
    with duckdb.connect() as engine:
        engine.execute(views)
        paths = [path for (path,) in engine.execute("SELECT path FROM kept ORDER BY path").fetchall()]
        answer = engine.execute(question).fetchall()
        sums = engine.execute(metered).fetchall()
    with open_archive("evidence", create=False) as archive:
        assert paths == sorted(item.path for kind in Kind for item in archive.items(kind))
    assert answer == [("GET /a", 12.0, 2.0, 2.0, 0), ("GET /b", 6.0, 1.0, 1.0, 0)]
    assert sums == [("Refused", '[["Table","a"]]', date(2026, 10, 7), 2.5)]


def test_the_shell_follows_the_chain(root: Path) -> None:
    [script] = [block for block in blocks("sh") if "sha256sum" in block]
    with open_archive(str(root), create=True) as archive:
        archive.commit("more", 1_900_000_002, [counts("2026-10-09", "missions-api")])
    assert said(script, root) == ""
    path = root / manifest_path(2)
    path.write_bytes(path.read_bytes().replace(b'"run":"again"', b'"run":"other"'))
    assert said(script, root) == "manifest/00000003.json does not follow from the one before\n"


def said(script: str, root: Path) -> str:
    done = subprocess.run(["sh", "-c", script], cwd=root, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    return done.stdout


def test_the_configuration_is_accepted_in_s3(tmp_path: Path) -> None:
    [section] = [block for block in blocks("yaml") if "lock_for" in block]
    text = f"version: 1\nservices: {{api: {{environment: prod}}}}\n{section}".replace("evidence/ ", "s3://bucket/x ")
    (tmp_path / "slactl.yaml").write_text(text, encoding="utf-8")
    settings = load_catalogue(tmp_path / "slactl.yaml").evidence
    assert settings
    assert (settings.store, settings.keep, settings.lock, settings.lock_days) == (
        "s3://bucket/x",
        1461,
        "governance",
        1461,
    )
