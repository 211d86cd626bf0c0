"""What is there in an account and region: services, their operations, gateway stages.

The one rule: nothing here raises for what AWS refuses; a refusal is handed back beside what was
found, with the IAM action that is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from slactl.aws.failures import AwsFailure
from slactl.aws.session import AwsWorld
from slactl.model.metric import Stream
from slactl.model.report import Gap
from slactl.model.service import GatewayStage, Service
from slactl.model.span import Span
from slactl.ports import ListedService, ListedStage, Refusal, Services, Stages
from slactl.sources import api_gateway
from slactl.sources.application_signals import ApplicationSignalsInventory, stream
from slactl.sources.gateways import listed_stages
from slactl.sources.refusals import FAILURES, refusal

CALLS_A_SECOND = 9.0
IN_FLIGHT = 4
PAGE = 100
LIST_SERVICES = "application-signals:ListServices"
LIST_OPERATIONS = "application-signals:ListServiceOperations"


class AccountDirectory:
    """A ``Directory`` over Application Signals and API Gateway."""

    def __init__(self, world: AwsWorld) -> None:
        self._world = world
        self._pace = world.timing.pacer(CALLS_A_SECOND, 1.0)
        self._inventory = ApplicationSignalsInventory(world)

    def services(self, days: Sequence[Span]) -> Services:
        """The union of the services of each day; they are asked for day by day, inside ten calls a second."""
        try:
            client = self._world.client("application-signals")
            with ThreadPoolExecutor(max_workers=IN_FLIGHT) as pool:
                found = set().union(*pool.map(lambda day: self._day(client, day), days))
        except FAILURES as error:
            return Services((), (refusal(error, "listing services", LIST_SERVICES),))
        return Services(tuple(sorted(found, key=lambda each: (each.name, each.environment))))

    def operations(
        self, service: ListedService, days: Sequence[Span]
    ) -> tuple[tuple[Stream, ...], tuple[Refusal, ...]]:
        """The operations of each day together."""
        asked = _service(service)
        doing = f"listing the operations of {service.name}"
        try:
            found = self._inventory.inventory(asked, days)
        except AwsFailure as error:
            return (), (refusal(error, doing, LIST_OPERATIONS),)
        return found.operations, tuple(dict.fromkeys(_incomplete(gap, doing) for gap in found.gaps))

    def stages(self) -> Stages:
        """REST and HTTP stages, from their definitions and from their metrics."""
        return listed_stages(self._world)

    def service_stream(self, service: ListedService) -> Stream:
        """The service's own series."""
        return stream(_service(service), None)

    def stage_stream(self, stage: ListedStage) -> Stream:
        """The stage's own series."""
        kind = api_gateway.REST if stage.kind == "rest" else api_gateway.HTTP
        return api_gateway.stream(Service(stage.api, stage.api, None), GatewayStage(stage.api, stage.stage), kind, None)

    def _day(self, client: Any, day: Span) -> set[ListedService]:
        request: dict[str, Any] = {"StartTime": day.start, "EndTime": day.end, "MaxResults": PAGE}
        found: set[ListedService] = set()
        while True:
            self._pace.wait()
            page = client.list_services(**request)
            found |= {service for summary in page["ServiceSummaries"] if (service := _listed(summary))}
            if not page.get("NextToken"):
                return found
            request["NextToken"] = page["NextToken"]


def _service(listed: ListedService) -> Service:
    return Service(listed.name, listed.name, listed.environment, account_id=listed.account_id)


def _listed(summary: dict[str, Any]) -> ListedService | None:
    """The service of a summary; None for what is none of ours (remote services, resources)."""
    key = summary["KeyAttributes"]
    if key.get("Type", "Service") != "Service" or "Name" not in key:
        return None
    return ListedService(key["Name"], key.get("Environment", ""))


def _incomplete(gap: Gap, doing: str) -> Refusal:
    said = str(dict(gap.reason.figures).get("error", gap.reason.code.value))
    return Refusal(doing, LIST_OPERATIONS, f"{doing}: some days could not be read ({said})", "try again later")
