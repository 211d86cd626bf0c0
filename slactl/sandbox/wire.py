"""How calls travel: CloudWatch's three protocols, Application Signals' REST, and STS.

The one rule: whatever the protocol, a call is an operation and a dict of parameters with times in
seconds since the epoch, and an answer is a dict; no rule of CloudWatch depends on the protocol.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qsl, unquote

from slactl.sandbox import cbor, forms
from slactl.sandbox.errors import AwsError, validation_error

Protocol = Literal["json", "cbor", "query", "rest"]
TARGET = "GraniteServiceVersion20100801"
REQUEST_ID = "00000000-0000-4000-8000-000000000000"
TAGGING_TARGET = "ResourceGroupsTaggingAPI_20170126"
_SERVICES = {TARGET: "cloudwatch", TAGGING_TARGET: "tagging"}
_REST = {
    ("GET", "/services"): "ListServices",
    ("POST", "/service-operations"): "ListServiceOperations",
    ("POST", "/service"): "GetService",
    ("POST", "/slos"): "ListServiceLevelObjectives",
    ("PATCH", "/exclusion-windows"): "BatchUpdateExclusionWindows",
    ("GET", "/tags"): "ListTagsForResource",
    ("POST", "/slo"): "CreateServiceLevelObjective",
    ("POST", "/budget-report"): "BatchGetServiceLevelObjectiveBudgetReport",
    ("POST", "/tag-resource"): "TagResource",
    ("POST", "/untag-resource"): "UntagResource",
}
_VERBS = {"GET": "Get", "PATCH": "Update", "DELETE": "Delete"}
_SLO = re.compile(r"/slo/(.+)")
_WINDOWS = re.compile(r"/slo/(.+)/exclusion-windows")


@dataclass(frozen=True, slots=True)
class Request:
    """An HTTP request as it came."""

    method: str
    path: str
    query: str
    headers: Mapping[str, str]  # names in lower case
    body: bytes

    @property
    def scope(self) -> tuple[str, str]:
        """Region and service the request was signed for; empty texts if it was not."""
        parts = self.headers.get("authorization", "").partition("Credential=")[2].split(",")[0].split("/")
        return (parts[-3], parts[-2]) if len(parts) >= 5 else ("", "")


@dataclass(frozen=True, slots=True)
class Call:
    """An API call the sandbox answers itself, if it knows the operation."""

    service: str
    operation: str
    params: dict[str, Any]
    protocol: Protocol


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer."""

    status: int
    content_type: str
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()


def read_call(request: Request) -> Call | None:
    """The call a request makes, or None where it is for another service.

    Raises:
        AwsError: if the body cannot be read.
    """
    try:
        return _read(request)
    except (ValueError, KeyError, AttributeError) as error:
        text = f"The request cannot be read: {error}"
        raise AwsError("MalformedInput", text, modern="SerializationException") from error


def _read(request: Request) -> Call | None:
    target, _, operation = request.headers.get("x-amz-target", "").partition(".")
    if target in _SERVICES:
        return Call(_SERVICES[target], operation, json.loads(request.body or b"{}"), "json")
    parts = request.path.split("/")  # /service/TARGET/operation/NAME
    if len(parts) == 5 and parts[1] == "service" and parts[2] in _SERVICES:
        params = cbor.decode(request.body) if request.body else {}
        return Call(_SERVICES[parts[2]], parts[4], params, "cbor")
    service = request.scope[1]
    if service == "application-signals" and _rest_operation(request):
        return _rest_call(request)
    if service in ("monitoring", "sts") and b"Action=" in request.body:
        return _form_call(request, service)
    return None


def _rest_operation(request: Request) -> tuple[str, dict[str, Any]] | None:
    """The operation and what its path names; None of one that is not answered here."""
    if request.method == "GET" and (found := _WINDOWS.fullmatch(request.path)):
        return "ListServiceLevelObjectiveExclusionWindows", {"Id": found[1]}
    if request.method in _VERBS and (found := _SLO.fullmatch(request.path)):
        return f"{_VERBS[request.method]}ServiceLevelObjective", {"Id": unquote(found[1])}
    name = _REST.get((request.method, request.path))
    return (name, {}) if name else None


def _rest_call(request: Request) -> Call:
    operation, named = _rest_operation(request) or ("", {})
    params: dict[str, Any] = dict(parse_qsl(request.query)) | named
    for name in ("StartTime", "EndTime"):
        if name in params:
            params[name] = _rest_time(params[name])
    if "MaxResults" in params:
        params["MaxResults"] = int(params["MaxResults"])
    body = json.loads(request.body) if request.body else {}
    return Call("application-signals", operation, {**params, **body}, "rest")


def _rest_time(text: str) -> float:
    return float(text) if text.replace(".", "", 1).isdigit() else forms.seconds(text)


def _form_call(request: Request, service: str) -> Call:
    params = forms.read_form(request.body)
    operation = params.pop("Action")
    params.pop("Version", None)
    return Call("cloudwatch" if service == "monitoring" else service, operation, params, "query")


def write_answer(call: Call, result: dict[str, Any]) -> Answer:
    """The answer to a call in the call's protocol."""
    if call.protocol == "query":
        return Answer(200, "text/xml", forms.write_result(call.operation, result, REQUEST_ID))
    if call.protocol == "cbor":
        return Answer(200, "application/cbor", cbor.encode(_stamped(result)), RPC_HEADER)
    kind = "application/x-amz-json-1.0" if call.protocol == "json" else "application/json"
    return Answer(200, kind, json.dumps(result).encode())


RPC_HEADER = (("smithy-protocol", "rpc-v2-cbor"),)


def _stamped(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _stamped(item, key) for key, item in value.items()}
    if isinstance(value, list):
        if name == "Values":
            return value
        return [_stamped(item, name) for item in value]
    return cbor.Timestamp(value) if name in forms.TIME_OUTPUTS else value


def write_error(call: Call, error: AwsError, modern_only: bool) -> Answer:
    """A refusal in the call's protocol; with ``modern_only`` without the old query code."""
    if call.protocol == "query":
        return Answer(error.status, "text/xml", forms.write_error(error.code, error.message, error.status, REQUEST_ID))
    if call.protocol == "rest":
        return _rest_error(error)
    side = "Sender" if error.status < 500 else "Receiver"
    old = () if modern_only else (("x-amzn-query-error", f"{error.code};{side}"),)
    content = {"__type": f"com.amazonaws.cloudwatch#{error.modern}", "message": error.message}
    if call.protocol == "cbor":
        return Answer(error.status, "application/cbor", cbor.encode(content), (*RPC_HEADER, *old))
    return Answer(error.status, "application/x-amz-json-1.0", json.dumps(content).encode(), old)


def _rest_error(error: AwsError) -> Answer:
    status = 429 if error.modern == "ThrottlingException" else error.status
    body = json.dumps({"message": error.message, "Message": error.message}).encode()
    return Answer(status, "application/json", body, (("x-amzn-ErrorType", error.modern),))


def required(params: Mapping[str, Any], name: str) -> Any:
    """A parameter that must be there.

    Raises:
        AwsError: ValidationError, if it is not.
    """
    if params.get(name) in (None, "", {}):
        raise validation_error(f"{name} is required.")
    return params[name]
