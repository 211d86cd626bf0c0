"""Where the report goes: files whole or absent, stdout data, stderr talk."""

from __future__ import annotations

import json
import os
import resource
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from slactl.sandbox.behaviour import Behaviour
from tests.cli.child import SLACTL, environment, slactl
from tests.failures.small import CALM, NOW, configuration, world
from tests.failures.stage import Stage

NAMES = ["slactl-2026-10.en.html", "slactl-2026-10.json", "slactl-2026-10.en.md", "slactl-2026-10.csv"]


@pytest.fixture
def shop(stage: Stage) -> Stage:
    stage.configure()
    stage.show(world(mood=CALM))
    return stage


def test_last_month_as_html_in_this_directory_is_the_default(shop: Stage) -> None:
    done = shop.run("report")
    assert (done.code, done.out) == (0, "slactl-2026-10.en.html\n")
    assert "SLA-2026-10: OK" in done.err
    assert shop.files() == {*configuration(), "slactl-2026-10.en.html"}


def test_several_formats_and_a_language(shop: Stage) -> None:
    done = shop.run("report", "--format", "html, json,md,csv,json", "--lang", "it", "-o", "a/b")
    names = [f"a/b/{name.replace('.en.', '.it.')}" for name in NAMES]
    assert (done.code, done.out.splitlines()) == (0, names)
    assert shop.files() == {*configuration(), *names}
    assert '<html lang="it"' in (shop.directory / names[0]).read_text(encoding="utf-8")


def test_a_report_replaces_the_older_one(shop: Stage) -> None:
    old = shop.directory / NAMES[0]
    old.write_text("old")
    assert shop.run("report").code == 0
    assert old.read_text(encoding="utf-8").startswith("<!")
    assert (old.stat().st_mode & 0o777) == 0o644


@pytest.mark.parametrize("form", ["html", "json", "md", "csv"])
def test_stdout_is_the_file_and_nothing_else(shop: Stage, form: str) -> None:
    written = shop.run("report", "--format", form)
    text = (shop.directory / written.out.strip()).read_bytes().decode()
    told = shop.run("report", "--format", form, "-o", "-")
    assert told.code == 0
    assert told.out == text
    assert shop.run("--quiet", "report", "--format", form, "-o", "-").err == ""


def test_talk_goes_to_stderr_and_quiet_ends_it(shop: Stage) -> None:
    assert "reading 2026-10" in shop.run("report", "-o", "one").err
    quiet = shop.run("-q", "report", "-o", "two")
    assert (quiet.code, quiet.err) == (0, "")
    wrong = shop.run("-q", "report", "--month", "x")
    assert wrong.code == 2
    assert "a month is written" in wrong.err, "errors are told whatever --quiet says"


@pytest.mark.parametrize("place", ["slactl.yaml", "slactl.yaml/deeper", "/proc/slactl", "/dev/null/x"])
def test_a_place_that_cannot_be_written(shop: Stage, place: str) -> None:
    before = shop.files()
    for code, more in ((1, []), (3, ["--fail-on", "breached"])):
        done = shop.run("--quiet", "report", "-o", place, *more)
        assert (done.code, done.out) == (code, "")
        assert done.err.startswith("slactl: error: ")
        assert "Traceback" not in done.err
    assert shop.files() == before


def test_a_full_disk_leaves_the_older_report_and_no_crumbs(shop: Stage) -> None:
    """A limit on the size of files stands for the full disk: the same write fails half-way."""
    old = shop.directory / "out" / NAMES[1]
    old.parent.mkdir()
    old.write_text("old")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, limits[1]))
    try:
        done = shop.run("--quiet", "report", "--format", "json", "-o", "out")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert (done.code, done.out) == (1, "")
    assert "File too large" in done.err
    assert old.read_text() == "old"
    assert shop.files() == {*configuration(), f"out/{NAMES[1]}"}


def test_stdout_on_a_full_disk(shop: Stage) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [*SLACTL, "--quiet", "report", "--format", "json", "-o", "-"],
            cwd=shop.directory,
            env=environment(AWS_ENDPOINT_URL=os.environ["AWS_ENDPOINT_URL"]),
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_closed_pipe_is_no_news(shop: Stage) -> None:
    with running(shop, "--quiet", "report", "--month", "2026-10", "--format", "json", "-o", "-") as child:
        assert child.stdout is not None
        child.stdout.close()
        child.wait(timeout=60)
        assert child.stderr is not None
        assert child.stderr.read() == ""
    assert child.returncode == 141
    assert shop.files() == set(configuration())


