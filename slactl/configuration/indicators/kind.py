"""What every kind of indicator tells of itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from slactl.configuration.fields import Fields
from slactl.model.goal import Goal
from slactl.model.objective import Indicator

PER_REQUEST = frozenset({"per", "class"})
"""The common options that make sense where single operations can be judged."""

Schema = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of indicator.

    ``options`` are its own keys with their JSON Schema; ``needs`` those of them that are required;
    ``admits`` the common keys that not every kind admits (``per``, ``class``, ``confidence``);
    ``parse`` reads the own options and gives None after a mistake; ``goal`` reads the legal goals
    and ``goal_schema`` describes them.
    """

    options: Mapping[str, Schema]
    parse: Callable[[Fields], Indicator | None]
    goal: Callable[[str], Goal]
    goal_schema: Schema
    needs: tuple[str, ...] = ()
    admits: frozenset[str] = frozenset()
