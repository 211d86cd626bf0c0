"""Answers of configuration that moto does not know, in the protocols of the SDKs.

The one rule: what is asked is told by where it was signed for, its target or its path; an answer is plain JSON.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from slactl.sandbox.wire import Answer, Request


def asked(request: Request) -> tuple[str, str]:
    """Which service a request was signed for, and its operation (of REST: ``GET /path``)."""
    operation = request.headers.get("x-amz-target", "").rpartition(".")[2]
    return request.scope[1], operation or f"{request.method} {request.path}"


def parameters(request: Request) -> dict[str, Any]:
    """The JSON of a request's body; nothing where there is none."""
    found = json.loads(request.body or b"{}")
    return found if isinstance(found, dict) else {}


def json_answer(found: Mapping[str, Any], status: int = 200) -> Answer:
    """An answer in JSON."""
    return Answer(status, "application/json", json.dumps(found).encode())


def missing(code: str, text: str, status: int = 404) -> Answer:
    """A refusal, such as ``ResourceNotFoundException``."""
    body = json.dumps({"__type": code, "Type": "User", "message": text, "Message": text}).encode()
    return Answer(status, "application/json", body, (("x-amzn-errortype", code),))
