"""Calls that may be refused: made at a pace, tried again where AWS is busy, and told in words where they fail.

The one rule: what makes every other call hopeless is raised as such, everything else fails alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from botocore.exceptions import BotoCoreError, ClientError, ConnectionClosedError, ReadTimeoutError

from slactl.aws.failures import code_of, hopeless, is_denied, translate
from slactl.aws.pacing import Pacer
from slactl.aws.session import Timing
from slactl.ports.enforcing import NotDone

BUSY = frozenset({"Throttling", "ThrottlingException", "TooManyRequestsException", "LimitExceededException"})
PAUSES = (5.0, 15.0, 30.0)
"""Seconds to wait when AWS still is too busy after the SDK's own attempts."""

CLOUDWATCH, SIGNALS, TAGGING = "cloudwatch", "application-signals", "tag"
"""How permissions of a service begin."""
_LACKED = re.compile(r"not authorized to perform: ([a-z0-9-]+:[A-Za-z]+)")

Answer = dict[str, Any]
Found = TypeVar("Found")


def called(ask: Callable[[], Found], doing: str, pace: Pacer, timing: Timing, service: str = CLOUDWATCH) -> Found:
    """What a call answers.

    Args:
        ask: makes the call.
        doing: in words, for whoever reads of a failure.
        pace: is waited for.
        timing: of the pauses where AWS is busy.
        service: how the permission for it begins.

    Raises:
        NotDone: if it fails, and others may succeed.
        AwsFailure: if no other call can succeed either.
    """
    pace.wait()
    for pause in PAUSES:
        try:
            return ask()
        except (BotoCoreError, ClientError) as error:
            if code_of(error) not in BUSY:
                raise _told(error, doing, service) from error
            timing.sleep(pause)
    try:
        return ask()
    except (BotoCoreError, ClientError) as error:
        raise _told(error, doing, service) from error


def _told(error: BotoCoreError | ClientError, doing: str, service: str) -> Exception:
    failure = translate(error, doing)
    if hopeless(error):
        return failure
    unsure = isinstance(error, ConnectionClosedError | ReadTimeoutError)
    if not is_denied(error):
        return NotDone(failure.message, unsure=unsure)
    lacks = lacking(error, service)
    hint = "" if lacks in failure.message else f"; allow {lacks}"
    return NotDone(f"{failure.message}{hint}", denied=True, unsure=unsure, lacks=lacks)


def lacking(error: BotoCoreError | ClientError, service: str) -> str:
    """The permission that a refused call wants: the one that AWS names, which may be another than the call's own."""
    named = _LACKED.search(str(error))
    operation = error.operation_name if isinstance(error, ClientError) else "*"
    return named[1] if named else f"{service}:{operation}"


def pages(ask: Callable[..., Answer], token: str, asked: Mapping[str, Any]) -> Iterator[Answer]:
    """Every page of a listing; ``token`` is the name of the member that says where to go on."""
    following: dict[str, Any] = {}
    while True:
        page = ask(**asked, **following)
        yield page
        if not page.get(token):
            return
        following = {token: page[token]}
