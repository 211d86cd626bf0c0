"""Numbers of an answer in the old query protocol.

The one rule: a list is taken only where its text is nothing but members without markup; what belongs
to which result is told by an XML parser, from the answer without its numbers.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, XMLParser

from slactl.aws.fastparse.numbers import Checker, Odd, Taken
from slactl.aws.fastparse.times import instant

_MEMBER = re.compile(rb"<member>([0-9A-Za-z.:+-]+)</member>")
_LIST = re.compile(
    rb"<(Timestamps|Values)>((?:[ \t\r\n]*<member>[0-9A-Za-z.:+-]+</member>)*)[ \t\r\n]*</\1>"
    rb"|<(Timestamps|Values) ?/>"
)
_PROLOGUE = re.compile(rb"<\?xml[^<>]*\?>")


def take(body: bytes) -> Taken:
    """The numbers of an answer, and the answer without them.

    Raises:
        Odd, ValueError, LookupError, ParseError: if it does not look as expected.
    """
    begun = _PROLOGUE.match(body)
    if b"<!" in body or b" at=" in body or body.find(b"<?", begun.end() if begun else 0) >= 0:
        raise Odd
    lists: list[bytes] = []

    def emptied(found: re.Match[bytes]) -> bytes:
        lists.append(found[2] or b"")
        return b'<%b at="%d"/>' % (found[1] or found[3], len(lists) - 1)

    rest = _LIST.sub(emptied, body)
    clock, checker = _Clock(), Checker()
    return Taken(rest, [checker.checked(*_numbers(result, lists, clock)) for result in _results(rest)])


def _results(rest: bytes) -> list[Element]:
    parser = XMLParser(encoding="utf-8")  # noqa: S314 - there is no markup declaration in it, and botocore parses it too
    parser.feed(rest)
    tree = parser.close()
    return list(_child(_child(tree, "GetMetricDataResult"), "MetricDataResults"))


def _numbers(result: Element, lists: list[bytes], clock: _Clock) -> tuple[list[float], list[float]]:
    texts = _MEMBER.findall(lists[int(_child(result, "Timestamps").attrib["at"])])
    values = _MEMBER.findall(lists[int(_child(result, "Values").attrib["at"])])
    return [clock[text] for text in texts], list(map(float, values))


def _child(node: Element, name: str) -> Element:
    """The one part of that name.

    Raises:
        ValueError: if there is none or more than one.
    """
    (found,) = [part for part in node if part.tag.rpartition("}")[2] == name]
    return found


class _Clock(dict[bytes, float]):
    """Seconds of the texts of an answer; the same few texts stand in every series."""

    def __missing__(self, text: bytes) -> float:
        found = self[text] = (instant(text.decode()) - _EPOCH).total_seconds()
        return found


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
