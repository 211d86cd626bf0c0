"""The one line that a monitoring plugin owes its caller even where it could judge nothing.

The one rule: it stands on stdout only where text was asked for; a document that others parse is whole or absent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

TEXT = "text"
STDOUT = "-"
"""What ``--output`` calls stdout."""


def is_check(arguments: Sequence[str]) -> bool:
    """Whether a command line is one of ``slactl check``."""
    return next((word for word in arguments if not word.startswith("-")), "") == "check"


def status_line(arguments: Sequence[str], why: str) -> str:
    """``SLACTL UNKNOWN - why``, for a check that prints text; else nothing."""
    if not is_check(arguments) or _format(arguments) != TEXT or _has_file(arguments):
        return ""
    return unknown_line(why)


def unknown_line(why: str) -> str:
    """``SLACTL UNKNOWN - why``: one line, whatever stands in it."""
    told = " ".join(why.replace("|", "/").split())
    return f"SLACTL UNKNOWN - {told}\n"


def _format(arguments: Sequence[str]) -> str:
    for place, word in enumerate(arguments):
        if word == "--format":
            return arguments[place + 1] if place + 1 < len(arguments) else TEXT
        if word.startswith("--format="):
            return word.partition("=")[2]
    return TEXT


def _has_file(arguments: Sequence[str]) -> bool:
    named = ""
    for word, after in zip(arguments, (*arguments[1:], ""), strict=True):
        if word in ("--output", "-o"):
            named = after
        elif word.startswith(("--output=", "-o")):
            named = word.removeprefix("--output=").removeprefix("-o")
    return named not in ("", STDOUT)
