"""``slactl check`` in AWS Lambda, started by an EventBridge schedule.

The function's package holds slactl, ``slactl.yaml`` and the files that it names. The schedule's input may add
options: ``{"arguments": ["--window", "1h"]}``. A verdict is returned, and told by the published metrics; a check
that could not judge raises, so that Lambda counts an error and an alarm on ``Errors`` rings.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
UNKNOWN = 3
SPARE_SECONDS = 3
"""What is left of the function's time for saying that the deadline passed."""


def handler(event: dict[str, Any], context: Any) -> dict[str, Any]:
    """The exit code and what was printed.

    Raises:
        RuntimeError: if the check could not judge.
    """
    seconds = max(1, context.get_remaining_time_in_millis() // 1000 - SPARE_SECONDS)
    options = [str(one) for one in (event or {}).get("arguments", ["--publish"])]
    command = [sys.executable, "-m", "slactl", "--quiet", "check", "--deadline", f"{seconds}s", *options]
    # Only /tmp can be written to, and only for a while: what must last belongs into S3 (evidence.store).
    settings = {"SLACTL_CONFIG": str(HERE / "slactl.yaml"), "HOME": "/tmp"}  # noqa: S108 - Lambda has no other
    done = subprocess.run(command, env={**settings, **os.environ}, capture_output=True, text=True, check=False)
    if done.returncode not in (0, 1, 2):
        raise RuntimeError(done.stdout.partition("\n")[0] or done.stderr.strip() or f"ended with {done.returncode}")
    return {"code": done.returncode, "printed": done.stdout}
