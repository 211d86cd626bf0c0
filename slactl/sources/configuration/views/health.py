"""Health checks of Route 53: whether they look, and how soon they see.

The one rule: a check that is disabled, inverted or gone looks at nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

from slactl.sources.configuration.asking import Document
from slactl.sources.configuration.views.questions import Questions

INTERVAL, THRESHOLD = 30, 3
"""What a check has where it says nothing."""
PROBES = ("HTTP", "HTTPS", "HTTP_STR_MATCH", "HTTPS_STR_MATCH", "TCP")
DEEPEST = 5


@dataclass(frozen=True, slots=True)
class Check:
    """A health check of a record; ``detected`` is seconds until a fault is seen, None where nobody can say."""

    id: str | None = None
    there: bool = False
    disabled: bool | None = None
    inverted: bool | None = None
    interval: int | None = None
    threshold: int | None = None
    slowest: int | None = None

    @property
    def live(self) -> bool:
        return self.there and not self.disabled and not self.inverted

    @property
    def detected(self) -> int | None:
        if self.interval is not None and self.threshold is not None:
            return self.interval * self.threshold
        return self.slowest

    @property
    def told(self) -> Document:
        return {
            "health_check": self.id,
            "disabled": self.disabled,
            "inverted": self.inverted,
            "interval": self.interval,
            "threshold": self.threshold,
        }


@dataclass(frozen=True, slots=True)
class Checks:
    """Looks health checks up."""

    ask: Questions

    def of(self, name: object, depth: int = 0) -> Check:
        """The check of that id; raises ``Refusal`` where a call does."""
        if not isinstance(name, str):
            return Check()
        told = self.ask.maybe("route53:GetHealthCheck", HealthCheckId=name)
        if told is None:
            return Check(name)
        config = (told.get("HealthCheck") or {}).get("HealthCheckConfig") or {}
        probes = config.get("Type") in PROBES
        return Check(
            name,
            True,
            bool(config.get("Disabled")),
            bool(config.get("Inverted")),
            config.get("RequestInterval", INTERVAL) if probes else None,
            config.get("FailureThreshold", THRESHOLD) if probes else None,
            self._slowest(config.get("ChildHealthChecks") or [], depth),
        )

    def _slowest(self, children: list[str], depth: int) -> int | None:
        """Until a calculated check sees, at the latest: what the slowest of those that it counts takes."""
        if depth >= DEEPEST:
            return None
        times = [self.of(one, depth + 1).detected for one in children]
        return max((one for one in times if one is not None), default=None) if None not in times else None
