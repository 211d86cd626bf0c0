"""Reads the imports and effects of a tree of Python files and says which break the rule of the house.

The one rule: imports go downwards only, every stranger has its door, and only the command line touches
the world. Annotations-only imports and ``importlib.import_module("...")`` are imports like any other.
"""

from __future__ import annotations

import ast
import builtins
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FLOORS: tuple[frozenset[str], ...] = (
    frozenset({"model"}),
    frozenset({"compliance", "reading", "alarming", "ports"}),
    frozenset({"workflows"}),
    frozenset({"aws"}),
    frozenset({"configuration", "sources", "evidence", "formats", "outbox", "sandbox", "stores"}),
    frozenset({"cli"}),
)
"""The rooms, the lowest floor first."""

GROUND = "slactl"
"""The package itself: its name and version. It imports nothing, and everybody may import it."""

DOORSTEP = "__main__"
"""``python -m slactl``: above everything."""

AWS_ROOMS = ("aws", "sources", "evidence", "outbox", "sandbox", "stores")  # stores: alarms are put and deleted
DOORS: dict[str, tuple[str, ...]] = {
    "apprise": ("outbox.chat",),
    "babel": ("formats", "cli"),
    "boto3": AWS_ROOMS,
    "botocore": AWS_ROOMS,
    "cbor2": ("aws", "sandbox"),
    "cryptography": ("evidence",),
    "dateutil": ("compliance", "configuration"),
    "duckdb": ("evidence",),
    "filelock": ("evidence", "cli"),
    "graphql": ("sandbox",),
    "icalendar": ("configuration.feeds",),  # calendars that others publish
    "jinja2": ("formats.html", "formats.markdown"),
    "jmespath": ("compliance.selecting",),  # what a control looks at
    "markupsafe": ("formats.html", "formats.markdown"),
    "moto": ("sandbox",),
    "numpy": ("compliance", "sources", "evidence", "sandbox"),
    "pandas": ("compliance", "sources", "evidence", "sandbox"),
    "rich": ("cli",),
    "securesystemslib": ("evidence",),
    "typer": ("cli",),
    "typst": ("formats.pdf",),
    "urllib3": ("outbox", "sources.cloudflare"),  # Cloudflare has no client in the SDK of AWS
    "werkzeug": ("sandbox",),
    "yaml": ("configuration",),
}
"""Who may speak to which library: rooms, or files of a room. A library that is not here has no door."""

WRITERS = ("cli", "evidence")
"""Who may write files."""

CALLS = frozenset({
    "builtins.print", "builtins.input", "builtins.exit", "builtins.quit", "builtins.breakpoint",
    "sys.exit", "os._exit", "os.abort", "os.getenv", "os.putenv", "os.getcwd",
    "time.time", "time.time_ns", "time.monotonic", "time.monotonic_ns", "time.perf_counter", "time.sleep",
    "time.localtime", "time.gmtime", "time.ctime", "time.strftime", "time.tzset",
    "datetime.datetime.now", "datetime.datetime.utcnow", "datetime.datetime.today", "datetime.date.today",
    "pathlib.Path.cwd", "pathlib.Path.home", "logging.basicConfig", "locale.setlocale", "locale.getlocale",
    "uuid.uuid1", "uuid.uuid4", "random.random", "random.seed", "os.urandom", "socket.gethostname",
})  # fmt: skip
"""Clock, environment, terminal, exit and chance: outside the command line nobody calls them."""

NAMES = frozenset({"os.environ", "os.environb", "sys.stdout", "sys.stderr", "sys.stdin", "sys.argv"})
"""What nobody outside the command line may look at."""

WRITING_METHODS = frozenset({"write_text", "write_bytes", "mkdir", "unlink", "rmdir", "touch", "symlink_to", "rename"})
WRITING_CALLS = frozenset({"os.replace", "os.remove", "os.rename", "os.mkdir", "os.makedirs", "os.unlink"})


@dataclass(frozen=True, order=True)
class Breach:
    """One line that breaks the rule."""

    path: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.what}"


@dataclass(frozen=True)
class Module:
    """One file: its dotted place below the package (``formats.html``) and its syntax."""

    place: str
    path: str
    tree: ast.Module
    is_package: bool

    @property
    def room(self) -> str:
        return self.place.split(".")[0] or GROUND


def modules(package: Path) -> list[Module]:
    """Every Python file of a package, in order."""
    return [_module(package, path) for path in sorted(package.rglob("*.py"))]


def breaches(package: Path) -> list[Breach]:
    """Everything in the package that breaks the rule of the house, by file and line."""
    return sorted(breach for module in modules(package) for breach in _breaches(module, package.name))


def floor_of(room: str) -> int | None:
    """The number of a room's floor, the lowest being 1; ``None`` for a room that stands nowhere."""
    if room == GROUND:
        return 0
    if room == DOORSTEP:
        return len(FLOORS) + 1
    return next((number for number, rooms in enumerate(FLOORS, 1) if room in rooms), None)


