"""Tokens of listings: where to go on.

The one rule: a token is good only for the very parameters it was given for.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from slactl.sandbox.errors import invalid_next_token

Item = TypeVar("Item")


def digest(params: Mapping[str, Any]) -> str:
    """What a token is bound to: all parameters but the token."""
    asked = {name: value for name, value in params.items() if name != "NextToken"}
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()[:16]


def write_token(params: Mapping[str, Any], content: Any) -> str:
    """An opaque token that holds the content (anything JSON can)."""
    return base64.urlsafe_b64encode(json.dumps([digest(params), content]).encode()).decode()


def read_token(token: str, params: Mapping[str, Any]) -> Any:
    """What the token holds.

    Raises:
        AwsError: InvalidNextToken, if it was not given for these parameters.
    """
    try:
        bound, content = json.loads(base64.urlsafe_b64decode(token))
    except (binascii.Error, ValueError) as error:
        raise invalid_next_token() from error
    if bound != digest(params):
        raise invalid_next_token()
    return content


def page(items: Sequence[Item], params: Mapping[str, Any], size: int) -> tuple[list[Item], dict[str, str]]:
    """One page of a listing, and the ``NextToken`` member of its answer where more follows."""
    token = params.get("NextToken")
    start = int(read_token(token, params)) if token else 0
    end = start + size
    following = {"NextToken": write_token(params, end)} if end < len(items) else {}
    return list(items[start:end]), following
