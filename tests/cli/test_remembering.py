"""What months that are over came to is remembered: quicker, never different, and never of another agreement."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import pytest

from slactl.cli.app import run
from slactl.evidence.store import open_archive
from slactl.model.evidence import Dropped, Kind, NewItem
from slactl.model.span import Span
from tests.bench.harness import NOW, configure
from tests.bench.month import FIRST, SERVICE, keep

DAY = 86_400
NOWHERE = "/dev/null/nowhere"
INCIDENTS = """incidents:
  - id: INC-1
    service: missions-api
    start: 2026-10-30T10:00
    end: 2026-10-30T10:20
    cause: a full disk
    impact: half of the requests were lost on their way
    correction: room was made
    corrective_action:
      - {action: watch the disk, owner: SRE, due: 2026-11-30, done: 2026-11-02}
    add_downtime: true
"""


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Evidence of the end of October, and of five days of November, of two operations."""
    configuration = configure(tmp_path_factory.mktemp("month"), since="2026-10-24")
    keep(configuration, 2, Span(FIRST + 23 * DAY, FIRST + 37 * DAY))
    return configuration.parent


@dataclass(frozen=True, slots=True)
class Desk:
    """A configuration with its evidence, and where things are remembered."""

    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    @property
    def cache(self) -> Path:
        return self.folder / "cache"

    @property
    def files(self) -> list[Path]:
        """The accounts of months."""
        return sorted(self.cache.rglob("months/*.json"))

    @property
    def sums(self) -> list[Path]:
        """What files of evidence came to."""
        return sorted(self.cache.rglob("sums/*.json"))

    def check(self, cache: str | None = None, *more: str) -> str:
        self.monkeypatch.setenv("XDG_CACHE_HOME", cache or str(self.cache))
        configuration = str(self.folder / "slactl.yaml")
        run(["-q", "check", "--from", "evidence", "--format", "json", "--config", configuration, *more])
        said = self.capsys.readouterr()
        assert said.err == ""
        return said.out

    def edit(self, name: str, old: str, new: str) -> None:
        text = (self.folder / name).read_text()
        assert old in text
        (self.folder / name).write_text(text.replace(old, new))


@pytest.fixture
def desk(month: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Desk:
    shutil.copytree(month, tmp_path / "desk")
    monkeypatch.setenv("SLACTL_NOW", NOW)
    return Desk(tmp_path / "desk", monkeypatch, capsys)


def year_of(said: str) -> dict[str, Any]:
    rows = [one for one in json.loads(said)["results"] if one["objective"] == "uptime"]
    assert [one["span"] for one in rows] == ["year-to-date"]
    found: dict[str, Any] = rows[0]
    return found


def test_what_is_remembered_is_what_is_read(desk: Desk) -> None:
    plain = desk.check(NOWHERE)
    assert desk.check() == plain
    files = desk.files
    assert len(files) == 1
    before = files[0].stat().st_mtime_ns
    assert desk.check() == plain
    assert desk.files == files
    assert files[0].stat().st_mtime_ns == before


def test_it_is_really_used(desk: Desk) -> None:
    """Guards against a memory that nobody asks: one that somebody forges, digest and all, is believed."""
    desk.check()
    (file,) = desk.files
    told = json.loads(file.read_text().partition("\n")[2])
    told["month"]["tallies"][0][0][1] = 3600
    body = json.dumps(told)
    file.write_text(f"{sha256(body.encode()).hexdigest()}\n{body}")
    assert year_of(desk.check())["detail"]["down_seconds"] == 3600


def test_sums_are_really_used(desk: Desk) -> None:
    """The same for what files came to: twice as many of each are believed."""
    requests = sum(one["total"] or 0 for one in json.loads(desk.check())["results"] if one["unit"] == "requests")
    for file in desk.sums:
        told = json.loads(file.read_text().partition("\n")[2])
        told["rows"] = [[*row[:2], *(value and 2 * value for value in row[2:])] for row in told["rows"]]
        body = json.dumps(told)
        file.write_text(f"{sha256(body.encode()).hexdigest()}\n{body}")
    forged = json.loads(desk.check())["results"]
    assert sum(one["total"] or 0 for one in forged if one["unit"] == "requests") > requests > 0


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-40])


def emptied(file: Path) -> None:
    file.write_bytes(b"")


def changed(file: Path) -> None:
    text = file.read_text()
    file.write_text(text[:-6] + ("0" if text[-6] != "0" else "1") + text[-5:])