def imported(module: Module, package: str) -> Iterator[tuple[int, str]]:
    """Every dotted name that a module imports, with its line; names taken out of a module included."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, module, package)
            yield from ((node.lineno, f"{base}.{alias.name}") for alias in node.names)
        elif isinstance(node, ast.Call) and (name := _imported_by_call(node)):
            yield node.lineno, name


def _module(package: Path, path: Path) -> Module:
    parts = list(path.relative_to(package).with_suffix("").parts)
    is_package = parts[-1] == "__init__"
    place = ".".join(parts[:-1] if is_package else parts)
    shown = path.relative_to(package.parent).as_posix()
    return Module(place, shown, ast.parse(path.read_text(encoding="utf-8"), filename=shown), is_package)


def _breaches(module: Module, package: str) -> Iterator[Breach]:
    if floor_of(module.room) is None:
        yield Breach(module.path, 1, f"{module.room} stands on no floor")
        return
    for line, name in imported(module, package):
        if what := _import_breach(module, name, package):
            yield Breach(module.path, line, what)
    if module.room not in ("cli", DOORSTEP):
        yield from (Breach(module.path, line, what) for line, what in _effects(module))


def _import_breach(module: Module, name: str, package: str) -> str | None:
    first, *rest = name.split(".")
    if first == package:
        return _inside_breach(module, rest)
    if first in sys.stdlib_module_names:
        return None
    if module.room == "model":
        return f"the model knows the standard library only, not {first}"
    if not any(_stands_in(module.place, door) for door in DOORS.get(first, ())):
        return f"{first} has no door in {module.place or GROUND}"
    return None


def _inside_breach(module: Module, rest: list[str]) -> str | None:
    target = rest[0] if rest else GROUND
    own, other = floor_of(module.room), floor_of(target)
    if other is None:
        return None if len(rest) == 1 and target.startswith("__") else f"{target} stands on no floor"
    if target == module.room or other == 0:
        return None
    assert own is not None
    if own < other:
        return f"{module.room} must not know {target}, a floor above"
    if own == other:
        return f"{module.room} must not know {target}, its neighbour"
    if target == "sandbox" and not _stands_in(module.place, "cli.sandbox"):
        return "only the command of that name may know the sandbox"
    return None


def _stands_in(place: str, door: str) -> bool:
    """Whether a module is that room or file: ``formats.html`` also opens for ``formats.html_tables``."""
    if "." not in door:
        return place.partition(".")[0] == door
    return place == door or place.startswith((f"{door}.", f"{door}_"))


def _absolute(node: ast.ImportFrom, module: Module, package: str) -> str:
    if not node.level:
        return node.module or ""
    parts = [package, *(module.place.split(".") if module.place else [])]
    kept = len(parts) - node.level + (1 if module.is_package else 0)
    return ".".join([*parts[:kept], *([node.module] if node.module else [])])


def _imported_by_call(node: ast.Call) -> str | None:
    called = ast.unparse(node.func)
    if called in ("importlib.import_module", "import_module", "__import__") and node.args:
        name = node.args[0]
        return str(name.value) if isinstance(name, ast.Constant) else None
    return None


def _effects(module: Module) -> Iterator[tuple[int, str]]:
    """Where a module touches the world, names being followed through its imports."""
    known = _meanings(module.tree)
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call):
            yield from ((node.lineno, what) for what in _call_effects(node, known, module.room))
        elif isinstance(node, ast.Attribute | ast.Name) and _meaning(node, known) in NAMES:
            yield node.lineno, f"{_meaning(node, known)} belongs to the command line"
        elif isinstance(node, ast.Raise) and node.exc and "SystemExit" in ast.unparse(node.exc):
            yield node.lineno, "SystemExit belongs to the command line"


def _call_effects(node: ast.Call, known: dict[str, str], room: str) -> Iterator[str]:
    name = _meaning(node.func, known)
    if name in CALLS:
        yield f"{name} belongs to the command line"
    if room in WRITERS:
        return
    method = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    if name in WRITING_CALLS or method in WRITING_METHODS or _opens_to_write(node, name, method):
        yield "files are written by the command line"


def _opens_to_write(node: ast.Call, name: str, method: str) -> bool:
    if name not in ("builtins.open", "io.open") and method != "open":
        return False
    position = 1 if name in ("builtins.open", "io.open") else 0
    modes = [keyword.value for keyword in node.keywords if keyword.arg == "mode"] or node.args[position : position + 1]
    return any(isinstance(mode, ast.Constant) and set(str(mode.value)) & set("wax+") for mode in modes)


def _meanings(tree: ast.Module) -> dict[str, str]:
    """What each imported name stands for: ``{"dt": "datetime", "now": "time.time"}``."""
    known: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            known |= {alias.asname or alias.name.split(".")[0]: _bound(alias) for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            known |= {alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names}
    return known


def _bound(alias: ast.alias) -> str:
    return alias.name if alias.asname else alias.name.split(".")[0]


def _meaning(node: ast.expr, known: dict[str, str]) -> str:
    """The full dotted name of an expression, or an empty text where it has none."""
    if isinstance(node, ast.Attribute):
        base = _meaning(node.value, known)
        return f"{base}.{node.attr}" if base else ""
    if isinstance(node, ast.Name):
        builtin = f"builtins.{node.id}" if hasattr(builtins, node.id) else ""
        return known.get(node.id, builtin)
    return ""
