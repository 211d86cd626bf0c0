"""The rule of the house holds: imports go downwards, strangers have doors, only the command line touches the world."""

from __future__ import annotations

import ast
import re
import statistics
import sys
import tomllib
from pathlib import Path

import pytest

from tests import floors

ROOT = Path(__file__).parents[1]
PACKAGE = ROOT / "slactl"

DISTRIBUTIONS = {
    "botocore": "boto3",  # which brings its own, and no other
    "dateutil": "python-dateutil",
    "graphql": "graphql-core",
    "markupsafe": "jinja2",  # the same
    "yaml": "pyyaml",
}
"""Which package brings a library, where their names differ; tzdata is read by zoneinfo, never imported."""

PLANTED = {
    "a rule that imports a story": ("compliance/judge.py", "from slactl.workflows import report", "a floor above"),
    "the same, relative": ("compliance/judge.py", "from ..workflows.report import tell", "a floor above"),
    "the same, for annotations only": (
        "compliance/judge.py",
        "if TYPE_CHECKING:\n    import slactl.workflows.report",
        "a floor above",
    ),
    "the same, by call": ("compliance/judge.py", "import_module('slactl.workflows.report')", "a floor above"),
    "the same, inside a function": (
        "compliance/judge.py",
        "def judge():\n    from slactl import workflows",
        "a floor above",
    ),
    "a neighbour": ("formats/html.py", "from slactl.sources import cloudwatch", "its neighbour"),
    "a room inside the model": ("model/goal.py", "import slactl.compliance", "a floor above"),
    "a format that knows the sandbox": ("formats/csv.py", "import slactl.sandbox.world", "its neighbour"),
    "a command that knows the sandbox": ("cli/report.py", "from slactl.sandbox import world", "only the command"),
    "a room on no floor": ("helpers/text.py", "x = 1", "stands on no floor"),
    "an import of a room on no floor": ("cli/app.py", "import slactl.helpers", "stands on no floor"),
    "a stranger in the model": ("model/series.py", "import numpy", "standard library only"),
    "AWS in a rule": ("compliance/judge.py", "import boto3", "boto3 has no door"),
    "AWS in a story": ("workflows/report.py", "from botocore.exceptions import ClientError", "botocore has no door"),
    "a terminal outside the command line": ("formats/table.py", "from rich.table import Table", "rich has no door"),
    "a template engine in a format without templates": ("formats/json.py", "import jinja2", "jinja2 has no door"),
    "YAML outside the configuration": ("workflows/init.py", "import yaml", "yaml has no door"),
    "a library without a door": ("sources/fast.py", "import polars", "polars has no door"),
    "the clock": ("workflows/report.py", "from datetime import datetime\ndatetime.now(UTC)", "datetime.datetime.now"),
    "the clock under another name": ("aws/pacing.py", "from time import monotonic as tick\ntick()", "time.monotonic"),
    "the environment": ("aws/session.py", "import os\nos.environ['AWS_REGION']", "os.environ"),
    "the environment by call": ("aws/session.py", "import os\nos.getenv('AWS_REGION')", "os.getenv"),
    "a print": ("formats/csv.py", "print('done')", "builtins.print"),
    "an exit": ("configuration/files.py", "import sys\nsys.exit(2)", "sys.exit"),
    "a raised exit": ("configuration/files.py", "raise SystemExit(2)", "SystemExit"),
    "a file written": ("formats/html.py", "from pathlib import Path\nPath('x').write_text('')", "files are written"),
    "a file opened to write": ("formats/html.py", "open('x', mode='wb')", "files are written"),
    "a path opened to write": ("formats/html.py", "path.open('w')", "files are written"),
}

