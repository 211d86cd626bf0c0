"""What the section ``check`` says: where states are remembered, who is told of changes, what is published.

The one rule: an address that lets anybody post is named by where it is kept, never by itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Happening(StrEnum):
    """A change of status, by what it changed to; ``RECOVERED`` is a change to OK."""

    BREACHED = "breached"
    WARNING = "warning"
    INSUFFICIENT_DATA = "insufficient-data"
    RECOVERED = "recovered"


class ChannelKind(StrEnum):
    """How a notice travels."""

    SNS = "sns"
    SLACK = "slack"
    TEAMS = "teams"
    WEBHOOK = "webhook"


@dataclass(frozen=True, slots=True)
class Keeper:
    """Where an address is kept: exactly one of a variable of the environment, a secret, or the address itself.

    ``secret`` is a name or an ARN in AWS Secrets Manager; ``field`` the key of a secret that is JSON.
    """

    variable: str | None = None
    secret: str | None = None
    field: str | None = None
    address: str | None = None

    @property
    def place(self) -> str:
        """What may be printed of it."""
        if self.variable:
            return f"the variable {self.variable}"
        return f"the secret {self.secret}" if self.secret else "the configuration"


@dataclass(frozen=True, slots=True)
class Destination:
    """Who is told, of what: a topic's ARN for SNS, else where the address is kept.

    ``headers`` is a variable that holds a JSON object of further headers of a webhook; ``services`` empty
    stands for all of them. ``name`` is its own: what was sent to it is remembered under it.
    """

    name: str
    kind: ChannelKind
    topic: str | None = None
    keeper: Keeper | None = None
    headers: str | None = None
    on: tuple[Happening, ...] = tuple(Happening)
    services: tuple[str, ...] = ()

    def wants(self, service: str | None, happening: Happening) -> bool:
        """Whether it is told of such a change; None is slactl itself, which concerns everybody."""
        return happening in self.on and (not self.services or service is None or service in self.services)


@dataclass(frozen=True, slots=True)
class Publishing:
    """Where figures are published in CloudWatch, and the dimensions that every one of them gets."""

    namespace: str = "Slactl"
    dimensions: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class CheckSettings:
    """How ``slactl check`` remembers, tells and publishes.

    ``state`` is the path of the file that remembers; ``language`` that of what is told (None: the report's).
    """

    state: str
    notify: tuple[Destination, ...] = ()
    publish: Publishing = Publishing()
    language: str | None = None
