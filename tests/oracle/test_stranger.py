"""The second computation is a stranger: it imports nothing of what it checks."""

import ast
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent
MODULES = sorted(HERE.glob("*.py"))
STRATEGIES = ("months.py", "presents.py")


def imported(source: str) -> set[str]:
    """The top names of all absolute imports, wherever they stand."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names.add(str(node.module).split(".")[0])
    return names


def climbs_out(source: str) -> bool:
    """Whether a relative import leaves the package."""
    return any(isinstance(node, ast.ImportFrom) and node.level > 1 for node in ast.walk(ast.parse(source)))


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_imports_only_the_standard_library(module: Path) -> None:
    """Hypothesis stands in the strategies, pytest in the tests, and nothing else anywhere."""
    allowed = set(sys.stdlib_module_names)
    if module.name in STRATEGIES or module.name.startswith("test_"):
        allowed |= {"hypothesis", "pytest"}
    source = module.read_text(encoding="utf-8")
    assert imported(source) <= allowed
    assert not climbs_out(source)


@pytest.mark.parametrize("module", MODULES, ids=lambda path: path.name)
def test_imports_nothing_by_name_at_run_time(module: Path) -> None:
    """No ``__import__``, ``exec``, ``eval`` or ``importlib`` by which a stranger could cheat."""
    called = {
        node.func.id
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
    }
    assert not called & {"__import__", "exec", "eval"}
    assert "importlib" not in imported(module.read_text(encoding="utf-8"))


def test_the_guard_sees_a_forbidden_import() -> None:
    """Imports inside functions and submodules are seen too."""
    assert imported("def f():\n    from slactl.model import time\n") == {"slactl"}
    assert climbs_out("from ..anything import x\n")
