"""The names of SLOs, inside AWS's pattern.

The one rule: a name is a function of prefix, service and objective; whatever had to be changed or cut ends with a
digest of the whole.
"""

from __future__ import annotations

import hashlib
import re

LONGEST = 127
DIGEST = 10
_UNFIT = re.compile(r"[^-._0-9A-Za-z ]+")
_EDGE = "-._ "


def slo_name(prefix: str, service: str, objective: str) -> str:
    """``<prefix> <service> <objective>``, at most 127 characters of ``-._0-9A-Za-z`` and blanks."""
    whole = f"{prefix} {service} {objective}"
    if _fitting(whole) == whole and len(whole) <= LONGEST and whole.startswith(beginning(prefix)):
        return whole
    digest = hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:DIGEST]
    return f"{beginning(prefix)}{_fitting(f'{service} {objective}')}"[: LONGEST - DIGEST - 1].rstrip() + f" {digest}"


def beginning(prefix: str) -> str:
    """What every name of a prefix begins with, its blank included."""
    return f"{_fitting(prefix)[:60].rstrip(_EDGE) or 'slactl'} "


def _fitting(text: str) -> str:
    """A text of signs that AWS takes, which begins and ends with a letter or digit."""
    return " ".join(_UNFIT.sub(" ", text).split()).strip(_EDGE)
