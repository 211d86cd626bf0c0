"""AWS's errors in slactl's words, and answers that are not AWS's at all."""

from __future__ import annotations

import io
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionClosedError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
    ReadTimeoutError,
    TokenRetrievalError,
)

from slactl.aws.failures import AwsFailure, code_of, hopeless, is_denied, translate
from slactl.aws.session import AwsWorld
from slactl.model.catalogue import AwsSettings
from slactl.model.service import Service
from slactl.model.span import Span
from slactl.sources.api_gateway import ApiGatewayInventory
from slactl.sources.application_signals import ApplicationSignalsInventory
from slactl.sources.cloudwatch import CloudWatchReader
from tests.aws.clock import Clock
from tests.fakes import SHOP, STAGE, own_stream
from tests.sources.test_cloudwatch import query

URL = "http://stranger.invalid"


def client_error(code: str, message: str = "why") -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": message}}, "GetMetricData")


@pytest.mark.parametrize(
    ("code", "lost", "denied", "hint"),
    [
        ("ExpiredToken", True, False, "sign in again"),
        ("ExpiredTokenException", True, False, "sign in again"),
        ("InvalidClientTokenId", True, False, "not valid for this account"),
        ("UnrecognizedClientException", True, False, "not valid for this account"),
        ("InvalidSignatureException", True, False, "not valid for this account"),
        ("RequestTimeTooSkewed", True, False, "clock"),
        ("AccessDenied", False, True, "may not call GetMetricData"),
        ("AccessDeniedException", False, True, "may not call GetMetricData"),
        ("Throttling", False, False, "try again later"),
        ("ThrottlingException", False, False, "try again later"),
        ("InternalFailure", False, False, "try again later"),
    ],
)
def test_an_answer_of_aws(code: str, lost: bool, denied: bool, hint: str) -> None:
    error = client_error(code)
    assert (hopeless(error), is_denied(error), code_of(error)) == (lost, denied, code)
    told = translate(error, "reading metrics")
    assert told.message == f"reading metrics: GetMetricData answered {code}: why"
    assert hint in told.hint
    assert told.code == code


@pytest.mark.parametrize(
    ("error", "lost", "what", "hint"),
    [
        (EndpointConnectionError(endpoint_url=URL), True, "could not be reached", "AWS_ENDPOINT_URL"),
        (ConnectTimeoutError(endpoint_url=URL), True, "could not be reached", "network"),
        (ReadTimeoutError(endpoint_url=URL), False, "could not be reached (ReadTimeoutError)", "network"),
        (ConnectionClosedError(endpoint_url=URL), False, "could not be reached", "network"),
        (NoCredentialsError(), True, "no AWS credentials", "aws sso login"),
        (TokenRetrievalError(provider="sso", error_msg="expired"), True, "expired", "slactl doctor"),
    ],
)
def test_what_never_reached_aws(error: BotoCoreError, lost: bool, what: str, hint: str) -> None:
    assert hopeless(error) is lost
    told = translate(error, "reading metrics")
    assert what in told.message
    assert hint in told.hint


def test_an_answer_without_a_message_is_told_all_the_same() -> None:
    told = translate(client_error("Throttling", ""), "reading metrics")
    assert told.message == "reading metrics: GetMetricData answered Throttling"
    assert code_of(ClientError({}, "GetMetricData")) == "Unknown"


class Body(io.BytesIO):
    """A body as urllib3 gives it."""

    def stream(self, *_: Any, **__: Any) -> list[bytes]:
        return [self.getvalue()]


def stranger(status: int, body: bytes, monkeypatch: pytest.MonkeyPatch) -> AwsWorld:
    """Clients that somebody else answers."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", URL)
    made = AwsWorld(AwsSettings(region="eu-west-1"), "test", Clock().timing)

    def answer(request: Any, **_: Any) -> Any:
        return AWSResponse(request.url, status, HTTPHeaders.from_pairs([("content-type", "text/html")]), Body(body))

    made._session.events.register("before-send", answer)
    return made


DAY = Span(0, 86_400)
CALLS: dict[str, Any] = {
    "metrics": lambda made: CloudWatchReader(made).read([query(own_stream("GET /a").faults)]),
    "operations": lambda made: ApplicationSignalsInventory(made).inventory(SHOP, [DAY]),
    "methods": lambda made: ApiGatewayInventory(made).inventory(Service("k", "k", "e", gateway=STAGE), [DAY]),
    "caller": lambda made: made.caller,
}


@pytest.mark.parametrize("call", sorted(CALLS))
@pytest.mark.parametrize(
    ("status", "body", "what"),
    [
        (200, b"<!DOCTYPE html><title>Sign in</title>", "a web page"),
        (200, b"\n<html>Sign in</html>", "a web page"),
        (403, b"<HTML>Blocked</HTML>", "a web page"),
        (302, b"", "an empty answer"),
        (200, b"", "an empty answer"),
        (404, b"404 page not found", "neither XML, JSON nor CBOR"),
    ],
)
def test_whoever_answers_in_place_of_aws_is_found_out(
    call: str, status: int, body: bytes, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(AwsFailure, match=f"not AWS .HTTP status {status}, {what}") as caught:
        CALLS[call](stranger(status, body, monkeypatch))
    assert "AWS_ENDPOINT_URL" in caught.value.hint
