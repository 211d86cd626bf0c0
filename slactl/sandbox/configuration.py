"""Which operation a call of configuration is, and a refusal of it in its own protocol.

The one rule: operations are known from the SDK's own models, loaded only where a behaviour names an operation.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from xml.sax.saxutils import escape

from slactl.sandbox import cbor
from slactl.sandbox.errors import AwsError
from slactl.sandbox.wire import RPC_HEADER, Answer, Request

MODELS = {
    "apigateway": ("apigateway", "apigatewayv2"),
    "application-autoscaling": ("application-autoscaling",),
    "cloudfront": ("cloudfront",),
    "dynamodb": ("dynamodb",),
    "iam": ("iam",),
    "lambda": ("lambda",),
    "memorydb": ("memorydb",),
    "route53": ("route53",),
    "servicequotas": ("service-quotas",),
    "synthetics": ("synthetics",),
}
"""The SDK's services by the name that calls are signed for."""
_RPC = re.compile(r"/service/[^/]+/operation/(\w+)")
_ACTION = re.compile(rb"(?:^|&)Action=(\w+)")


def operation_of(request: Request) -> str | None:
    """The operation that a request asks for; None of a service that is not known here."""
    service = request.scope[1]
    if service not in MODELS:
        return None
    if found := _RPC.fullmatch(request.path):
        return found[1]
    if target := request.headers.get("x-amz-target"):
        return target.rpartition(".")[2]
    if action := _ACTION.search(request.body):
        return action[1].decode()
    fitting = (one for one in _paths(service) if one[0] == request.method and one[1].fullmatch(request.path))
    return max(fitting, key=lambda one: len(one[1].pattern), default=(None, None, None))[2]


def refusal(request: Request, error: AwsError) -> Answer:
    """The answer to a call that is refused."""
    if _RPC.fullmatch(request.path):
        told = {"__type": error.modern, "message": error.message}
        return Answer(error.status, "application/cbor", cbor.encode(told), RPC_HEADER)
    if request.scope[1] in ("cloudfront", "route53", "iam"):
        inner = f"<Type>Sender</Type><Code>{escape(error.code)}</Code><Message>{escape(error.message)}</Message>"
        body = f"<ErrorResponse><Error>{inner}</Error><RequestId>0</RequestId></ErrorResponse>"
        return Answer(error.status, "text/xml", body.encode())
    content = json.dumps({"__type": error.modern, "message": error.message}).encode()
    return Answer(error.status, "application/json", content, (("x-amzn-ErrorType", error.modern),))


@cache
def _paths(service: str) -> tuple[tuple[str, re.Pattern[str], str], ...]:
    return tuple(one for name in MODELS[service] for one in _of_model(name))


def _of_model(name: str) -> Iterator[tuple[str, re.Pattern[str], str]]:
    """Method, path and name of each operation of a service that is asked by paths."""
    from botocore.session import get_session

    model = get_session().get_service_model(name)
    for operation in model.operation_names:
        asked = model.operation_model(operation).http
        parts = re.split(r"\{(\w+\+?)\}", asked["requestUri"].partition("?")[0])
        pattern = "".join(
            re.escape(part) if number % 2 == 0 else ".+" if part.endswith("+") else "[^/]+"
            for number, part in enumerate(parts)
        )
        yield asked["method"], re.compile(f"{pattern}/?"), operation
