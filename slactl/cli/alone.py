"""``slactl check`` without the other commands, for a cron job of every minute.

The one rule: it takes the same options and refuses the same ones with the same words; it is only quicker.
"""

from __future__ import annotations

from collections.abc import Sequence
from enum import Enum
from functools import partial
from pathlib import Path
from typing import Any, get_args, get_origin

import typer
from typer.core import TyperCommand, TyperGroup

from slactl.cli.check import check
from slactl.cli.options import HELP, options
from slactl.cli.plugin import is_check

BEFORE = {"--quiet", "-q", "--verbose", "-v"}


def is_alone(arguments: Sequence[str]) -> bool:
    """Whether a command line is one of ``slactl check`` and asks nothing of the others."""
    words = list(arguments)
    return is_check(words) and set(words[: words.index("check")]) <= BEFORE


class _Plain:
    """Takes a value as it stands where no library is needed to see that it is right; else asks typer."""

    def __init__(self, parameter: Any, otherwise: Any) -> None:
        self._parameter, self._otherwise = parameter, otherwise

    def coerce(self, value: Any, param: Any, ctx: Any) -> Any:
        many, wanted = self._parameter.multiple or self._parameter.nargs != 1, self._parameter.type_descriptor
        if value is None:
            return () if many else None
        made = plain(wanted.annotation, value)
        return self._otherwise().coerce(value, param=param, ctx=ctx) if made is None else made


def plain(wanted: Any, value: Any) -> Any:
    """A text, path, choice or list of texts that is one as it stands; None where typer must judge."""
    if get_origin(wanted) is list and get_args(wanted) == (str,):
        return list(value) if all(isinstance(one, str) for one in value) else None
    if wanted is str or wanted is Path:
        return wanted(value) if isinstance(value, str) else None
    if wanted is bool:
        return value if isinstance(value, bool) else None
    if isinstance(wanted, type) and issubclass(wanted, Enum):
        return next((one for one in wanted if value in (one, one.value)), None)
    return None


class _Quick:
    """What makes options without pydantic, which typer would load for each of them, given or not."""

    def get_params(self, context: Any) -> list[Any]:
        found: list[Any] = super().get_params(context)  # type: ignore[misc]
        for one in found:
            # Older versions of typer make options without it, and quickly.
            if hasattr(one, "get_runtime_param") and "get_runtime_param" not in vars(one):
                one.get_runtime_param = partial(_Plain, one, one.get_runtime_param)
        return found


class _Command(_Quick, TyperCommand):
    """The command."""


class _Group(_Quick, TyperGroup):
    """What stands before it."""


app = typer.Typer(name="slactl", help=HELP, pretty_exceptions_enable=False, rich_markup_mode=None, add_completion=False)
app.callback(cls=_Group)(options)
app.command(cls=_Command)(check)
