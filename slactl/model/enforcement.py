"""What ``alarms.yaml`` says: who is told, which kinds of alarms there are, and what they may cost.

The one rule: what the file does not say is the shipped choice (``config/alarm-kinds.yaml``), and both are told by
``slactl config show``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from fractions import Fraction

from slactl.model.alarm import Severity


@dataclass(frozen=True, slots=True)
class Pair:
    """Two windows, in seconds, that must both burn at least ``factor`` times as fast as the budget lasts."""

    long: int
    short: int
    factor: Fraction


Option = Fraction | int | str | bool | tuple[str, ...] | tuple[Pair, ...]


@dataclass(frozen=True, slots=True)
class AlarmCosts:
    """What alarms cost a month in US dollars: by the metric, by the composite; so many metrics are free.

    ``quota`` is how many alarms an account may have in a region, as long as nobody asked for more.
    """

    metric: Fraction
    insights_metric: Fraction
    composite: Fraction
    free_metrics: int
    quota: int


FREE_OF_CHARGE = AlarmCosts(Fraction(0), Fraction(0), Fraction(0), 0, 5000)
"""Nobody said what alarms cost: of settings that were read from no file."""


@dataclass(frozen=True, slots=True)
class Told:
    """Whom a severity tells: ARNs of SNS topics (or of what else a composite may call)."""

    page: tuple[str, ...] = ()
    ticket: tuple[str, ...] = ()

    def of(self, severity: Severity) -> tuple[str, ...]:
        """The ARNs of a severity; none of NONE."""
        return {Severity.PAGE: self.page, Severity.TICKET: self.ticket}.get(severity, ())


@dataclass(frozen=True, slots=True)
class ServiceAlarms:
    """A service's own: who owns it, what to do, whom to tell instead (None: whom everybody tells)."""

    owner: str | None = None
    runbook: str | None = None
    notify: Told | None = None


@dataclass(frozen=True, slots=True)
class KindSettings:
    """A kind of alarm: whom it concerns (NONE switches it off), and its options by name."""

    severity: Severity
    options: Mapping[str, Option] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Enforcement:
    """The section ``alarms``.

    ``prefix`` begins every name; ``kinds`` are by name, every shipped one among them; ``max_monthly_cost`` is in US
    dollars, None without a limit; ``namespace`` is where ``check --publish`` puts its metrics. ``costs`` are the
    shipped ones.
    """

    notify: Told
    kinds: Mapping[str, KindSettings]
    services: Mapping[str, ServiceAlarms] = field(default_factory=dict)
    prefix: str = "slactl"
    max_monthly_cost: Fraction | None = None
    namespace: str = "Slactl"
    costs: AlarmCosts = FREE_OF_CHARGE

    def told(self, service: str, severity: Severity) -> tuple[str, ...]:
        """Whom a service's alarms of a severity tell."""
        own = self.services.get(service, ServiceAlarms()).notify
        return (own or self.notify).of(severity)
