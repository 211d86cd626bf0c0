"""A figure that is published as a metric of CloudWatch."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Datum:
    """One value of a metric; ``unit`` is one of CloudWatch's, ``dimensions`` are in order of their making."""

    name: str
    value: float
    unit: str
    dimensions: tuple[tuple[str, str], ...]
