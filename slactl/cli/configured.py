"""Every command's way to its catalogue: ``--config``, ``SLACTL_CONFIG``, or the nearest ``slactl.yaml``.

The one rule: a configuration with mistakes ends the command before anything is read or written, with
all of them on stderr. The room of YAML is entered only when there is something to read, so that a
misspelt option is answered at once.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import typer

from slactl.cli.console import clean, complain

if TYPE_CHECKING:
    from slactl.configuration import ConfigurationError, Loaded
    from slactl.model.catalogue import Catalogue

VARIABLE = "SLACTL_CONFIG"


def located(config: Path | None) -> Path:
    """The main file's path, as short as the user would type it.

    Raises:
        ConfigurationNotFound: if none is named and none is found.
    """
    from slactl.configuration import find_config

    here = Path.cwd()
    path = find_config(config, os.environ.get(VARIABLE), here)
    named = config or Path(os.environ.get(VARIABLE) or ".")
    return path if named.is_absolute() else Path(os.path.relpath(path, here))


def loaded_or_exit(config: Path | None, code: int = 2) -> Loaded:
    """The configuration with its origins.

    Raises:
        typer.Exit: with the code, after all mistakes were told.
    """
    from slactl.configuration import ConfigurationError, load

    try:
        return load(located(config))
    except ConfigurationError as refused:
        refuse(refused, code)


def catalogue_or_exit(config: Path | None, code: int = 2) -> Catalogue:
    """The catalogue.

    Raises:
        typer.Exit: with the code, after all mistakes were told.
    """
    return loaded_or_exit(config, code).catalogue


def refuse(refused: ConfigurationError, code: int) -> NoReturn:
    """Tell all mistakes and exit.

    Raises:
        typer.Exit: always, with the code.
    """
    sys.stderr.write(clean(str(refused)) + "\n")
    count = len(refused.mistakes)
    complain(f"the configuration is refused, found {count} mistake{'s' if count != 1 else ''}")
    raise typer.Exit(code)
