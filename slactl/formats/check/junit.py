"""The check as JUnit XML, for gates of CI systems: a suite for each service, a case for each target.

The one rule: a case fails when its target is BREACHED, is in error when nobody can tell, is skipped when
there is nothing to judge, and passes otherwise. What only informs never stops a gate: it passes, and its
line tells the truth. Names of cases don't change with the language, because their history goes by them.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from slactl.formats.check.lines import figure, said, target_line
from slactl.formats.language import Language, speak
from slactl.formats.sanitize import plain
from slactl.formats.times import span_iso, utc
from slactl.model.status import Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from slactl.model.check import Check, Target
    from slactl.model.report import Gap

NO_CHARACTERS = re.compile("[\ufffe\uffff]")
TAGS = {Status.BREACHED: "failure", Status.INSUFFICIENT_DATA: "error", Status.NOT_RATED: "skipped"}
COUNTED = (("failures", "failure"), ("errors", "error"), ("skipped", "skipped"))


def render(check: Check, language: str) -> str:
    """The check as an XML document that ends with a newline.

    Raises:
        ValueError: if the language is unknown.
    """
    spoken = speak(language)
    services = dict.fromkeys(target.row.service for target in check.targets)
    root = ET.Element("testsuites", {"name": f"slactl check {check.window.value}"})
    root.extend([_suite(check, service, spoken) for service in services])
    _count(root, COUNTED[:2])
    ET.indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def visible(text: str) -> str:
    """Text from outside as XML 1.0 can hold it; the XML writer escapes the signs of markup."""
    return NO_CHARACTERS.sub(lambda found: f"\\u{ord(found.group()):04x}", plain(text))


def _suite(check: Check, service: str, language: Language) -> ET.Element:
    stamp = utc(check.now).removesuffix("Z")  # the form knows no zone
    suite = ET.Element("testsuite", {"name": visible(service), "timestamp": stamp, "time": "0"})
    _properties(suite, check)
    suite.extend([_case(check, target, language) for target in check.targets if target.row.service == service])
    gaps = [gap for gap in check.gaps if gap.service in (None, service)]
    if lines := [*(said(reason, language) for reason in check.told), *_gaps(check, gaps, language)]:
        ET.SubElement(suite, "system-out").text = visible_lines(lines)
    _count(suite, COUNTED)
    return suite


def visible_lines(lines: Iterable[str]) -> str:
    """Lines of which each is one line."""
    return "\n".join(visible(line) for line in lines)


def _properties(suite: ET.Element, check: Check) -> None:
    properties = ET.SubElement(suite, "properties")
    for name, value in (
        ("window", check.window.value),
        ("start", utc(check.period.start)),
        ("settled_until", utc(check.settled_until)),
    ):
        ET.SubElement(properties, "property", {"name": name, "value": value})


def _case(check: Check, target: Target, language: Language) -> ET.Element:
    case = ET.Element("testcase", {"name": _name(target), "classname": visible(target.row.service), "time": "0"})
    line = visible(target_line(check, target, language))
    tag = TAGS.get(target.status)
    if tag is None or (not target.row.binding and target.status is not Status.NOT_RATED):
        ET.SubElement(case, "system-out").text = line
        return case
    message = visible(figure(check, target, language))
    ET.SubElement(case, tag, {"type": target.status.value, "message": message}).text = line
    return case


def _name(target: Target) -> str:
    row = target.row
    kind = None if row.operation_class is None else f"[{row.operation_class}]"
    return visible(" ".join(part for part in (row.objective, kind, row.operation) if part is not None))


def _gaps(check: Check, gaps: Iterable[Gap], language: Language) -> list[str]:
    zone = check.catalogue.report.zone
    lines = (f"{gap.operation or ''} {span_iso(gap.span, zone)}: {said(gap.reason, language)}".strip() for gap in gaps)
    return list(dict.fromkeys(lines))


def _count(element: ET.Element, counted: Iterable[tuple[str, str]]) -> None:
    element.set("tests", str(len(list(element.iter("testcase")))))
    for attribute, tag in counted:
        element.set(attribute, str(len(list(element.iter(tag)))))
