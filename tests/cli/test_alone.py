"""``slactl check`` by itself: quicker than among all commands, and otherwise the same."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.core import TyperGroup
from typer.main import get_command

from slactl.cli import alone, commands

GOOD = [
    [],
    ["--window", "7d", "--format", "json", "--from", "evidence", "--lang", "it"],
    ["--service", "one", "--service", "two", "--objective", "uptime", "--operation", "GET /"],
    ["--config", "some/where.yaml", "--output", "", "--deadline", "60s", "--notify", "--publish"],
]
BAD = [["--window", "3h"], ["--format", "xml"], ["--windw", "1h"], ["--window"], ["extra"], ["--from", "EVIDENCE"]]


def parsed(app: typer.Typer, arguments: list[str]) -> dict[str, Any] | str:
    """What a command line gives its command, or the words that refuse it."""
    group = get_command(app)
    assert isinstance(group, TyperGroup)
    command = group.commands["check"]
    try:
        with command.make_context("check", list(arguments)) as context:
            return dict(context.params)
    except typer.TyperException as wrong:
        return wrong.format_message()


@pytest.mark.parametrize("arguments", [*GOOD, *BAD], ids=" ".join)
def test_it_takes_and_refuses_what_it_does_among_the_others(arguments: list[str]) -> None:
    here = parsed(alone.app, arguments)
    assert here == parsed(commands.app, arguments)
    assert isinstance(here, str) == (arguments in BAD)


@pytest.mark.parametrize(
    ("arguments", "by_itself"),
    [
        (["check"], True),
        (["-q", "check", "--window", "1h"], True),
        (["--quiet", "--verbose", "check"], True),
        (["--help", "check"], False),
        (["--quite", "check"], False),
        (["report"], False),
        (["report", "check"], False),
        ([], False),
    ],
)
def test_what_is_said_to_all_commands_goes_to_all(arguments: list[str], by_itself: bool) -> None:
    assert alone.is_alone(arguments) is by_itself


def test_options_cost_no_library(tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "from slactl.cli.app import run\n"
        "code = run(sys.argv[1:])\n"
        "print(code, sorted({'pydantic', 'boto3', 'slactl.cli.collect'} & set(sys.modules)))"
    )
    nowhere = str(tmp_path / "slactl.yaml")
    command = [sys.executable, "-c", program, "-q", "check", "--window", "6h", "--config", nowhere, "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == "3 []\n"
