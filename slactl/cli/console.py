"""The only file that prints: data on stdout, talk on stderr.

The one rule: text from outside is cleaned of control characters before a terminal sees it. Data are UTF-8 whatever the
locale says: they hold signs that a locale may not have, and documents that say they are UTF-8.
"""

from __future__ import annotations

import codecs
import re
import sys
from typing import NoReturn

import typer

CONTROLS = re.compile(
    r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b[@-_]?|[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u200e\u200f]"
)


class PipeClosed(Exception):
    """Whoever read our stdout went away. Not an OSError, because typer ends the process with 1 on that one."""


class Talk:
    """How much is said on stderr, set once by the command line; ``printed`` any data, and the last ``complaint``."""

    quiet = False
    verbose = False
    printed = False
    complaint = ""


def begin() -> None:
    """Nothing was said yet."""
    Talk.printed, Talk.complaint = False, ""


def clean(text: str) -> str:
    """Text without escape sequences, control characters and marks that turn its direction."""
    return CONTROLS.sub("", text)


def out(text: str) -> None:
    """Data, on stdout.

    Raises:
        PipeClosed: if nobody reads it any more.
    """
    raw(clean(text) + "\n")


def raw(document: str | bytes) -> None:
    """A whole document on stdout, as it is; raises as ``out`` does."""
    Talk.printed = Talk.printed or bool(document)
    try:
        if isinstance(document, str) and _is_utf8(sys.stdout.encoding):
            sys.stdout.write(document)
        else:
            sys.stdout.flush()
            sys.stdout.buffer.write(document if isinstance(document, bytes) else document.encode())
    except BrokenPipeError as error:
        raise PipeClosed from error


def _is_utf8(encoding: str | None) -> bool:
    """Whether a stream writes UTF-8; one that names no encoding holds text as it is."""
    return encoding is None or codecs.lookup(encoding).name == "utf-8"


def talk(text: str) -> None:
    """Talk, on stderr; nothing with --quiet."""
    if not Talk.quiet:
        sys.stderr.write(clean(text) + "\n")


def complain(message: str, hint: str = "") -> None:
    """An error, on stderr, whatever --quiet says: what happened, and on a line of its own what to do."""
    Talk.complaint = clean(message)
    sys.stderr.write(f"slactl: error: {Talk.complaint}\n")
    if hint:
        sys.stderr.write(f"hint: {clean(hint)}\n")


def fail(message: str, hint: str = "", code: int = 1) -> NoReturn:
    """Complains and ends the command.

    Raises:
        typer.Exit: always, with the code.
    """
    complain(message, hint)
    raise typer.Exit(code)
