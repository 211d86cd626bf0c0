"""Reads the written quantities of the agreement: goals, percentages, durations, limits.

Decides how a decimal is read. The one rule: as written (rule 2), so ``99.9%`` is 999/1000.
"""

import re
from fractions import Fraction

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800}


def signed(text: str) -> tuple[str, str]:
    """``"< 1000ms"`` as its sign and the rest."""
    found = re.fullmatch(r"\s*(<=|>=|<|>)\s*(.+?)\s*", text)
    if found is None:
        raise ValueError(f"no sign in {text!r}")
    return found.group(1), found.group(2)


def share(text: str) -> Fraction:
    """``"99.9%"`` as a fraction of one."""
    if not text.endswith("%"):
        raise ValueError(f"no percentage: {text!r}")
    return Fraction(text[:-1].strip()) / 100


def seconds(text: str) -> int:
    """``"5m"`` or ``"48h"`` in seconds."""
    found = re.fullmatch(r"(\d+)\s*([smhdw])", text.strip())
    if found is None:
        raise ValueError(f"no duration: {text!r}")
    return int(found.group(1)) * SECONDS[found.group(2)]


def milliseconds(text: str) -> Fraction:
    """``"1000ms"`` or ``"2s"`` in milliseconds."""
    found = re.fullmatch(r"([0-9.]+)\s*(ms|s)", text.strip())
    if found is None:
        raise ValueError(f"no latency: {text!r}")
    return Fraction(found.group(1)) * (1000 if found.group(2) == "s" else 1)


def rank(percentile: str) -> Fraction:
    """``"p99"`` as 99/100, ``"p99.9"`` as 999/1000."""
    return Fraction(percentile.removeprefix("p")) / 100
