"""boto3 clients that reach the sandbox without a socket, for tests of many runs.

The one rule: everything above the socket is the real thing; requests are signed, serialised, sent
to the application and parsed as over HTTP.
"""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from slactl.sandbox.app import Application
from slactl.sandbox.errors import ConnectionDropped

if TYPE_CHECKING:
    from botocore.awsrequest import AWSPreparedRequest, AWSResponse

URL = "http://sandbox.invalid"
"""The endpoint to make such clients with; nothing answers there."""


def connect(events: Any, application: Application) -> None:
    """Lets the application answer what a client sends.

    Args:
        events: ``client.meta.events``, or ``session.events`` for all clients made afterwards.
        application: what answers; its world may be swapped at any time.
    """
    events.register("before-send", _sender(application))


def _sender(application: Application) -> Callable[..., AWSResponse]:
    def send(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        from botocore.awsrequest import AWSResponse
        from botocore.compat import HTTPHeaders
        from botocore.exceptions import ConnectionClosedError

        begun: list[tuple[str, list[tuple[str, str]]]] = []
        try:
            parts = application(_environ(request), lambda status, headers, *_: begun.append((status, headers)))
            body = b"".join(parts)
        except ConnectionDropped as error:
            raise ConnectionClosedError(endpoint_url=request.url, error=error) from error
        status, headers = begun[-1]
        return AWSResponse(request.url, int(status.split()[0]), HTTPHeaders.from_pairs(headers), _Body(body))

    return send


class _Body(io.BytesIO):
    """A body as urllib3 gives it."""

    def stream(self, *_: Any, **__: Any) -> list[bytes]:
        return [self.getvalue()]


def _environ(request: AWSPreparedRequest) -> dict[str, Any]:
    parts, body = urlsplit(request.url), _bytes(request.body)
    headers = {name.upper().replace("-", "_"): _text(value) for name, value in request.headers.items()}
    return {
        **{f"HTTP_{name}": value for name, value in headers.items()},
        "REQUEST_METHOD": request.method,
        "SCRIPT_NAME": "",
        "PATH_INFO": unquote(parts.path or "/", "latin-1"),
        "RAW_URI": request.url,
        "QUERY_STRING": parts.query,
        "SERVER_NAME": parts.hostname,
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "CONTENT_TYPE": headers.get("CONTENT_TYPE", ""),
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_HOST": parts.netloc,
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body),
        "wsgi.errors": io.StringIO(),
    }


def _bytes(body: Any) -> bytes:
    if hasattr(body, "read"):
        body = body.read()
    return body.encode() if isinstance(body, str) else body or b""


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)
