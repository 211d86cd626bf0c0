"""The token that Cloudflare knows us by.

The one rule: it is handed on wrapped, and only the line that sends it unwraps it.
"""

from __future__ import annotations

from urllib.parse import urlsplit

ENDPOINT = "https://api.cloudflare.com/client/v4"
LOCAL = ("localhost", "127.0.0.1", "::1")
HIDDEN = "…"


class Token:
    """A text that is not to be seen."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """``text`` may have blanks around it; empty means that there is none."""
        self._text = text.strip()

    def __bool__(self) -> bool:
        return bool(self._text)

    def __repr__(self) -> str:
        return "Token(…)"

    def reveal(self) -> str:
        """The text, for the one who sends it."""
        return self._text

    def fits(self) -> bool:
        """Whether it can stand in a header."""
        return self._text.isascii() and self._text.isprintable() and " " not in self._text

    def hidden(self, text: str) -> str:
        """A text without the token in it."""
        return text.replace(self._text, HIDDEN) if self._text else text


def endpoint_of(address: str) -> str:
    """The address to speak to: https, or a local one, without a slash at its end.

    Raises:
        ValueError: for any other, which the token must not be sent to.
    """
    parts = urlsplit(address)
    local = parts.scheme == "http" and parts.hostname in LOCAL
    if not parts.hostname or not (parts.scheme == "https" or local) or parts.query or parts.fragment or parts.username:
        raise ValueError("Cloudflare's address begins with https://")
    return address.rstrip("/")
