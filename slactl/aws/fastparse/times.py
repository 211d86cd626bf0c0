"""Timestamps of every protocol.

The one rule: whatever the machine's time zone, a timestamp is a time in UTC.
"""

from __future__ import annotations

from datetime import UTC, datetime

from botocore.utils import parse_timestamp


def instant(value: float | str) -> datetime:
    """A timestamp of any protocol (seconds since the epoch, or text) as a time in UTC.

    Raises:
        ValueError: if it is none.
    """
    if isinstance(value, int | float):
        return datetime.fromtimestamp(value, UTC)
    if value.endswith("Z"):
        return datetime.fromisoformat(value)
    found: datetime = parse_timestamp(value)
    return found.astimezone(UTC)
