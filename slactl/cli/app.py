"""The door of the command line, and its one error boundary.

The one rule: whatever goes wrong, the user reads what happened and what to do, never a traceback,
and the exit code is the one the contract promises. Nothing heavy is imported before it is needed.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

from slactl import __version__
from slactl.cli.plugin import is_check, status_line

if TYPE_CHECKING:
    import typer

USAGE, FAILED, UNKNOWN, INTERRUPTED, PIPE_CLOSED = 2, 1, 3, 130, 141
SELDOM = 50_000
"""So many new objects are made before the garbage among them is looked for."""


def main() -> None:
    """Runs the command line and exits.

    Most of what a process makes lives as long as it does, so that it looks for garbage seldom. A check, of which
    there is one every minute, takes nothing apart at its end: by then every file and lock of it is closed.
    """
    arguments = sys.argv[1:]
    gc.set_threshold(SELDOM, 20, 100)
    if not is_check(arguments):
        sys.exit(run(arguments))
    code = run(arguments)
    with suppress(OSError):
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def run(arguments: Sequence[str]) -> int:
    """The exit code of a command line."""
    if list(arguments) == ["--version"]:
        sys.stdout.write(f"slactl {__version__}\n")
        return 0
    try:
        code = _guarded(arguments)
        _owed(arguments, code)
        sys.stdout.flush()
    except OSError as error:
        # Whoever read our output went away, or its disk is full; Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            return _complain(f"stdout: {error.strerror or error}", "", _failure_code(arguments))
        return UNKNOWN if is_check(arguments) else PIPE_CLOSED
    return code


def _owed(arguments: Sequence[str], code: int) -> None:
    """The status line of a check that failed before it could print one."""
    if code != UNKNOWN or not is_check(arguments):
        return
    from slactl.cli.console import Talk, raw

    if not Talk.printed:
        raw(status_line(arguments, Talk.complaint or "nothing could be judged"))


def _guarded(arguments: Sequence[str]) -> int:
    import typer

    from slactl.cli.console import PipeClosed, begin

    begin()
    try:
        return _called(arguments)
    except PipeClosed as closed:
        raise BrokenPipeError from closed
    except BrokenPipeError:
        raise
    except (typer.Abort, KeyboardInterrupt):
        return UNKNOWN if is_check(arguments) else INTERRUPTED
    except typer.TyperException as wrong:
        return _complain(wrong.format_message(), "slactl --help lists commands and options", _usage_code(arguments))
    except Exception as error:
        code = _failed(error, _failure_code(arguments))
        if code is None:
            raise
        return code


def _called(arguments: Sequence[str]) -> int:
    if is_check(arguments):
        from slactl.cli import alone

        app = alone.app if alone.is_alone(arguments) else _all()
    else:
        app = _all()
    code = _command(app)(list(arguments), standalone_mode=False)
    return code if isinstance(code, int) else 0


@cache
def _command(app: typer.Typer) -> Callable[..., object]:
    """The command of an app, which takes its time to make, once a process."""
    from typer.main import get_command

    return get_command(app)


def _all() -> typer.Typer:
    from slactl.cli.commands import app

    return app


def _failed(error: Exception, code: int) -> int | None:
    """The code of a failure that is told in words; None for a defect that nobody believes an exit code of."""
    if isinstance(error, OSError):
        return _complain(f"{error.strerror or error}: {error.filename or ''}".rstrip(": "), "", code)
    if isinstance(error, _known_failures()):
        return _complain(str(error), getattr(error, "hint", ""), code)
    return _defect(error) if code == UNKNOWN else None


def _defect(defect: Exception) -> int:
    """A defect of slactl itself, where a caller believes the exit code: Python's own, 1, would look like a warning."""
    from slactl.cli.console import Talk

    if Talk.verbose:
        import traceback

        traceback.print_exc()
    what = f"{type(defect).__name__}: {defect}".rstrip(": ")
    return _complain(f"a defect of slactl: {what}", "run again with --verbose, and report what it prints", UNKNOWN)


def _known_failures() -> tuple[type[Exception], ...]:
    """What rooms tell in words, if the rooms were entered at all: an except clause must not import them."""
    places = (
        ("slactl.aws.failures", "AwsFailure"),
        ("slactl.ports.archive", "EvidenceFailure"),
        ("slactl.cli.notifying", "NotTold"),
    )
    kinds = (getattr(sys.modules.get(module), name, None) for module, name in places)
    return tuple(kind for kind in kinds if isinstance(kind, type) and issubclass(kind, Exception))


def _asked_for_verdict(arguments: Sequence[str]) -> bool:
    """Whether a caller believes the exit code: then a failure of slactl itself must not look like a verdict."""
    words = [argument for argument in arguments if not argument.startswith("-")]
    looks = words[:1] in (["check"], ["coverage"], ["doctor"], ["verify"]) or words[:2] in (
        ["config", "check"],
        ["evidence", "check"],
        ["alarms", "lint"],
    )
    return looks or any(argument.split("=")[0] == "--fail-on" for argument in arguments)


def _usage_code(arguments: Sequence[str]) -> int:
    if "--detailed-exitcode" in arguments:
        return FAILED  # 2 says that there are changes
    return UNKNOWN if _asked_for_verdict(arguments) else USAGE


def _failure_code(arguments: Sequence[str]) -> int:
    return UNKNOWN if _asked_for_verdict(arguments) else FAILED


def _complain(message: str, hint: str, code: int) -> int:
    complain: Callable[[str, str], None]
    from slactl.cli.console import complain

    complain(message, hint)
    return code
