"""Another process at one store, run as a program.

The one rule: it does what one word says. ``NUMBER COUNT`` commits days of its own, one by one; ``hold`` keeps
others out until it is killed; ``full`` commits more than its disk has room for.
"""

from __future__ import annotations

import resource
import signal
import sys

from slactl.evidence.store import open_archive
from slactl.ports.archive import EvidenceFailure
from tests.evidence.store.stores import AT, counts


def main(root: str, what: str, count: str = "0") -> None:
    with open_archive(root, create=True) as archive:
        if what == "hold":
            with archive.exclusive():
                sys.stdout.write("held\n")
                sys.stdout.flush()
                signal.pause()
        if what == "full":
            resource.setrlimit(resource.RLIMIT_FSIZE, (65_536, 65_536))
            try:
                archive.commit("run", AT, [counts("2026-11-01"), counts("2026-11-02", b"x" * 100_000)])
            except EvidenceFailure as failure:
                sys.stdout.write(f"{failure.message.rpartition(': ')[2]}; {failure.hint.partition(';')[0]}\n")
                archive.sweep(AT)
            return
        for number in range(int(count)):
            archive.commit(f"run-{what}", AT, [counts(f"2026-10-{number + 1:02d}", service=f"service-{what}")])
        sys.stdout.write("done\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
