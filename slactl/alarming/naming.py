"""The names of alarms.

The one rule: a name is a function of what the alarm is for, never of its neighbours, so that it stays when others
come and go; whatever had to be changed or cut ends with a digest of the whole.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable

LONGEST = 255
DIGEST = 10
_REPLACED = {'"': "'", "\\": "/"}


def alarm_name(prefix: str, parts: Iterable[str]) -> str:
    """``<prefix> <parts ...>``, at most 255 characters, without control characters, quotes and backslashes.

    The same parts give the same name; parts that differ differ in it, or in its digest.
    """
    whole = " ".join((prefix, *(part for part in parts if part)))
    clean = " ".join("".join(map(_fitting, whole)).split())
    if clean == whole and len(whole) <= LONGEST:
        return whole
    digest = hashlib.sha256(whole.encode("utf-8", "surrogatepass")).hexdigest()[:DIGEST]
    return f"{clean[: LONGEST - DIGEST - 1].rstrip()} {digest}"


def child_name(prefix: str, service: str, objective: str | None, what: str, operation: str | None) -> str:
    """The name of an alarm of a service: what it watches, and for which promise."""
    return alarm_name(prefix, (service, objective or "", what, operation or ""))


def readable(text: str) -> str:
    """A text on one line, without what cannot be printed."""
    return " ".join("".join(" " if _control(sign) else sign for sign in text).split())


def _fitting(sign: str) -> str:
    return " " if _control(sign) else _REPLACED.get(sign, sign)


def _control(sign: str) -> bool:
    """Whether it is a control, a lone half of a pair, or the end of a line."""
    return unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp")