ALLOWED = {
    "downwards": ("workflows/report.py", "from slactl.compliance import judge\nfrom slactl.model.goal import Goal"),
    "inside a room": ("formats/html.py", "from slactl.formats.numbers import percent\nfrom . import times"),
    "the version": ("formats/html.py", "from slactl import __version__"),
    "AWS at its door": ("sources/cloudwatch.py", "import boto3"),
    "templates at their door": ("formats/html_tables.py", "import jinja2"),
    "the sandbox's own command": ("cli/sandbox.py", "from slactl.sandbox import server"),
    "the world, at the command line": (
        "cli/clock.py",
        "import os, time\nprint(time.time(), os.environ)\nopen('x', 'w')",
    ),
    "a file read": ("configuration/files.py", "path.open('rb')\nopen('x')\nopen('y', 'rb')"),
    "evidence kept": ("evidence/store.py", "path.write_bytes(b'')"),
    "a name that only looks like it": ("aws/pacing.py", "def wait(time, now):\n    now()\n    time.sleep(1)"),
    "python -m": ("__main__.py", "from slactl.cli.app import main"),
}


def plant(folder: Path, place: str, text: str) -> Path:
    package = folder / "slactl"
    path = package / place
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    return package


def test_the_house_has_no_breach() -> None:
    found = floors.breaches(PACKAGE)
    assert not found, "\n" + "\n".join(map(str, found))


def test_every_library_that_is_imported_is_declared_and_the_other_way_round() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"].values()
    lines = [*project["dependencies"], *(line for extra in extras for line in extra)]
    declared = {re.split(r"[\[<>=]", line)[0] for line in lines}
    roots = {name.split(".")[0] for module in floors.modules(PACKAGE) for _, name in floors.imported(module, "slactl")}
    foreign = {root for root in roots if root != "slactl" and root not in sys.stdlib_module_names}
    assert {DISTRIBUTIONS.get(root, root) for root in foreign} | {"tzdata"} == declared


def test_the_checker_sees_the_house() -> None:
    """Guards against a checker that looks at an empty folder."""
    seen = floors.modules(PACKAGE)
    assert {module.room for module in seen} >= {"model", "compliance", "reading", "ports", floors.GROUND}
    assert sum(1 for module in seen for _ in floors.imported(module, "slactl")) > 3 * len(seen)


@pytest.mark.parametrize(("place", "text", "told"), PLANTED.values(), ids=PLANTED)
def test_a_planted_breach_is_named_by_file_and_line(tmp_path: Path, place: str, text: str, told: str) -> None:
    package = plant(tmp_path, place, f"# first line\n{text}\n")
    line = 1 if "stands on no floor" in told and place.startswith("helpers") else 1 + len(text.splitlines())
    (breach,) = floors.breaches(package)
    assert (breach.path, breach.line) == (f"slactl/{place}", line)
    assert told in breach.what


@pytest.mark.parametrize(("place", "text"), ALLOWED.values(), ids=ALLOWED)
def test_what_the_rule_allows_is_no_breach(tmp_path: Path, place: str, text: str) -> None:
    assert floors.breaches(plant(tmp_path, place, text)) == []


def test_the_second_computation_is_a_stranger() -> None:
    """What checks the figures imports nothing of slactl, the sandbox included."""
    oracle = floors.modules(ROOT / "tests" / "oracle")
    assert oracle
    told = [
        f"{module.path}:{line}: {name}"
        for module in oracle
        if not module.path.rpartition("/")[2].startswith("test_")
        for line, name in floors.imported(module, "oracle")
        if name.split(".")[0] == "slactl"
    ]
    assert told == []


def test_every_module_says_what_it_decides() -> None:
    silent = [module.path for module in floors.modules(PACKAGE) if not ast.get_docstring(module.tree)]
    assert silent == []


def test_no_file_is_longer_than_one_subject() -> None:
    lengths = {path: len(path.read_text(encoding="utf-8").splitlines()) for path in PACKAGE.rglob("*.py")}
    assert {str(path.relative_to(ROOT)): lines for path, lines in lengths.items() if lines > 350} == {}


def test_functions_are_small() -> None:
    """Half of all bodies under 9 lines, nine in ten under 30, docstrings not counted."""
    bodies = [length for module in floors.modules(PACKAGE) for length in body_lengths(module.tree)]
    assert statistics.median(bodies) < 9
    assert statistics.quantiles(bodies, n=10)[-1] < 30


def body_lengths(tree: ast.Module) -> list[int]:
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    bodies = [function.body[bool(ast.get_docstring(function)) :] for function in functions]
    return [(body[-1].end_lineno or 0) - body[0].lineno + 1 for body in bodies if body]
