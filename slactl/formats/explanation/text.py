"""An explanation as text: what was promised, what was counted, how it adds up, and how to ask again.

The one rule: plain lines in the order of the computation, and the figure they come to is the report's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from slactl.formats.explanation import account, counts, heading, parts, promises, reads, sums
from slactl.formats.explanation.voice import Voice
from slactl.formats.language import speak

if TYPE_CHECKING:
    from slactl.model.explanation import Explanation


def render(found: Explanation, language: str) -> str:
    """The explanation as text that ends with a newline.

    Raises:
        ValueError: if the language is unknown.
    """
    return "\n".join(_lines(Voice(found, speak(language)))) + "\n"


def _lines(voice: Voice) -> Iterator[str]:
    found = voice.found
    yield from heading.head(voice)
    yield from heading.maintenance(voice)
    yield from heading.missing(voice)
    if found.account is not None:
        yield from account.section(voice, found.account)
    yield from parts.section(voice)
    yield from promises.section(voice)
    yield from counts.section(voice)
    yield from sums.section(voice)
    if found.year is not None:
        yield from sums.year(voice, found.year)
    yield from reads.section(voice)
