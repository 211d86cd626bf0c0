"""``slactl --version``, ``--help`` and a mistyped option answer at once: no heavy library is loaded for them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from slactl import __version__

HEAVY = ["babel", "boto3", "botocore", "jinja2", "moto", "numpy", "pandas", "werkzeug"]

DRIVER = """
import json, sys
from slactl.cli.app import main
code = 0
try:
    code = main()
except SystemExit as end:
    code = end.code
loaded = [name for name in {heavy!r} if name in sys.modules]
sys.stderr.write("\\n" + json.dumps({{"code": code or 0, "loaded": loaded}}))
"""


def start(*arguments: str) -> tuple[dict[str, object], str]:
    """Run slactl in a process of its own: its exit code and the heavy libraries it loaded, and what it said."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    done = subprocess.run(
        [sys.executable, "-c", DRIVER.format(heavy=HEAVY), *arguments],
        capture_output=True,
        text=True,
        env=environment,
        cwd=Path(__file__).parents[1],
        timeout=60,
        check=False,
    )
    said, _, told = done.stderr.rpartition("\n")
    return json.loads(told), done.stdout + said


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        (["--version"], 0, __version__),
        (["--help"], 0, "report"),
        (["report", "--help"], 0, "--month"),
        (["--langauge"], 2, "--langauge"),
        (["report", "--mnoth", "2026-10"], 2, "--mnoth"),
    ],
    ids=["version", "help", "help of a command", "mistyped option", "mistyped option of a command"],
)
def test_a_light_question_loads_nothing_heavy(arguments: list[str], code: int, word: str) -> None:
    told, said = start(*arguments)
    assert told == {"code": code, "loaded": []}
    assert word in said


def test_the_driver_sees_what_is_loaded() -> None:
    """Guards against a driver that would report an empty list whatever happens."""
    done = subprocess.run(
        [sys.executable, "-c", f"import sys, numpy; print([n for n in {HEAVY!r} if n in sys.modules])"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "['numpy']"
