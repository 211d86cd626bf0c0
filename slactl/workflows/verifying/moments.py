"""Instants as a verification writes and reads them: RFC 3339 in UTC.

The one rule: what is no such instant is refused, not guessed.
"""

from __future__ import annotations

from datetime import UTC, datetime


def minute(instant: int) -> str:
    """``2026-10-07T14:00Z``."""
    return f"{datetime.fromtimestamp(instant, UTC):%Y-%m-%dT%H:%MZ}"


def second(instant: int) -> str:
    """``2026-10-07T14:00:00Z``."""
    return f"{datetime.fromtimestamp(instant, UTC):%Y-%m-%dT%H:%M:%SZ}"


def instant_of(text: object) -> int:
    """Seconds since the epoch.

    Raises:
        ValueError: if it is no instant with an offset.
    """
    found = datetime.fromisoformat(text) if isinstance(text, str) else None
    if found is None or found.tzinfo is None:
        raise ValueError(f"no instant: {text!r}")
    return int(found.timestamp())
