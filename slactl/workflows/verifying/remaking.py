"""What a JSON report says of its making, so that it can be made again.

The one rule: clock, versions and command are taken from the report as they stand, because nobody can
compute them; everything else is computed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slactl.model.period import Month
from slactl.ports.archive import EvidenceFailure
from slactl.workflows.report import Circumstances
from slactl.workflows.verifying.moments import instant_of

HINT = "it was not written by slactl bundle, or it was tampered with"
Document = Mapping[str, Any]


def month_of(document: Document) -> Month:
    """The month that a report is about.

    Raises:
        EvidenceFailure: if it names none.
    """
    try:
        return Month.parse(document["period"]["label"])
    except (KeyError, TypeError, ValueError, AttributeError):
        raise EvidenceFailure("the JSON report names no month", HINT) from None


def clock_of(document: Document) -> int:
    """When a report says it was made, in seconds since the epoch.

    Raises:
        EvidenceFailure: if it doesn't.
    """
    return int(_stated(document, instant_of, "generated_at"))


def version_of(document: Document) -> str:
    """The version of slactl that a report says made it.

    Raises:
        EvidenceFailure: if it doesn't.
    """
    return str(_stated(document, _text, "provenance", "version"))


def configuration_of(document: Document) -> dict[str, str]:
    """The SHA-256 of each file of the configuration that a report says it was made with, by name.

    Raises:
        EvidenceFailure: if it doesn't.
    """
    files = _stated(document, list, "provenance", "config_files")
    return {_stated(file, _text, "name"): _stated(file, _text, "sha256") for file in files}


def circumstances_of(document: Document, digest: str) -> Circumstances:
    """The circumstances that a report states; ``digest`` is that of the configuration that is there.

    Raises:
        EvidenceFailure: if it doesn't state them.
    """
    until = _stated(document, instant_of, "provenance", "read_until")
    return Circumstances(
        now=clock_of(document),
        clock_set=_stated(document, bool, "provenance", "clock_set"),
        version=version_of(document),
        python=_stated(document, _text, "provenance", "python"),
        boto3=_stated(document, _text, "provenance", "boto3"),
        tzdata=_stated(document, _text, "provenance", "tzdata"),
        config_digest=digest,
        command=_stated(document, _text, "provenance", "command"),
        finished=lambda: until,
    )


def _stated(document: Document, read: Any, *path: str) -> Any:
    value: Any = document
    try:
        for key in path:
            value = value[key]
        return read(value)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise EvidenceFailure(f"the JSON report does not state its {'.'.join(path)}", HINT) from None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value
