"""Which targets a command speaks of: a name that nobody knows is a mistake, never a target that is fine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from slactl.cli.console import fail

if TYPE_CHECKING:
    from collections.abc import Iterable

    from slactl.model.catalogue import Catalogue
    from slactl.workflows.checking.check import Asked


def asked_of(
    catalogue: Catalogue, window: str, services: Iterable[str], objectives: Iterable[str], language: str
) -> Asked:
    """What is asked.

    Raises:
        typer.Exit: with 2, if a name is unknown, or nothing is left to judge.
    """
    from slactl.model.check import Window
    from slactl.workflows.checking.check import Asked

    _known("service", services, [*(one.key for one in catalogue.services), *(one.key for one in catalogue.components)])
    _known("objective", objectives, [one.id for one in catalogue.objectives])
    asked = Asked(Window(window), frozenset(services), frozenset(objectives), None, language)
    narrow = asked.narrowed(catalogue)
    if not narrow.general and not any(narrow.objectives_of(one) for one in narrow.services):
        fail("nothing is left to judge", "no objective that was named concerns a service that was named", 2)
    return asked


def _known(what: str, names: Iterable[str], known: list[str]) -> None:
    for name in names:
        if name not in known:
            fail(f"there is no {what} {name!r}", f"the configuration has {', '.join(dict.fromkeys(known))}", 2)
