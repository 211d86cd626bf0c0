"""Finds the operations of a service in Application Signals, day by day.

The service rounds times to the nearest hour, so a day that begins at half past is asked for with
both its hours.

The one rule: an operation seen on any day belongs to the month; ListMetrics is never asked, because
it forgets what was silent for two weeks. A service is the sum of its operations: the series without
an operation over-counts on Lambda.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from slactl.aws.failures import code_of, hopeless, is_denied, translate
from slactl.aws.session import AwsWorld
from slactl.model.metric import Metric, Stream
from slactl.model.report import Gap, SourceUse
from slactl.model.service import Service
from slactl.model.span import Span
from slactl.model.status import Code, Reason
from slactl.ports import Inventory

NAMESPACE = "ApplicationSignals"
CALLS_A_SECOND = 9.0
IN_FLIGHT = 4
PAGE = 100
HOUR = 3600
ABSENT = frozenset({"ResourceNotFoundException", "ResourceNotFound"})


class ApplicationSignalsInventory:
    """An ``InventorySource`` over ListServiceOperations, kept inside its ten calls a second."""

    any_thread = True

    def __init__(self, world: AwsWorld) -> None:
        self._world = world
        self._pace = world.timing.pacer(CALLS_A_SECOND, 1.0)
        self._calls = 0

    def inventory(self, service: Service, days: Sequence[Span], names: Sequence[str] = ()) -> Inventory:
        """The union of the operations invoked in each span; it forgets none, so ``names`` are not needed.

        Raises:
            AwsFailure: when no call can succeed.
        """
        client = self._world.client("application-signals")
        with ThreadPoolExecutor(max_workers=IN_FLIGHT) as pool:
            answers = list(pool.map(lambda day: self._day(client, service, day), days))
        found = {name for answer in answers if isinstance(answer, set) for name in answer}
        gaps = tuple(answer for answer in answers if isinstance(answer, Gap))
        streams = tuple(stream(service, name) for name in sorted(found))
        return Inventory(streams, stream(service, None), total_decides=False, gaps=gaps, known=bool(found))

    def use(self) -> tuple[SourceUse, ...]:
        if not self._calls:
            return ()
        caller = self._world.caller
        return (SourceUse("application-signals", caller.account, self._world.region, caller.arn, self._calls, 0, 0),)

    def _day(self, client: Any, service: Service, day: Span) -> set[str] | Gap:
        try:
            return self._names(client, service, day)
        except (BotoCoreError, ClientError) as error:
            if code_of(error) in ABSENT:
                return set()
            if hopeless(error) or is_denied(error):
                raise translate(error, "looking for operations") from error
            return Gap(Reason.of(Code.DISCOVERY_INCOMPLETE, error=code_of(error)), service.key, None, day)

    def _names(self, client: Any, service: Service, day: Span) -> set[str]:
        request: dict[str, Any] = {
            "StartTime": day.start // HOUR * HOUR,
            "EndTime": -(-day.end // HOUR) * HOUR,
            "KeyAttributes": key_attributes(service),
            "MaxResults": PAGE,
        }
        names: set[str] = set()
        while True:
            self._pace.wait()
            self._calls += "NextToken" not in request
            page = client.list_service_operations(**request)
            names |= {summary["Name"] for summary in page["ServiceOperations"]}
            if not page.get("NextToken"):
                return names
            request["NextToken"] = page["NextToken"]


def key_attributes(service: Service) -> dict[str, str]:
    """How Application Signals names a service."""
    return {"Type": "Service", "Name": service.name, "Environment": service.environment or ""}


def stream(service: Service, operation: str | None) -> Stream:
    """The metrics of an operation, or of the service as a whole, with their exact dimensions."""
    pairs = {"Environment": service.environment or "", "Service": service.name}
    if operation is not None:
        pairs["Operation"] = operation
    dimensions = tuple(sorted(pairs.items()))
    latency, faults, errors = (
        Metric(NAMESPACE, name, dimensions, service.account_id) for name in ("Latency", "Fault", "Error")
    )
    return Stream(operation, latency, "SampleCount", faults, errors, latency)
