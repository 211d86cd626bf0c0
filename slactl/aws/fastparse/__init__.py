"""The numbers of GetMetricData, read at the speed of the body; everything else stays botocore's.

The one rule: only a body that looks exactly as expected is read here, and of it only the numbers:
botocore parses the same body with its lists of numbers emptied, and whatever is odd it parses whole.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import ParseError

from slactl.aws.fastparse.cbor import take as take_cbor
from slactl.aws.fastparse.json import take as take_json
from slactl.aws.fastparse.numbers import Odd, Taken, seconds
from slactl.aws.fastparse.xml import take as take_xml

__all__ = ["KEY", "numbers_of", "quicken", "seconds"]

KEY = "slactl:numbers"
READERS: dict[str, Callable[[bytes], Taken]] = {
    "json": take_json,
    "query": take_xml,
    "smithy-rpc-v2-cbor": take_cbor,
}
ODD = (Odd, ValueError, LookupError, OverflowError, RecursionError, ParseError)


def quicken(events: Any) -> None:
    """Lets a CloudWatch client (``events`` is its ``meta.events``) answer GetMetricData fast.

    ``Timestamps`` are then whole seconds since the epoch. Of answers that botocore had to parse whole
    they are times in UTC as ever: ``seconds`` reads both.
    """
    events.register("before-parse.cloudwatch.GetMetricData", _take, unique_id="slactl-take")
    events.register_first("after-call.cloudwatch.GetMetricData", _give, unique_id="slactl-give")


def _take(
    operation_model: Any, response_dict: dict[str, Any], customized_response_dict: dict[str, Any], **_: Any
) -> None:
    """Takes the numbers out of a body before botocore parses it."""
    if response_dict["status_code"] != 200:
        return
    taken = numbers_of(_protocol(operation_model.service_model), response_dict["body"])
    if taken:
        response_dict["body"] = taken.rest
        customized_response_dict[KEY] = taken.numbers


def _protocol(model: Any) -> str:
    """What a client speaks, in botocore's words; old ones have no choice."""
    return str(getattr(model, "resolved_protocol", None) or model.metadata["protocol"])


def _give(parsed: dict[str, Any], **_: Any) -> None:
    """Puts the numbers where botocore found empty lists."""
    numbers = parsed.pop(KEY, None)
    if numbers is None:
        return
    for result, (stamps, values) in zip(parsed.get("MetricDataResults", ()), numbers, strict=True):
        result["Timestamps"], result["Values"] = stamps, values


def numbers_of(protocol: str, body: object) -> Taken | None:
    """The numbers of a successful answer, and the body without them; None where anything is odd."""
    take = READERS.get(protocol)
    if take is None or not isinstance(body, bytes):
        return None
    try:
        return take(body)
    except ODD:
        return None
