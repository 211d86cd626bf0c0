"""A process that kills others: run as a program, it prints what each of them left behind, a line of JSON each.

The one rule: the killed ones are real processes with a real store; the kill is SIGKILL. ``every``: one commit,
killed at its first, second, third ... touch of the file system, in a new store and in one that has begun.
``random SEED COUNT``: commits one after the other, killed some thousandths of a second after one was done.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import filelock  # noqa: F401 - imported here, so that no child is killed while it imports

from slactl.evidence.store import open_archive
from slactl.evidence.store.checking import check
from slactl.evidence.store.local import LocalShelf
from slactl.model.evidence import Kind
from tests.evidence.store.stores import AT, counts, superseded

TOUCHES = ("open", "os.", "fcntl.", "tempfile.", "shutil.")
Told = Callable[[], object]


def commits(root: Path, done: Told, most: int = 1000) -> None:
    """Reads the same three days again and again: each commit drops three files and keeps three others."""
    with open_archive(str(root), create=True) as archive:
        begun = archive.head.number
        for number in range(begun, begun + most):
            old = archive.items(Kind.COUNTS)
            days = [counts(f"2026-10-{day:02d}", b"%d in %d" % (day, number), run=number) for day in (1, 2, 3)]
            archive.commit(f"run-{number}", AT + number, days, [superseded(item) for item in old])
            done()


def once(root: Path) -> Path:
    """A new store with one commit."""
    commits(root, lambda: None, 1)
    return root


def killed_at(root: Path, touch: int) -> bool:
    """Whether a process that does one commit was killed at that touch."""

    def child() -> None:
        left = touch

        def hook(event: str, _: object) -> None:
            nonlocal left
            if event.startswith(TOUCHES):
                left -= 1
                if left == 0:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.addaudithook(hook)
        commits(root, lambda: os._exit(0))

    return os.WIFSIGNALED(forked(child, lambda _: None))


def killed_after(root: Path, told: int, seconds: float) -> int:
    """How many commits a process had told of when it was killed, some time after it told of so many."""
    inner, outer = os.pipe()
    before = b""

    def kill(pid: int) -> None:
        nonlocal before
        os.close(outer)
        while len(before) < told and (one := os.read(inner, 1)):
            before += one
        time.sleep(seconds)
        os.kill(pid, signal.SIGKILL)

    forked(lambda: commits(root, lambda: os.write(outer, b".")), kill)
    with os.fdopen(inner, "rb") as pipe:
        return len(before + pipe.read())


def forked(work: Callable[[], None], meanwhile: Callable[[int], None]) -> int:
    pid = os.fork()
    if pid == 0:
        try:
            work()
        finally:
            os._exit(1)
    meanwhile(pid)
    return os.waitpid(pid, 0)[1]


def left_behind(root: Path) -> dict[str, object]:
    """What the next run finds: the state, what the check says of it, and that it can go on."""
    with open_archive(str(root), create=True) as archive:
        items = archive.items(Kind.COUNTS)
        bodies = sorted(archive.body(item).decode() for item in items)
        found = check(LocalShelf(root)) if archive.head.number else None
        swept = archive.sweep(AT) if archive.head.number else 0
        again = check(LocalShelf(root)) if archive.head.number else None
        return {
            "head": archive.head.number,
            "bodies": bodies,
            "codes": sorted({each.code for each in found.findings}) if found else [],
            "swept": swept,
            "after": [str(each) for each in again.findings] + list(again.leftovers) if again else [],
            "workshop": len(list((root / ".tmp").glob("*"))) if again else 0,
        }


def main(root: Path, mode: str, *numbers: str) -> None:
    if mode == "every":
        for begun, prepared in (("new", lambda place: place), ("begun", once)):
            touch = 1
            while killed_at(prepared(root / begun / str(touch)), touch):
                found = left_behind(root / begun / str(touch))
                sys.stdout.write(json.dumps({"begun": begun, "point": touch} | found) + "\n")
                touch += 1
        return
    seed, count = map(int, numbers)
    draw = random.Random(seed)
    for _ in range(count):
        told = killed_after(root, draw.randrange(3), draw.uniform(0, 0.02))
        sys.stdout.write(json.dumps({"told": told} | left_behind(root)) + "\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), *sys.argv[2:])
