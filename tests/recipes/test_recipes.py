"""What is ready to install: read by the programs that it is written for, and run."""

from __future__ import annotations

import importlib.util
import os
import re
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

import pytest
from crontab import CronTab

from tests.failures.small import Mood, world
from tests.failures.stage import Stage

ROOT = Path(__file__).parents[2]
RECIPES = ROOT / "docs" / "recipes"
SLACTL = Path(sys.executable).with_name("slactl")


@pytest.fixture
def stage(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Stage:
    return Stage(tmp_path, capsys, monkeypatch)


def test_systemd_takes_the_service_and_its_timer(tmp_path: Path) -> None:
    service = (RECIPES / "slactl-check.service").read_text()
    assert "ExecStart=/usr/local/bin/slactl " in service
    (tmp_path / "slactl-check.service").write_text(service.replace("/usr/local/bin/slactl", str(SLACTL)))
    shutil.copy(RECIPES / "slactl-check.timer", tmp_path)
    units = [str(tmp_path / name) for name in ("slactl-check.service", "slactl-check.timer")]
    done = subprocess.run(["systemd-analyze", "verify", *units], capture_output=True, text=True, check=False)
    said = [line for line in done.stderr.splitlines() if "slactl" in line]
    assert (done.returncode, said) == (0, [])


def test_systemd_refuses_what_is_wrong(tmp_path: Path) -> None:
    """The test above can fail."""
    broken = (RECIPES / "slactl-check.service").read_text().replace("/usr/local/bin/slactl", "/nowhere/slactl")
    (tmp_path / "slactl-check.service").write_text(broken)
    told = [str(tmp_path / "slactl-check.service")]
    assert subprocess.run(["systemd-analyze", "verify", *told], capture_output=True, check=False).returncode != 0


def test_cron_takes_the_crontab() -> None:
    jobs = list(CronTab(tabfile=str(RECIPES / "slactl.crontab")))
    assert len(jobs) == len(_entries())
    assert all(job.is_valid() for job in jobs)
    assert {str(job.slices) for job in jobs if "check" in (job.command or "")} == {"1-59/5 * * * *", "2-59/5 * * * *"}


@pytest.mark.parametrize(("code", "mailed"), [(0, False), (1, False), (2, False), (3, True), (127, True), (137, True)])
def test_whatever_is_no_verdict_is_mailed(tmp_path: Path, code: int, mailed: bool) -> None:
    fake = tmp_path / "slactl"
    fake.write_text(f"#!/bin/sh\nexit {code}\n")
    fake.chmod(0o755)
    line = next(one for one in _entries() if "--notify" in one).split(None, 5)[5]
    seen = {"PATH": f"{tmp_path}:{os.environ['PATH']}"}
    done = subprocess.run(["/bin/sh", "-c", line], env=seen, capture_output=True, text=True, check=False)
    assert bool(done.stdout) is mailed


def test_the_service_can_write_what_it_remembers() -> None:
    text = (RECIPES / "slactl-check.service").read_text()
    state = re.search(r"^#.*\{state: (\S+)\}$", text, re.MULTILINE)
    folder = re.search(r"^StateDirectory=(.*)$", text, re.MULTILINE)
    assert state is not None
    assert folder is not None
    assert Path(state[1]).parent == Path("/var/lib") / folder[1]


def _entries() -> list[str]:
    return [line for line in (RECIPES / "slactl.crontab").read_text().splitlines() if line[:1].isdigit()]


def _lines() -> list[str]:
    """The commands of the crontab and of the service, without what the shell adds."""
    cron = [line.split(None, 5)[5] for line in _entries()]
    service = re.findall(
        r"^ExecStart=/usr/local/bin/(.*)$", (RECIPES / "slactl-check.service").read_text(), re.MULTILINE
    )
    return [re.split(r" >/dev/null|; | \|\| ", line)[0] for line in [*cron, *service]]


@pytest.mark.parametrize("line", _lines())
def test_every_option_of_a_recipe_exists(line: str, tmp_path: Path) -> None:
    """A configuration that is not there is what is missing, not an option."""
    words = [word for word in shlex.split(line)[1:] if word != "/etc/slactl/slactl.yaml"]
    words = [word for word in words if word != "--config"]
    seen = {"PATH": os.environ["PATH"], "SLACTL_CONFIG": str(tmp_path / "absent.yaml")}
    done = subprocess.run(
        [SLACTL, *words], cwd=tmp_path, env=seen, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL
    )
    assert done.returncode in (2, 3)
    assert "absent.yaml" in done.stderr
    assert "No such option" not in done.stderr


@dataclass(frozen=True)
class Context:
    """As much of Lambda's context as a handler looks at."""

    milliseconds: int

    def get_remaining_time_in_millis(self) -> int:
        return self.milliseconds


def _handler(place: Path) -> ModuleType:
    """The handler as Lambda loads it: from the folder of the function's package."""
    shutil.copy(RECIPES / "lambda_handler.py", place)
    spec = importlib.util.spec_from_file_location("lambda_handler", place / "lambda_handler.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_handler_runs_in_front_of_the_sandbox(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.setenv("SLACTL_NOW", "2026-10-31T20:00:00Z")
    stage.configure()
    shown = world(mood=Mood())
    shown.now = 1793476800.0
    stage.show(shown)
    handler = _handler(stage.directory)
    told = handler.handler({"arguments": ["--objective", "error-rate"]}, Context(120_000))
    assert told["code"] == 2
    assert told["printed"].startswith("SLACTL CRITICAL - ")
    with pytest.raises(RuntimeError, match="SLACTL UNKNOWN - there is no objective"):
        handler.handler({"arguments": ["--objective", "nope"]}, Context(120_000))
    stage.close()
