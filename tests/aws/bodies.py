"""Bodies of GetMetricData in each protocol, and two clients that read them: ours and botocore's own.

The one rule: both clients are real and tell times in UTC; only the socket is not.
"""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from xml.sax.saxutils import escape

from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.config import Config

from slactl.aws.fastparse import quicken
from slactl.aws.session import _in_utc
from slactl.sandbox import cbor
from tests.sandbox.asking import boto_session

QUERY = {"Id": "q0", "Expression": "1"}
KINDS = {"json": "application/x-amz-json-1.0", "smithy-rpc-v2-cbor": "application/cbor", "query": "text/xml"}
REQUEST_ID = "7c0b0e5e-0000-4000-8000-000000000000"


@dataclass
class Scripted:
    """A client of one protocol that is answered with a given body."""

    protocol: str
    quick: bool
    body: bytes = b""
    status: int = 200
    client: Any = field(init=False)

    def __post_init__(self) -> None:
        config = Config(retries={"total_max_attempts": 1})
        session = _in_utc(boto_session(self.protocol))
        self.client = session.client("cloudwatch", config=config, endpoint_url="http://a.invalid")
        self.client.meta.events.register("before-send", self._send)
        if self.quick:
            quicken(self.client.meta.events)

    def ask(self, body: bytes, status: int = 200) -> Any:
        """The answer that the client makes of a body, or what it raises."""
        self.body, self.status = body, status
        try:
            return self.client.get_metric_data(MetricDataQueries=[QUERY], StartTime=0, EndTime=3600)
        except Exception as error:  # noqa: BLE001 - whatever botocore raises, both must raise
            return type(error), str(error) if status != 200 else ""

    def _send(self, request: Any, **_: Any) -> AWSResponse:
        told = {"content-type": KINDS[self.protocol], "x-amzn-requestid": REQUEST_ID, "smithy-protocol": "rpc-v2-cbor"}
        headers = HTTPHeaders.from_pairs(told.items())
        return AWSResponse(request.url, self.status, headers, _Raw(self.body))


class _Raw(io.BytesIO):
    def stream(self, *_: Any, **__: Any) -> list[bytes]:
        return [self.getvalue()]


@dataclass(frozen=True, slots=True)
class Style:
    """How a body is written: ``step`` chooses among the ways there are, one after the other."""

    step: int = 0
    indented: bool = False
    endless: bool = False


def in_json(answer: dict[str, Any], style: Style) -> bytes:
    return json.dumps(answer, indent=2 if style.indented else None).encode()


def in_xml(answer: dict[str, Any], style: Style) -> bytes:
    gap = "\n      " if style.indented else ""
    start = '<?xml version="1.0" encoding="UTF-8"?>' if style.step % 2 else ""
    inner = "".join(_element(name, value, gap) for name, value in answer.items())
    return (
        f'{start}<GetMetricDataResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/">{gap}'
        f"<GetMetricDataResult>{gap}{inner}</GetMetricDataResult>{gap}<ResponseMetadata>{gap}"
        f"<RequestId>{REQUEST_ID}</RequestId>{gap}</ResponseMetadata>{gap}</GetMetricDataResponse>"
    ).encode()


def _element(name: str, value: Any, gap: str) -> str:
    return f"<{name}>{_content(name, value, gap)}</{name}>{gap}"


def _content(name: str, value: Any, gap: str) -> str:
    if isinstance(value, list):
        return gap + "".join(f"<member>{_content(name, item, gap)}</member>{gap}" for item in value)
    if isinstance(value, dict):
        return gap + "".join(_element(key, item, gap) for key, item in value.items())
    if name == "Timestamps" and value >= 0:
        return datetime.fromtimestamp(value, UTC).isoformat().replace("+00:00", "Z")
    return escape(value) if isinstance(value, str) else repr(value)


def in_cbor(answer: dict[str, Any], style: Style) -> bytes:
    return _Cbor(style).item(answer, "")


class _Cbor:
    """Writes each number in the next of the ways that hold it exactly."""

    def __init__(self, style: Style) -> None:
        self._style, self._turn = style, 0

    def item(self, value: Any, name: str) -> bytes:
        if isinstance(value, dict):
            parts = [cbor.encode(key) + self.item(item, key) for key, item in value.items()]
            return self._held(5, parts)
        if isinstance(value, list):
            return self._held(4, [self.item(item, name) for item in value])
        if isinstance(value, int | float):
            return (b"\xc1" if name == "Timestamps" else b"") + self._number(value)
        return cbor.encode(value)

    def _held(self, major: int, parts: list[bytes]) -> bytes:
        if self._style.endless:
            return bytes([major * 32 + 31]) + b"".join(parts) + b"\xff"
        head = cbor.encode([None] * len(parts))[: -len(parts) or None]
        return bytes([head[0] + (32 if major == 5 else 0)]) + head[1:] + b"".join(parts)

    def _number(self, value: float) -> bytes:
        ways = [b"\xfb" + struct.pack(">d", value), *self._whole(value), *self._short(value)]
        self._turn += self._style.step
        return ways[self._turn % len(ways)]

    def _whole(self, value: float) -> list[bytes]:
        if not isinstance(value, int):
            return []
        return [cbor.encode(value), *([b"\x1b" + struct.pack(">Q", value)] if value >= 0 else [])]

    def _short(self, value: float) -> list[bytes]:
        found = []
        for first, form in ((b"\xfa", ">f"), (b"\xf9", ">e")):
            try:
                packed = struct.pack(form, float(value))
            except OverflowError:
                continue
            if struct.unpack(form, packed) == (value,) or value != value:  # noqa: PLR0124 - NaN
                found.append(first + packed)
        return found


WRITERS: dict[str, Callable[[dict[str, Any], Style], bytes]] = {
    "json": in_json,
    "smithy-rpc-v2-cbor": in_cbor,
    "query": in_xml,
}
