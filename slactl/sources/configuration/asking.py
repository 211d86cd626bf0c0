"""Asks AWS one allowed call, all its pages, once a run.

The one rule: an answer is whole or it is a refusal with its reason; what the list withholds is taken out before
anybody sees it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from slactl.aws.failures import AwsFailure, code_of, hopeless, is_denied, translate
from slactl.aws.pacing import Pacer
from slactl.aws.session import AwsWorld
from slactl.model.readonly import ReadOnlyCall, ReadOnlyCalls
from slactl.model.status import Code, Reason

Document = dict[str, Any]
Elsewhere = Callable[[str, Mapping[str, object]], object]
"""What answers a call that is none of AWS's: its operation and parameters; raises ``Refusal``."""
RATES = {"route53": 4.0, "apigateway": 8.0, "apigatewayv2": 8.0}
"""Calls a second where AWS lets fewer through than ``RATE``."""
RATE, BURST = 10.0, 10.0
MOST_PAGES = 1_000
TOKENS = re.compile(r"next_?token|(next_?)?marker|position|is_?truncated|lastevaluated\w*", re.IGNORECASE)
GONE = re.compile(r"NoSuch\w+|\w*NotFound(Exception|Fault)?|404")


class Refusal(Exception):
    """A call that was not answered, and why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.code.value)
        self.reason = reason


def failed(error: str) -> Refusal:
    """The refusal of what could not be read."""
    return Refusal(Reason.of(Code.READ_FAILED, error=error))


class Asker:
    """Asks; every question is asked once, whoever asks it again, from any thread.

    ``planned`` counts the questions to AWS by region (None: the configured one), whatever their pages and retries.
    """

    def __init__(self, world: AwsWorld, calls: ReadOnlyCalls, now: int, elsewhere: Elsewhere | None = None) -> None:
        """``now`` is seconds since the epoch; ``elsewhere`` answers what is no call of AWS."""
        self.now = now
        self._world, self._calls, self._elsewhere = world, calls, elsewhere
        self.planned: dict[str | None, int] = {}
        self._answers: dict[str, Document | Refusal] = {}
        self._locks: dict[str, Lock] = {}
        self._pacers: dict[str, Pacer] = {}
        self._lock = Lock()

    def ask(self, call: str, parameters: Mapping[str, object], region: str | None = None) -> Document:
        """The whole answer, as JSON has it.

        Raises:
            Refusal: if the call is not on the list, is denied, fails, or what it is about is not there.
        """
        key = json.dumps([call, region, parameters], sort_keys=True, default=str)
        with self._lock:
            lock = self._locks.setdefault(key, Lock())
        with lock:
            if key not in self._answers:
                self._answers[key] = self._tried(call, parameters, region)
            found = self._answers[key]
        if isinstance(found, Refusal):
            raise Refusal(found.reason)
        return found

    def _tried(self, call: str, parameters: Mapping[str, object], region: str | None) -> Document | Refusal:
        allowed = self._calls.calls.get(call)
        if allowed is None:
            return failed(f"{call} is not on the list of calls that only read")
        try:
            if not allowed.actions:
                return self._outside(allowed, parameters)
            return _document(self._answered(allowed, parameters, region), allowed)
        except Refusal as refusal:
            return refusal
        except AwsFailure as failure:
            return failed(failure.message)
        except (BotoCoreError, ClientError) as error:
            return {} if code_of(error) in allowed.nothing else Refusal(reason_of(error, allowed))

    def _outside(self, allowed: ReadOnlyCall, parameters: Mapping[str, object]) -> Document:
        if self._elsewhere is None:
            raise failed(f"nobody answers {allowed.name} here")
        return _document(self._elsewhere(allowed.operation, parameters), allowed)

    def _answered(self, allowed: ReadOnlyCall, parameters: Mapping[str, object], region: str | None) -> Any:
        with self._lock:
            self.planned[region] = self.planned.get(region, 0) + 1
        client = self._world.client(allowed.service, region)
        method = next((name for name, one in client.meta.method_to_api_mapping.items() if one == allowed.operation), "")
        if not method:
            raise failed(f"the boto3 at hand doesn't know {allowed.name}: a newer one does")
        pace = self._pacer(allowed.service)
        if client.can_paginate(method):
            return _paged(client.get_paginator(method).paginate(**parameters), pace)
        return _followed(getattr(client, method), allowed, dict(parameters), pace)

    def _pacer(self, service: str) -> Pacer:
        with self._lock:
            if service not in self._pacers:
                self._pacers[service] = self._world.timing.pacer(RATES.get(service, RATE), BURST)
            return self._pacers[service]


def _paged(pages: Any, pace: Pacer) -> Document:
    """All pages in one: the first, with the lists of the others put to its own."""
    whole: Document = {}
    pace.wait()
    for page in pages:
        if whole:
            for key in pages.result_keys:
                _extend(whole, page, str(key.expression).split("."))
        else:
            whole = page
        pace.wait()
    return whole


def _extend(whole: Document, page: Document, path: list[str]) -> None:
    *above, last = path
    for name in above:
        whole, page = whole.setdefault(name, {}), page.get(name) or {}
    if isinstance(page.get(last), list):
        whole[last] = [*whole.get(last, ()), *page[last]]


def _followed(
    call: Callable[..., Document], allowed: ReadOnlyCall, parameters: dict[str, Any], pace: Pacer
) -> Document:
    """The pages of a call that the SDK has no paginator for: by its token, or loudly not at all."""
    whole: Document = {}
    for _ in range(MOST_PAGES):
        pace.wait()
        page = call(**parameters)
        _join(whole, page)
        token = next((page.get(name) for name in ("NextToken", "nextToken") if page.get(name)), None)
        if token is None:
            if left := [name for name in page if TOKENS.fullmatch(name) and page[name]]:
                raise failed(f"{allowed.name} has more pages, told by {left[0]}, and nobody knows how to ask for them")
            return whole
        if token in (parameters.get("NextToken"), parameters.get("nextToken")):
            break
        parameters["NextToken" if "NextToken" in page else "nextToken"] = token
    raise failed(f"{allowed.name} has pages without an end")


def _join(whole: Document, page: Document) -> None:
    """Lists are put together, of all else the first page's stands."""
    for name, value in page.items():
        if name in whole and isinstance(value, list):
            whole[name] = [*whole[name], *value]
        elif not TOKENS.fullmatch(name):
            whole.setdefault(name, value)


