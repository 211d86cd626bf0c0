"""Components: parts of the platform that promises are made about beside the services.

The one rule: a component's key and a service's are never the same, for rows bear either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from slactl.model.service import Service, SourceKind


@dataclass(frozen=True, slots=True)
class Component:
    """A part of the platform (``dynamodb``) with its title by language; ``pack`` is the pack it came from.

    ``limits`` say, by language, what its source cannot tell (a short history, sampling); before ``since`` nothing is
    owed.
    """

    key: str
    title: Mapping[str, str] = field(default_factory=dict)
    pack: str | None = None
    limits: Mapping[str, str] = field(default_factory=dict)
    since: date | None = None

    @property
    def service(self) -> Service:
        """The component as what evidence and its keeping know: something that figures are kept of."""
        return Service(self.key, self.key, None, SourceKind.METRICS, since=self.since)


@dataclass(frozen=True, slots=True)
class PackUse:
    """A pack that is switched on, with its variables as they were given (names, lists, numbers)."""

    name: str
    variables: Mapping[str, object] = field(default_factory=dict)
