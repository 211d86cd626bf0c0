"""Notices as JSON to any address of the web.

The one rule: the address that is configured is the only one that is spoken to: no redirect is followed,
certificates are checked, and nothing of an answer but its status is looked at.
"""

from __future__ import annotations

import json
import re
import ssl
from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import urllib3

from slactl.model.checking import Destination
from slactl.model.notice import Notice
from slactl.outbox.logs import overheard
from slactl.outbox.notification import notification
from slactl.outbox.secrets import Secret, Secrets
from slactl.ports.notices import NotDelivered

if TYPE_CHECKING:
    from slactl.model.checking import Keeper

CONNECT_SECONDS, READ_SECONDS = 5.0, 10.0
LOCAL = ("localhost", "127.0.0.1", "::1")
HEADER_NAME = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"
HEADER_VALUE = r"[\t -~]*"
WHY: tuple[tuple[type[Exception], str], ...] = (
    (urllib3.exceptions.SSLError, "its certificate could not be verified"),
    (ssl.SSLError, "its certificate could not be verified"),
    (urllib3.exceptions.NewConnectionError, "it could not be reached"),
    (urllib3.exceptions.ConnectTimeoutError, "it could not be reached in time"),
    (urllib3.exceptions.TimeoutError, "it did not answer in time"),
    (urllib3.exceptions.ProxyError, "the proxy could not be reached"),
    (urllib3.exceptions.ProtocolError, "the connection was lost"),
)


class WebhookChannel:
    """A ``Channel`` to a webhook."""

    def __init__(self, destination: Destination, secrets: Secrets, environ: Mapping[str, str], version: str) -> None:
        """``environ`` names proxies, as ``https_proxy`` and ``no_proxy`` do."""
        assert destination.keeper is not None
        self._keeper: Keeper = destination.keeper
        self._headers = destination.headers
        self._secrets, self._environ, self._version = secrets, environ, version

    def send(self, notice: Notice) -> None:
        """Posts it, with the id as ``Idempotency-Key``."""
        address = self._secrets.of(self._keeper)
        check_address(address, self._keeper.place)
        headers = {
            "Content-Type": "application/json",
            "User-Agent": f"slactl/{self._version}",
            "Idempotency-Key": notice.id,
            **(further_headers(self._secrets.variable(self._headers), self._headers) if self._headers else {}),
        }
        status = self._posted(address, notification(notice), headers)
        if not 200 <= status < 300:
            more = ", and no redirect is followed" if 300 <= status < 400 else ""
            raise NotDelivered(f"the webhook answered {status}{more}")

    def _posted(self, address: Secret, body: bytes, headers: Mapping[str, str]) -> int:
        timeout = urllib3.Timeout(connect=CONNECT_SECONDS, read=READ_SECONDS)
        try:
            with overheard(), self._pool(address) as pool:
                answer = pool.request(
                    "POST",
                    address.reveal(),
                    body=body,
                    headers=headers,
                    timeout=timeout,
                    retries=False,
                    redirect=False,
                    preload_content=False,
                )
                answer.close()
                return int(answer.status)
        except (urllib3.exceptions.HTTPError, OSError, ValueError) as error:
            raise NotDelivered(f"the webhook was not told: {_why(error)}") from None

    def _pool(self, address: Secret) -> urllib3.PoolManager:
        proxy = self._proxy(address)
        return urllib3.ProxyManager(proxy) if proxy else urllib3.PoolManager()

    def _proxy(self, address: Secret) -> str | None:
        """The proxy that the environment names for the address, if any."""
        parts = urlsplit(address.reveal())
        names = (f"{parts.scheme}_proxy", f"{parts.scheme}_proxy".upper() if parts.scheme == "https" else "")
        proxy = next((self._environ[name] for name in names if self._environ.get(name)), None)
        host, without = parts.hostname or "", self._environ.get("no_proxy") or self._environ.get("NO_PROXY") or ""
        return None if host in LOCAL or _is_among(host, without) else proxy


def check_address(address: Secret, place: str) -> None:
    """Only https goes over a network.

    Raises:
        NotDelivered: for any other address; it is not repeated.
    """
    try:
        parts = urlsplit(address.reveal())
        fits = bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        raise NotDelivered(f"what {place} holds is no address") from None
    if not fits or re.search(r"[\s\x00-\x1f\x7f]", address.reveal()):
        raise NotDelivered(f"what {place} holds is no address")
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in LOCAL):
        raise NotDelivered(f"the address that {place} holds does not begin with https://")


def further_headers(held: Secret, name: str) -> dict[str, str]:
    """The headers of a JSON object of texts.

    Raises:
        NotDelivered: if it is none, or one of them cannot be a header; none is repeated.
    """
    try:
        found = json.loads(held.reveal())
    except ValueError:
        found = None
    fits = isinstance(found, dict) and all(
        isinstance(value, str) and re.fullmatch(HEADER_NAME, key) and re.fullmatch(HEADER_VALUE, value)
        for key, value in found.items()
    )
    if not fits:
        raise NotDelivered(f'the variable {name} is no JSON object of headers such as {{"Authorization": "…"}}')
    return dict(found)


def _is_among(host: str, names: str) -> bool:
    """Whether a host is one of ``no_proxy``, or below one: ``example.com,.internal,*``."""
    listed = [name.strip().lstrip(".").lower() for name in names.split(",") if name.strip()]
    return "*" in listed or any(host == name or host.endswith(f".{name}") for name in listed)


def _why(error: Exception) -> str:
    """What happened, by the kind of an error alone: its text may hold the address."""
    for cause in (error, getattr(error, "original_error", None), error.__cause__, error.__context__):
        for kind, what in WHY:
            if isinstance(cause, kind):
                return what
    return "it could not be reached"