def test_interrupted_while_reading_nothing_is_left(shop: Stage) -> None:
    old = shop.directory / NAMES[0]
    old.write_text("old")
    shop.misbehave(Behaviour(delay_ms=300))
    assert shop.server is not None
    with running(shop, "report", "--format", "html,json") as child:
        until = time.monotonic() + 30
        while not shop.server.tally["GetMetricData"] and time.monotonic() < until:
            time.sleep(0.05)
        begun = time.monotonic()
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=60)
    assert child.returncode == 130
    assert time.monotonic() - begun < 5
    assert out == ""
    assert "Traceback" not in err
    assert old.read_text() == "old"
    assert shop.files() == {*configuration(), NAMES[0]}


@contextmanager
def running(stage: Stage, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """A child process against the stage's sandbox."""
    with subprocess.Popen(
        [*SLACTL, *arguments],
        cwd=stage.directory,
        env=environment(AWS_ENDPOINT_URL=os.environ["AWS_ENDPOINT_URL"]),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        yield child


SETTINGS = [
    {"TZ": "Pacific/Chatham", "PYTHONHASHSEED": "1"},
    {"TZ": "America/New_York", "LANG": "C", "LC_ALL": "C", "PYTHONHASHSEED": "77"},
    {"LANG": "it_IT.UTF-8", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "random", "COLUMNS": "20", "FORCE_COLOR": "1"},
]


def test_the_same_bytes_on_every_machine(shop: Stage) -> None:
    found = [_bytes(shop, number, settings) for number, settings in enumerate(SETTINGS)]
    assert found[0] == found[1] == found[2]
    assert set(found[0]) == set(NAMES)


def _bytes(stage: Stage, number: int, settings: dict[str, str]) -> dict[str, bytes]:
    """The files of a run under other settings, from a directory of the same name."""
    place = stage.directory / str(number)
    place.mkdir()
    for name, text in configuration().items():
        (place / name).write_text(text)
    endpoint = os.environ["AWS_ENDPOINT_URL"]
    done = slactl(
        "report", "--format", "html,json,md,csv", "-o", "out", cwd=place, AWS_ENDPOINT_URL=endpoint, **settings
    )
    assert done.returncode == 0, done.stderr
    return {path.name: path.read_bytes() for path in (place / "out").iterdir()}


def test_the_module_is_the_command(tmp_path: Path) -> None:
    done = slactl("--version", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("slactl ")


def test_nothing_at_all_shows_what_there_is(tmp_path: Path) -> None:
    done = slactl(cwd=tmp_path)
    assert "report" in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_the_sandbox_runs_the_report(tmp_path: Path) -> None:
    command = ["report", "--config", "demo/slactl.yaml", "--format", "json", "-o", "-", "--month", "2026-10"]
    options = ["--quiet", "sandbox", "--months", "1", "--now", NOW, "--write-config", "demo"]
    done = slactl(*options, "--exec", *SLACTL, "--quiet", *command, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["period"]["label"] == "2026-10"


def test_a_demo_with_packs_has_been_looked_at_every_day(tmp_path: Path) -> None:
    packs = ["--pack", "memorydb", "--pack", "monitoring"]
    command = ["report", "--config", "demo/slactl.yaml", "--format", "json", "-o", "-", "--month", "2026-10"]
    options = ["--quiet", "sandbox", "--months", "1", "--now", NOW, "--write-config", "demo", *packs]
    done = slactl(*options, "--exec", *SLACTL, "--quiet", *command, cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    report = json.loads(done.stdout)
    looks = [row for row in report["results"] if row["indicator"] == "control"]
    assert {row["service"] for row in looks} == {"memorydb", "monitoring"}
    assert {(row["status"], row["good"], row["total"]) for row in looks} == {("OK", 31, 31)}
    told = {row["objective"]: row for row in report["results"] if row["indicator"] == "alarm-record"}
    assert {row["status"] for row in told.values()} <= {"OK", "NOT_RATED"}
    outage, late = next(one for one in report["watched"] if one["objective"] == "uptime")["crossings"]
    assert late["at"].startswith("2026-10-26T20:")  # a window that was announced too late excuses nothing
    assert all(0 <= one["delay_seconds"] <= 600 for one in (outage, late))


def test_the_sandbox_stops_cleanly(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*SLACTL, "sandbox", "--months", "1"],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        said = child.stdout.readline()
        assert said.startswith("export AWS_ENDPOINT_URL=http://127.0.0.1:")
        assert "CLOUDFLARE_API_TOKEN= " in said  # without pack r2 there is no Cloudflare to ask
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=20)
    assert (child.returncode, out) == (0, "")
    assert err == "the sandbox answers until Ctrl-C\n"