def no_text(file: Path) -> None:
    file.write_bytes(b"\xff\xfe" * 100)


def of_another_key(file: Path) -> None:
    body = file.read_text().partition("\n")[2].replace(file.stem, "0" * 64)
    file.write_text(f"{sha256(body.encode()).hexdigest()}\n{body}")


def of_another_form(file: Path) -> None:
    body = file.read_text().partition("\n")[2].replace("slactl.remembered/1", "slactl.remembered/2")
    file.write_text(f"{sha256(body.encode()).hexdigest()}\n{body}")


def a_folder(file: Path) -> None:
    file.unlink()
    file.mkdir()


@pytest.mark.parametrize("spoil", [cut_short, emptied, changed, no_text, of_another_key, of_another_form, a_folder])
def test_a_file_that_is_not_as_it_was_written_is_none(desk: Desk, spoil: Callable[[Path], None]) -> None:
    plain = desk.check()
    assert (len(desk.files), len(desk.sums) > 3) == (1, True)
    for file in (*desk.files, *desk.sums):
        spoil(file)
    assert desk.check() == plain


def read_again(folder: Path, rows: str) -> None:
    """Keeps other counts of a day instead of those that are kept."""
    with open_archive(str(folder / "evidence"), create=False) as archive:
        (item,) = archive.items(Kind.COUNTS, SERVICE, "2026-10-28")
        target = folder / "again.parquet"
        with duckdb.connect() as engine:
            made = rows.format(f"read_parquet('{archive.path(item)}')")
            engine.execute(f"COPY ({made}) TO '{target}' (FORMAT parquet)")
        facts = dict(item.facts) | {"read_at": int(str(item.facts["read_at"])) + DAY}
        again = NewItem(item.place, target.read_bytes(), facts)
        archive.commit("again", FIRST + 38 * DAY, [again], [Dropped(item, "superseded")])


def another_window(desk: Desk) -> None:
    desk.edit("maintenance.yaml", "start: 2026-10-25T01:25", "start: 2026-10-25T00:25")


def a_late_window(desk: Desk) -> None:
    desk.edit("maintenance.yaml", "T04:10, announced: 2026-09-20", "T04:10, announced: 2026-10-24")


def another_start(desk: Desk) -> None:
    desk.edit("slactl.yaml", "since: 2026-10-24", "since: 2026-10-26")


def an_ignored_operation(desk: Desk) -> None:
    desk.edit("slactl.yaml", '"GET /resources-00*", class: query', '"GET /resources-0000*", ignore: true')


def an_incident(desk: Desk) -> None:
    (desk.folder / "incidents.yaml").write_text(INCIDENTS)
    desk.edit("slactl.yaml", "\nmaintenance:", "\nincidents: incidents.yaml\nmaintenance:")


def worse_evidence(desk: Desk) -> None:
    """A day is read again, and all that was asked on it had failed."""
    read_again(desk.folder, "SELECT * REPLACE (requests AS faults) FROM {}")


@pytest.mark.parametrize(
    "change", [another_window, a_late_window, another_start, an_ignored_operation, an_incident, worse_evidence]
)
def test_what_changes_is_seen(desk: Desk, change: Callable[[Desk], None]) -> None:
    before = year_of(desk.check())
    change(desk)
    now = desk.check()
    assert now == desk.check(NOWHERE)
    after = year_of(now)
    assert (after["good"], after["total"], after["detail"]) != (before["good"], before["total"], before["detail"])
    assert len(desk.files) == 2
    assert desk.check() == now


def test_a_longer_slice_is_another_account(desk: Desk) -> None:
    objective = "{id: uptime, indicator: availability, slice: %s, goal: '>= 99.9%%', over: year}\n"
    for width in ("5m", "15m", "5m"):
        (desk.folder / "own.yaml").write_text(f"objectives:\n  - {objective % width}")
        text = (desk.folder / "slactl.yaml").read_text().replace("objectives: own.yaml\n", "")
        (desk.folder / "slactl.yaml").write_text(f"{text}objectives: own.yaml\n")
        assert desk.check() == desk.check(NOWHERE)
    assert len(desk.files) == 2


def test_a_month_with_a_silence_is_read_every_time(desk: Desk) -> None:
    """What is to be said of it, and the weeks before that explain it, are not its sums."""
    read_again(desk.folder, "SELECT * FROM {} WHERE hour(time) <> 10")
    assert desk.check() == desk.check(NOWHERE)
    assert desk.files == []
