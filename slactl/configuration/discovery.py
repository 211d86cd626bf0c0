"""Finds the main configuration file.

The one rule: without ``--config`` and ``SLACTL_CONFIG`` the search stays inside the repository that
holds the working directory; outside a repository only the working directory itself is looked at.
"""

from __future__ import annotations

from pathlib import Path

from slactl.configuration.mistakes import ConfigurationNotFound, Mistake

FILE_NAME = "slactl.yaml"


def find_config(explicit: Path | None, env_value: str | None, cwd: Path) -> Path:
    """The main file's path: the explicit one, else the environment's, else the nearest ``slactl.yaml``.

    Explicit and environment paths are given back as they are (relative ones to ``cwd``).

    Raises:
        ConfigurationNotFound: if no file is named and none is found.
    """
    if explicit is not None:
        return cwd / explicit
    if env_value:
        return cwd / env_value
    places = _places(cwd)
    for place in places:
        if (place / FILE_NAME).exists():
            return place / FILE_NAME
    raise ConfigurationNotFound([_not_found(places)])


def _places(cwd: Path) -> list[Path]:
    """The working directory and those above it, up to the repository's root."""
    chain = [cwd, *cwd.parents]
    for index, place in enumerate(chain):
        if (place / ".git").exists():
            return chain[: index + 1]
    return [cwd]


def _not_found(places: list[Path]) -> Mistake:
    other = next((place for place in places if (place / "slactl.yml").exists()), None)
    hint = "slactl init writes a first one; or name one with --config or SLACTL_CONFIG"
    where = "here" if len(places) == 1 else "here or above, up to the repository's root"
    if other:
        hint = "rename slactl.yml to slactl.yaml"
    return Mistake(FILE_NAME, 0, f"there is no configuration {where}, found none", hint)
