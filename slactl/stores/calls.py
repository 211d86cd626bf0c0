"""Calls that may be refused: made at a pace, tried again where AWS is busy, and told in words where they fail.

The one rule: what makes every other call hopeless is raised as such, everything else fails alone.
"""

from __future__ import annotations

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

Answer = dict[str, Any]
Found = TypeVar("Found")


def called(ask: Callable[[], Found], doing: str, pace: Pacer, timing: Timing) -> Found:
    """What a call answers.

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
                raise _told(error, doing) from error
            timing.sleep(pause)
    try:
        return ask()
    except (BotoCoreError, ClientError) as error:
        raise _told(error, doing) from error


def _told(error: BotoCoreError | ClientError, doing: str) -> Exception:
    failure = translate(error, doing)
    if hopeless(error):
        return failure
    unsure = isinstance(error, ConnectionClosedError | ReadTimeoutError)
    return NotDone(failure.message, denied=is_denied(error), unsure=unsure)


def pages(ask: Callable[..., Answer], token: str, asked: Mapping[str, Any]) -> Iterator[Answer]:
    """Every page of a listing; ``token`` is the name of the member that says where to go on."""
    following: dict[str, Any] = {}
    while True:
        page = ask(**asked, **following)
        yield page
        if not page.get(token):
            return
        following = {token: page[token]}
