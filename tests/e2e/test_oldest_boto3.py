"""The oldest boto3 that the package allows reads the same figures from the sandbox as the installed one.

Old SDKs speak the query protocol to CloudWatch, new ones JSON; slactl must not notice.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from slactl.sandbox.server import Server
from tests.e2e.harness import world_of, write_configuration
from tests.oracle.examples import all_examples

ROOT = Path(__file__).parents[2]
REPORT = ("-m", "slactl", "--quiet", "report", "--format", "json", "--output", "-")


def _floor() -> str:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    line = next(one for one in project["dependencies"] if one.startswith("boto3"))
    found = re.search(r">=\s*([0-9.]+)", line)
    assert found is not None, line
    version = found.group(1)
    return version if version.count(".") == 2 else f"{version}.0"


@pytest.fixture(scope="module")
def oldest(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that holds the oldest boto3 and what it needs."""
    place = tmp_path_factory.mktemp("oldest")
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--target", str(place), f"boto3=={_floor()}"]
    subprocess.run(command, check=True, stdout=sys.stderr)
    return place


def _report(directory: Path, month: str, now: int, url: str, first: str) -> dict[str, object]:
    settings = {
        **os.environ,
        "AWS_ENDPOINT_URL": url,
        "PYTHONPATH": os.pathsep.join(part for part in (first, str(ROOT)) if part),
        "SLACTL_NOW": _rfc3339(now),
    }
    command = [sys.executable, *REPORT, "--month", month, "--config", str(directory / "slactl.yaml")]
    done = subprocess.run(command, env=settings, check=True, capture_output=True, text=True)
    document: dict[str, object] = json.loads(done.stdout)
    return document


def _rfc3339(instant: int) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(instant, UTC).isoformat()


def test_the_oldest_and_the_newest_read_the_same(oldest: Path, tmp_path: Path) -> None:
    case = all_examples()["worked-example"]
    write_configuration(case, tmp_path)
    with Server(world_of(case)) as server:
        old = _report(tmp_path, case.month, case.now, server.url, str(oldest))
        new = _report(tmp_path, case.month, case.now, server.url, "")
    assert old["results"] == new["results"]
    assert old["gaps"] == new["gaps"] == []
    assert old["provenance"] != new["provenance"], "the versions are told"
