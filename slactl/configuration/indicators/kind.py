"""What every kind of indicator tells of itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from slactl.configuration.fields import Fields
from slactl.model.goal import Goal
from slactl.model.objective import Indicator

OF_SERVICES = frozenset({"services"})
"""The common option of what is judged on the requests of services."""

PER_REQUEST = OF_SERVICES | {"per", "class"}
"""The common options that make sense where single operations can be judged."""

GENERAL = frozenset({"component", "service"})
"""The common options of what is judged on anything else: whose name its rows bear."""

Schema = Mapping[str, object]
GoalParser = Callable[[str], Goal]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of indicator.

    ``options`` are its own keys with their JSON Schema; ``needs`` those of them that are required;
    ``admits`` the common keys that not every kind admits (``per``, ``class``, ``confidence``);
    ``parse`` reads the own options and gives None after a mistake; ``goal`` reads the legal goals
    and ``goal_schema`` describes them. Where the legal goals depend on the options ``goal_of`` gives their reader;
    ``usual_goal`` stands in where none is written; ``part`` is what ``per`` may judge one by one.
    """

    options: Mapping[str, Schema]
    parse: Callable[[Fields], Indicator | None]
    goal: GoalParser
    goal_schema: Schema
    needs: tuple[str, ...] = ()
    admits: frozenset[str] = OF_SERVICES
    goal_of: Callable[[Indicator], GoalParser] | None = None
    usual_goal: str | None = None
    part: str = "operation"

    @property
    def general(self) -> bool:
        """Whether it judges something else than the requests of services."""
        return "component" in self.admits

    def reader(self, indicator: Indicator | None) -> GoalParser:
        """What reads the goal of an indicator (None: it was refused)."""
        return self.goal_of(indicator) if self.goal_of and indicator else self.goal
