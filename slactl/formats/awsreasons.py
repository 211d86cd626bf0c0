"""Why AWS's figure of an objective may differ from ours, in the reader's language.

The one rule: a code has one sentence; one that is not known here is said as it is.
"""

from __future__ import annotations

from slactl.formats.language import Language, mark

SENTENCES = {
    "history": mark("AWS had too little data: an SLO knows nothing of the time before it was created."),
    "time-zone": mark("AWS's month is that of UTC, not of the agreement's time zone."),
    "slices": mark("AWS counts requests, the agreement counts slices of time or averages."),
    "percentile": mark("AWS judges the share of requests within the limit, not the percentile."),
    "exclusions": mark("AWS leaves out only the windows that it was told of before they began."),
    "annual": mark("AWS judges the month, the agreement the year."),
    "per-operation": mark("AWS counts all endpoints together."),
    "approximate-counts": mark("AWS counts fast requests minute by minute; such counts are approximations."),
}


def aws_reason(code: str, language: Language) -> str:
    """The sentence of a code."""
    return language.gettext(SENTENCES[code]) if code in SENTENCES else code
