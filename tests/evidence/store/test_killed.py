"""Runs that are killed, collide, or find no room: nothing that was kept is ever lost, nothing half is ever kept."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from slactl.evidence.store import open_archive
from slactl.evidence.store.checking import check
from slactl.evidence.store.local import LocalShelf
from slactl.model.evidence import Kind
from slactl.ports.archive import Busy, EvidenceFailure
from tests.evidence.store.stores import AT, Opener, a_week, counts, local

ROOT = Path(__file__).parents[3]
HERE = "tests.evidence.store"


def program(name: str, *arguments: str) -> subprocess.Popen[str]:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", f"{HERE}.{name}", *arguments]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)


def said(*arguments: str) -> list[dict[str, Any]]:
    process = program("killed", *arguments)
    out, _ = process.communicate(timeout=300)
    assert process.returncode == 0
    return [json.loads(line) for line in out.splitlines()]


def is_one_commit(bodies: list[str]) -> bool:
    """All three days of one and the same run."""
    runs = {body.split(" in ")[1] for body in bodies}
    return len(bodies) == 3 and len(runs) == 1


@pytest.fixture
def fast(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one, so that a hundred kills don't wait for a disk."""
    memory = Path("/dev/shm")
    if not os.access(memory, os.W_OK):
        yield tmp_path
        return
    with TemporaryDirectory(dir=memory) as folder:
        yield Path(folder)


def test_a_commit_killed_at_every_touch_of_the_disk(fast: Path) -> None:
    """The next run always finds all of a commit or nothing, and sweeps what is left over."""
    points = said(str(fast), "every")
    assert len(points) > 60
    assert {(point["begun"], point["head"]) for point in points} == {("new", 0), ("new", 1), ("begun", 1), ("begun", 2)}
    for point in points:
        assert is_one_commit(point["bodies"]) if point["head"] else point["bodies"] == []
        assert set(point["codes"]) <= {"added"}
        assert (point["after"], point["workshop"]) == ([], 0)
    assert any(point["swept"] for point in points)
    assert any(point["codes"] for point in points)


@pytest.mark.parametrize(
    ("seed", "count"), [("7", "20"), *(pytest.param(str(seed), "100", marks=pytest.mark.soak) for seed in range(3))]
)
def test_runs_killed_at_any_moment(seed: str, count: str, fast: Path) -> None:
    """Whatever a run told of is kept: the head never falls behind, and is ahead by one commit at most."""
    points = said(str(fast / "evidence"), "random", seed, count)
    before = 0
    for point in points:
        assert before + point["told"] <= point["head"] <= before + point["told"] + 1
        assert is_one_commit(point["bodies"]) if point["head"] else point["bodies"] == []
        assert set(point["codes"]) <= {"added"}
        assert (point["after"], point["workshop"]) == ([], 0)
        before = point["head"]
    assert before > int(count)


def test_several_at_once(tmp_path: Path) -> None:
    """Four processes that commit to one directory: all of it is kept, in one chain."""
    root = tmp_path / "evidence"
    running = [program("rival", str(root), str(number), "8") for number in range(4)]
    assert [process.communicate(timeout=120)[0] and process.returncode for process in running] == [0] * 4
    with open_archive(str(root), create=False) as archive:
        assert len(archive.items(Kind.COUNTS)) == 32
        assert archive.head.number == 32
    assert check(LocalShelf(root)).findings == ()


def test_a_run_keeps_others_out_as_long_as_it_lives(tmp_path: Path) -> None:
    root = tmp_path / "evidence"
    holder = program("rival", str(root), "hold")
    assert holder.stdout
    assert holder.stdout.readline() == "held\n"
    with open_archive(str(root), create=True) as archive:
        with pytest.raises(Busy, match="another run is at work in"), archive.exclusive():
            pytest.fail("two at once")
        holder.kill()
        holder.communicate(timeout=60)
        with archive.exclusive(30.0):
            archive.commit("run", AT, [counts()])


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    """Files of more than 64 KiB find no room in the child; it says so, and what was kept before stands."""
    root = tmp_path / "evidence"
    kept = a_week(local(root))
    process = program("rival", str(root), "full")
    out, _ = process.communicate(timeout=60)
    assert (process.returncode, out) == (0, "File too large; nothing of what was kept before is lost\n")
    with open_archive(str(root), create=False) as archive:
        assert archive.items(Kind.COUNTS) == tuple(kept)
    found = check(LocalShelf(root))
    assert (found.findings, list((root / ".tmp").iterdir())) == ((), [])


def test_without_permission_nothing_is_half_done(tmp_path: Path, opener: Opener) -> None:
    """A shelf that fails at its n-th write, whichever it is: the commit did not happen, and can be repeated."""
    a_week(opener)
    days = [counts("2026-11-01"), counts("2026-11-02")]
    for fails_at in range(1, 4):
        with opener(create=True) as archive:
            before = archive.items(Kind.COUNTS)
            failing = Failing(archive.shelf, fails_at)
            archive.shelf = failing
            with pytest.raises(EvidenceFailure, match="no room"):
                archive.commit("run", AT, days)
            assert archive.items(Kind.COUNTS) == before
        with opener() as archive:
            assert archive.items(Kind.COUNTS) == before
    with opener(create=True) as archive:
        archive.commit("run", AT, days)
        archive.sweep(max(each.modified for each in archive.shelf.list()) + 86_401)
        assert check(archive.shelf).findings == ()


class Failing:
    """A shelf on which the n-th write fails."""

    def __init__(self, shelf: Any, fails_at: int) -> None:
        self._shelf, self._left = shelf, fails_at

    def __getattr__(self, name: str) -> Any:
        return getattr(self._shelf, name)

    def put(self, path: str, body: bytes, at: int) -> None:
        self._count()
        self._shelf.put(path, body, at)

    def create(self, path: str, body: bytes, at: int) -> bool:
        self._count()
        done: bool = self._shelf.create(path, body, at)
        return done

    def _count(self) -> None:
        self._left -= 1
        if not self._left:
            raise EvidenceFailure("there is no room", "make some")
