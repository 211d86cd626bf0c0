"""Calls to Cloudflare: one pace, a few tries, and errors in slactl's words.

The one rule: of an answer that is not wholly good nothing is used: an ``errors`` array beside data, a page that is no
JSON, or a status that is not 200 is a failure with its reason, without the token in it.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from slactl.aws.session import Timing
from slactl.model.status import Code, Reason
from slactl.sources.cloudflare.token import LOCAL, Token

QUERIES_A_SECOND, BURST = 1.0, 250
"""Cloudflare lets 300 queries through in five minutes."""
TRIES = 4
LONGEST_WAIT = 330.0
CONNECT_SECONDS, READ_SECONDS = 5.0, 60.0
LARGEST = 64 * 1024 * 1024
MOST_SAID = 200
PER_PAGE, MOST_PAGES = 50, 200
AGAIN = (429, 500, 502, 503, 504, 520, 522, 524)
DENIED = (401, 403)
AUTHORISING = frozenset({"authz", "authn"})
TOO_OLD = "older than"
NO_BUCKET = 10006
UNSET = "CLOUDFLARE_API_TOKEN is not set"
UNFIT = "CLOUDFLARE_API_TOKEN holds no token"


class CloudflareFailure(Exception):
    """What Cloudflare would not tell, and why."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(str(dict(reason.figures).get("error", reason.code.value)))
        self.reason = reason


def failed(error: str, code: Code = Code.READ_FAILED) -> CloudflareFailure:
    """The failure of a reading."""
    return CloudflareFailure(Reason.of(code, error=error))


@dataclass(frozen=True, slots=True)
class Received:
    """An answer as it came: its status, its ``Retry-After`` in seconds (None without one), its body."""

    status: int
    wait: float | None
    body: bytes


