"""Answers that are not AWS's: a proxy's page, a login page, a wrong endpoint.

The one rule: what is no XML, JSON or CBOR, or empty where something was to be told, is refused before
botocore parses it, because its parsers would make an empty answer or a traceback of it.
"""

from __future__ import annotations

from typing import Any

from botocore.exceptions import BotoCoreError


class NotAws(BotoCoreError):
    """Something answered, but not AWS."""

    fmt = "what answers at the endpoint is not AWS (HTTP status {status}, {what})"


def watch(events: Any) -> None:
    """Looks at every answer of a client; ``events`` is its ``meta.events``."""
    events.register("before-parse", _look)


def _look(operation_model: Any, response_dict: dict[str, Any], **_: Any) -> None:
    status, body = response_dict["status_code"], response_dict["body"]
    if status >= 500 or not isinstance(body, bytes):
        return
    what = _strange(body, response_dict["headers"].get("content-type", ""), empty_is_strange=_told(operation_model))
    if what:
        raise NotAws(status=status, what=what)


def _told(operation_model: Any) -> bool:
    """Whether an answer has a body; S3 tells much in headers alone."""
    shape = operation_model.output_shape
    return shape is not None and any("location" not in member.serialization for member in shape.members.values())


def _strange(body: bytes, kind: str, *, empty_is_strange: bool) -> str | None:
    """What is wrong with an answer, if anything is."""
    begins = body.lstrip()[:200].lower()
    if not begins:
        return "an empty answer" if empty_is_strange else None
    if begins.startswith((b"<!doctype html", b"<html")):
        return "a web page"
    if "cbor" in kind or begins[:1] in (b"<", b"{", b"["):
        return None
    return "neither XML, JSON nor CBOR"
