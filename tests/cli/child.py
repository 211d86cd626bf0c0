"""The command line as a process of its own, where that is what matters: pipes, signals, environment.

The one rule: nothing of the machine's environment reaches it but the path; a service that a test needs is given.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.conftest import CREDENTIALS
from tests.failures.small import NOW

ROOT = Path(__file__).parents[2]
SLACTL = (sys.executable, "-m", "slactl")


def environment(**more: str) -> dict[str, str]:
    """What a child sees."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, **CREDENTIALS, "PYTHONPATH": str(ROOT), "SLACTL_NOW": NOW, **more}


def slactl(*arguments: str, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """Runs slactl to its end."""
    return subprocess.run(
        [*SLACTL, *arguments],
        cwd=cwd,
        env=environment(**more),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        stdin=subprocess.DEVNULL,
    )