class CloudflareClient:
    """Speaks to one address with one token; safe to share between threads."""

    def __init__(
        self, token: Token, endpoint: str, timing: Timing, version: str, environ: Mapping[str, str] | None = None
    ) -> None:
        """``environ`` names a proxy, as ``https_proxy`` and ``no_proxy`` do."""
        self._token, self._endpoint, self._version = token, endpoint, version
        self._environ, self._timing = dict(environ or {}), timing
        self._pace = timing.pacer(QUERIES_A_SECOND, BURST)
        self._pool: Any = None
        self._lock = Lock()

    def graphql(self, query: str, variables: Mapping[str, object]) -> dict[str, Any]:
        """The ``data`` of a query.

        Raises:
            CloudflareFailure: if it cannot be had whole.
        """
        body = json.dumps({"query": query, "variables": dict(variables)}).encode()
        found = self._told("POST", "/graphql", {"Content-Type": "application/json"}, body)
        if found.get("errors") or not isinstance(found.get("data"), dict):
            raise self._complaint(found.get("errors"), 200)
        data: dict[str, Any] = found["data"]
        return data

    def get(self, segments: tuple[str, ...], headers: Mapping[str, str] | None = None) -> Any:
        """The ``result`` of a REST call by the parts of its path, which may hold any text.

        Raises:
            CloudflareFailure: if it cannot be had.
        """
        path = "".join(f"/{quote(part, safe='')}" for part in segments)
        found = self._told("GET", path, dict(headers or {}), None)
        if found.get("success") is not True:
            raise self._complaint(found.get("errors"), 200)
        return found.get("result")

    def listed(self, segments: tuple[str, ...], headers: Mapping[str, str] | None = None) -> list[Any]:
        """The ``result`` of every page of a REST list, in their order.

        Raises:
            CloudflareFailure: if it cannot be had whole.
        """
        path, asked = "".join(f"/{quote(part, safe='')}" for part in segments), {"per_page": str(PER_PAGE)}
        results: list[Any] = []
        for number in range(1, MOST_PAGES + 1):
            found = self._told("GET", f"{path}?{urlencode(asked)}", dict(headers or {}), None)
            if found.get("success") is not True:
                raise self._complaint(found.get("errors"), 200)
            results.append(found.get("result"))
            info = found.get("result_info") or {}
            if info.get("cursor"):
                asked["cursor"] = str(info["cursor"])
            elif number < (info.get("total_pages") or 1):
                asked["page"] = str(number + 1)
            else:
                return results
        raise failed("Cloudflare's list has pages without an end")

    def _told(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> dict[str, Any]:
        answer = self._tried(lambda: self._sent(method, path, headers, body))
        try:
            found = json.loads(answer.body)
        except (ValueError, RecursionError):
            found = None
        if answer.status != 200:
            raise self._complaint(found.get("errors") if isinstance(found, dict) else None, answer.status)
        if not isinstance(found, dict):
            raise failed("Cloudflare's answer is no JSON object")
        return found

    def _tried(self, send: Callable[[], Received]) -> Received:
        """The first answer that need not be asked again, or the last one."""
        if not self._token:
            raise failed(UNSET, Code.ACCESS_DENIED)
        if not self._token.fits():
            raise failed(UNFIT, Code.ACCESS_DENIED)
        for attempt in range(TRIES):
            self._pace.wait()
            answer = self._attempt(send, last=attempt == TRIES - 1)
            if answer is not None and (answer.status not in AGAIN or attempt == TRIES - 1):
                return answer
            asked = answer.wait if answer is not None else None
            self._timing.sleep(min(LONGEST_WAIT, 2.0**attempt if asked is None else max(0.0, asked)))
        raise AssertionError("the last attempt answers or raises")

    def _attempt(self, send: Callable[[], Received], last: bool) -> Received | None:
        """An answer, or None where none came and another attempt is left."""
        import urllib3

        try:
            return send()
        except (urllib3.exceptions.HTTPError, OSError) as error:
            if last:
                raise failed(f"Cloudflare could not be reached ({type(error).__name__})") from None
            return None

    def _sent(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Received:
        import urllib3

        answer = self._made_pool().request(
            method,
            f"{self._endpoint}{path}",
            body=body,
            headers={
                "Accept": "application/json",
                "User-Agent": f"slactl/{self._version}",
                "Authorization": f"Bearer {self._token.reveal()}",
                **headers,
            },
            timeout=urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS),
            retries=False,
            redirect=False,
            preload_content=False,
        )
        try:
            content = answer.read(LARGEST + 1, decode_content=True)
        finally:
            answer.release_conn()
        if len(content) > LARGEST:
            raise failed("Cloudflare's answer is too large")
        return Received(int(answer.status), _seconds(answer.headers.get("Retry-After")), content)

    def _made_pool(self) -> Any:
        import urllib3

        with self._lock:
            if self._pool is None:
                proxy = self._proxy()
                self._pool = urllib3.ProxyManager(proxy) if proxy else urllib3.PoolManager()
            return self._pool

    def _proxy(self) -> str | None:
        host = urlsplit(self._endpoint).hostname or ""
        without = (self._environ.get("no_proxy") or self._environ.get("NO_PROXY") or "").split(",")
        names = [name.strip().lstrip(".").lower() for name in without if name.strip()]
        if host in LOCAL or "*" in names or any(host == name or host.endswith(f".{name}") for name in names):
            return None
        return self._environ.get("https_proxy") or self._environ.get("HTTPS_PROXY") or None

    def _complaint(self, errors: object, status: int) -> CloudflareFailure:
        """The failure of an answer with these ``errors`` and this status."""
        told = [one for one in errors if isinstance(one, dict)] if isinstance(errors, list) else []
        said = "; ".join(dict.fromkeys(_plain(one.get("message")) for one in told if one.get("message")))
        text = self._token.hidden(f"Cloudflare answered {status}" + (f": {said}" if said else ""))[:MOST_SAID]
        codes = {str((one.get("extensions") or {}).get("code", "")) for one in told if _has_extensions(one)}
        if status in DENIED or codes & AUTHORISING:
            return failed(text, Code.ACCESS_DENIED)
        if any(one.get("code") == NO_BUCKET for one in told):
            return failed(text, Code.NOT_THERE)
        return failed(text, Code.NO_LONGER_KEPT if TOO_OLD in said else Code.READ_FAILED)


def _has_extensions(error: Mapping[str, object]) -> bool:
    return isinstance(error.get("extensions"), dict)


def _plain(text: object) -> str:
    return " ".join(str(text).split())


def _seconds(text: str | None) -> float | None:
    """A ``Retry-After`` in seconds; one that is a date is not worth reading another clock for."""
    digits = (text or "").strip()
    return float(digits) if digits.isascii() and digits.isdigit() else None