def _document(answer: object, allowed: ReadOnlyCall) -> Document:
    found: Document = _cleaned(answer, allowed.withheld)
    return found


def _cleaned(value: Any, withheld: frozenset[str]) -> Any:
    """A value as JSON has it, without what is withheld; instants in RFC 3339."""
    if isinstance(value, Mapping):
        kept = ((str(key), one) for key, one in value.items() if key not in withheld and key != "ResponseMetadata")
        return {key: _cleaned(one, withheld) for key, one in kept}
    if isinstance(value, list | tuple):
        return [_cleaned(one, withheld) for one in value]
    if isinstance(value, datetime):
        return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
    return value if value is None or isinstance(value, str | int | float | bool) else None


def _forbidden(error: BotoCoreError | ClientError) -> bool:
    """Services name a refusal as they like; its status is the same, and so is that of credentials that are no good."""
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") if isinstance(error, ClientError) else 0
    return status == 403 and not hopeless(error)


def reason_of(error: BotoCoreError | ClientError, allowed: ReadOnlyCall) -> Reason:
    """Why a call was not answered: refused (and what the role lacks), not there, or failed."""
    if is_denied(error) or _forbidden(error):
        return Reason.of(Code.ACCESS_DENIED, action=allowed.actions[0])
    said = " ".join(translate(error, allowed.name).message.split())
    if isinstance(error, ClientError) and GONE.fullmatch(code_of(error)):
        return Reason.of(Code.NOT_THERE, error=said)
    return Reason.of(Code.READ_FAILED, error=said)
