"""Whether the operations of a service are what figures by endpoint need.

The one rule: what the configuration's rules already put right is no finding.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from slactl.model.service import Service
from slactl.workflows.onboarding.checks import Check, grouped, ok, warning
from slactl.workflows.onboarding.paths import template
from slactl.workflows.onboarding.rules import MANY, OVERFLOW

AGENTS_LIMIT = 500
AT_THE_AGENT = "give it path templates (OTEL_AWS_HTTP_OPERATION_PATHS)"
TEMPLATES = (
    "give the agent path templates (OTEL_AWS_HTTP_OPERATION_PATHS), or group them: as: in the service's operations"
)


def operation_checks(service: Service, requests: Mapping[str, int | None]) -> Iterator[Check]:
    """Overflow, raw identifiers, and how many there are; ``requests`` are those of the last seven days."""
    found = [*_overflow(service, requests), *_raw(service, requests), *_many(service, requests)]
    yield from found
    if not found:
        yield ok("operations", service.key, f"{len(requests)} in the last seven days")


def _overflow(service: Service, requests: Mapping[str, int | None]) -> Iterator[Check]:
    if OVERFLOW in requests:
        number = requests[OVERFLOW]
        told = f"{'some' if number is None else grouped(number)} requests of seven days are counted under {OVERFLOW}"
        yield warning("operations", service.key, told, f"the agent keeps {AGENTS_LIMIT} names apart; {AT_THE_AGENT}")


def _raw(service: Service, requests: Mapping[str, int | None]) -> Iterator[Check]:
    raw = [name for name in requests if not service.place(name).ignored and template(service.place(name).name)]
    if raw:
        shown = f"{len(raw)} operations carry raw identifiers, such as {raw[0][:80]}"
        yield warning("operations", service.key, shown, TEMPLATES)


def _many(service: Service, requests: Mapping[str, int | None]) -> Iterator[Check]:
    names = {service.place(name).name for name in requests}
    if len(names) >= MANY:
        told = f"{grouped(len(names))} different operations in seven days"
        yield warning("operations", service.key, told, TEMPLATES)
    elif len(requests) >= AGENTS_LIMIT:
        told = f"{grouped(len(requests))} names in seven days, though the configuration counts many together"
        yield warning("operations", service.key, told, f"the agent keeps {AGENTS_LIMIT} names apart; {AT_THE_AGENT}")
