"""CBOR calls for moto, which speaks json: there and back.

The one rule: only the shape of the bytes changes; times are known by the ends of their names.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable
from typing import Any

from slactl.sandbox import cbor
from slactl.sandbox.wire import RPC_HEADER, TAGGING_TARGET, TARGET, Call

_TIME_ENDINGS = ("Timestamp", "Timestamps", "Date", "LastModified")
_Begun = list[tuple[str, list[tuple[str, str]]]]


def ask_in_json(
    call: Call, environ: dict[str, Any], answer: Callable[..., Iterable[bytes]], start_response: Callable[..., Any]
) -> Iterable[bytes]:
    """What a json application answers to a CBOR call, in CBOR.

    Args:
        call: the call as it was read.
        environ: its WSGI environment.
        answer: the WSGI application that speaks json.
        start_response: of the caller.
    """
    begun: _Begun = []

    def begin(status: str, headers: list[tuple[str, str]], _error: Any = None) -> None:
        begun.append((status, headers))

    found = json.loads(b"".join(answer(_in_json(call, environ), begin)) or b"{}")
    body = cbor.encode(_stamped(found, ""))
    status, headers = begun[-1]
    kept = [(name, value) for name, value in headers if name.lower() not in ("content-type", "content-length")]
    told = [("Content-Type", "application/cbor"), ("Content-Length", str(len(body))), *RPC_HEADER]
    start_response(status, [*kept, *told])
    return [body]


def _in_json(call: Call, environ: dict[str, Any]) -> dict[str, Any]:
    body = json.dumps(call.params).encode()
    target = TAGGING_TARGET if call.service == "tagging" else TARGET
    return {
        **environ,
        "PATH_INFO": "/",
        "RAW_URI": "/",
        "REQUEST_URI": "/",
        "HTTP_X_AMZ_TARGET": f"{target}.{call.operation}",
        "CONTENT_TYPE": "application/x-amz-json-1.0",
        "HTTP_CONTENT_TYPE": "application/x-amz-json-1.0",
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_CONTENT_LENGTH": str(len(body)),
        "wsgi.input": io.BytesIO(body),
    }


def _stamped(value: Any, name: str) -> Any:
    if isinstance(value, dict):
        return {key: _stamped(item, key) for key, item in value.items()}
    if isinstance(value, list):
        return [_stamped(item, name) for item in value]
    timely = name.endswith(_TIME_ENDINGS) and isinstance(value, int | float)
    return cbor.Timestamp(value) if timely else value
