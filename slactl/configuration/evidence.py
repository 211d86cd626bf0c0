"""The ``evidence`` section: where evidence is kept, how finely, for how long.

The one rule: a lock on S3 always says how long it holds, and never longer than evidence is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from fractions import Fraction

from slactl.configuration.fields import Fields, quantity, text, word_of
from slactl.configuration.mistakes import Origin, Refused
from slactl.configuration.nodes import Scalar
from slactl.configuration.quantities import duration_text
from slactl.model.evidence import EvidenceSettings

EVIDENCE_KEYS = ("store", "resolution", "keep", "lock", "lock_for", "alarms", "topics")
RESOLUTIONS = {"5m": 300, "1m": 60}
LOCKS = ("governance", "compliance")
DEFAULT_STORE = "evidence/"
S3 = "s3://"
BUCKET = r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
S3_STORE = rf"{S3}{BUCKET}(/[A-Za-z0-9!_.*'()=-]+)*/?"
KEPT = r"[1-9][0-9]{0,4}[dy]"
LONGEST_KEPT = 36500
TOPIC = r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}(\.fifo)?"
_YEAR = Fraction(36525, 100)


def read_evidence(fields: Fields, beside: Callable[[str], str]) -> EvidenceSettings:
    """The settings; mistakes go to the notes.

    Args:
        fields: the section.
        beside: the path of a name that is relative to the file.
    """
    before = len(fields.notes.mistakes)
    fields.only(EVIDENCE_KEYS)
    store = fields.get("store", store_name, DEFAULT_STORE)
    settings = EvidenceSettings(
        store=store if store.startswith(S3) else beside(store),
        resolution=RESOLUTIONS[fields.get("resolution", word_of(*RESOLUTIONS), "5m")],
        keep=fields.get("keep", quantity(kept_days)),
        lock=fields.get("lock", word_of(*LOCKS)),
        lock_days=fields.get("lock_for", quantity(kept_days)),
        alarms=_alarms(fields),
        topics=fields.words("topics", topic) or (),
    )
    if len(fields.notes.mistakes) == before:
        _check_lock(fields, settings)
    return settings


def store_name(scalar: Scalar) -> str:
    """A directory, or ``s3://bucket/prefix``.

    Raises:
        Refused: for another scheme, a bucket that cannot be, or no directory of its own.
    """
    name = text(scalar)
    if re.match(r"[A-Za-z0-9+]+://", name):
        return _s3_name(name)
    if name.startswith("~"):
        raise Refused("must be a path, ~ is not the home directory here", "write the path in full")
    if not name.strip("./"):
        raise Refused("must be a directory of its own", f"write {DEFAULT_STORE}")
    return name


def _s3_name(name: str) -> str:
    parts = name.removeprefix(S3).split("/")
    if not re.fullmatch(S3_STORE, name) or {".", ".."} & set(parts):
        raise Refused("must be a directory or s3://bucket/prefix", "for example s3://example-evidence/slactl")
    return name.rstrip("/")


def kept_days(written: str) -> int:
    """Days of ``400d`` or ``4y``; a year is 365.25 days, rounded up in all.

    Raises:
        Refused: if it is neither, or more than a hundred years.
    """
    if not re.fullmatch(KEPT, written):
        raise Refused("must be whole days or years such as 400d or 4y", _kept_hint(written))
    number = int(written[:-1])
    days = number if written.endswith("d") else -int(-(number * _YEAR) // 1)
    if days > LONGEST_KEPT + 25:
        raise Refused("must not be longer than 100y")
    return days


def _kept_hint(written: str) -> str:
    if written.isascii() and written.isdecimal():
        return f"write the unit: {written}d is days, {written}y is years"
    return "the units are d and y; leave the key out to keep evidence for ever"


def topic(scalar: Scalar) -> str:
    """The ARN of an SNS topic.

    Raises:
        Refused: if it is none.
    """
    name = text(scalar)
    if not re.fullmatch(TOPIC, name):
        raise Refused("must be a topic's ARN such as arn:aws:sns:eu-west-1:123456789012:alerts")
    return name


def _alarms(fields: Fields) -> bool:
    """On, where nothing is said."""
    if fields.has("alarms"):
        return fields.flag("alarms")
    fields.notes.origins.append(Origin(fields.name("alarms"), True))
    return True


def _check_lock(fields: Fields, settings: EvidenceSettings) -> None:
    for key in ("lock", "lock_for"):
        if fields.has(key) and not settings.store.startswith(S3):
            fields.mistake(key, "holds only on S3, found it for a directory", "leave it out, or keep evidence in S3")
            return
    if settings.lock_days and not fields.has("lock"):
        fields.mistake("lock_for", "needs a lock, found none", "write lock: governance, or lock: compliance")
    if settings.lock and not fields.has("lock_for"):
        fields.mistake("lock", "needs lock_for, found none", "for example lock_for: 4y")
    if settings.keep and settings.lock_days and settings.lock_days > settings.keep:
        what = f"is longer than keep, found {duration_text(settings.lock_days * 86400)}"
        fields.mistake("lock_for", what, "nothing can be purged before its lock ends")
