"""How a report came about: version, digests, clock and command.

The one rule: nothing in it is a figure; two reports of the same data and agreement differ only here.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Provenance:
    """How the report came about. ``data_digest`` is the SHA-256 of what was read, canonically written."""

    version: str
    data_digest: str
    config_digest: str
    tzdata: str
    python: str
    boto3: str
    clock_set: bool
    read_from: int
    read_until: int
    command: str
