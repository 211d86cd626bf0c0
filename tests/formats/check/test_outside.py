"""Whatever stands in a name from outside, every format stays itself: generated names, and no name is lost."""

from __future__ import annotations

import json
from dataclasses import replace
from fractions import Fraction

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree
from prometheus_client.parser import text_string_to_metric_families

from slactl.formats.check import CHECK_FORMATS
from slactl.formats.check.junit import visible
from slactl.formats.sanitize import plain
from slactl.model.burn import Course, Spender
from slactl.model.check import Check
from slactl.model.report import Budget, Gap, Rollup
from slactl.model.status import Code, Reason, Status
from tests.formats.agreement import ERRORS
from tests.formats.check.checks import NOVEMBER, check, outlook, row, target

NAMES = st.text(
    st.characters() | st.sampled_from("|'\"\\<>=;\n\r\t\x1b\u202e\u2028\ud800\ufffe$`"), min_size=1, max_size=30
)
STATUSES = st.sampled_from(list(Status))


def hostile(service: str, operation: str, status: Status) -> Check:
    found = row(
        ERRORS,
        status,
        service=service,
        operation=operation,
        operation_class=operation,
        value=Fraction(1, 10),
        good=90,
        total=100,
        budget=Budget(Fraction(1, 2), Fraction(10)),
        reason=Reason.of(Code.READ_FAILED, error=operation),
        rollup=Rollup(status, operation),
        outlook=replace(outlook(Course.SPENT), spent_by=(Spender(operation, 10, Fraction(1)),)),
    )
    gap = Gap(Reason.of(Code.READ_FAILED, error=service), service, operation, NOVEMBER)
    return check(target(found, operation), gaps=(gap,), told=(Reason.of(Code.DISCOVERY_INCOMPLETE, error=operation),))


def said(form: str, found: Check) -> str:
    text = CHECK_FORMATS[form].render(found, "en")
    assert text.encode().decode() == text
    return text


@settings(max_examples=60, deadline=None)
@given(service=NAMES, operation=NAMES, status=STATUSES)
def test_a_line_is_a_line_and_a_bar_begins_data(service: str, operation: str, status: Status) -> None:
    text = said("text", hostile(service, operation, status))
    # The first line, the target, what was told, the gap, until when.
    assert len(text.splitlines()) == text.count("\n") == 5
    assert text.count("|") == 1
    assert text.split(" | ")[1].splitlines()[0].count("'") == 4


@settings(max_examples=60, deadline=None)
@given(service=NAMES, operation=NAMES, status=STATUSES)
def test_xml_and_prometheus_give_the_names_back(service: str, operation: str, status: Status) -> None:
    found = hostile(service, operation, status)
    suite = etree.fromstring(said("junit", found).encode())[0]
    assert suite.get("name") == visible(service)
    case = suite.find("testcase")
    assert case is not None
    assert case.get("name") == visible(f"error-rate [{operation}] {operation}")
    (binding,) = [
        one for one in text_string_to_metric_families(said("prometheus", found)) if one.name.endswith("_binding")
    ]
    labels = binding.samples[0].labels
    assert (labels["service"], labels["operation"]) == (plain(service), plain(operation))


@settings(max_examples=60, deadline=None)
@given(service=NAMES, operation=NAMES, status=STATUSES)
def test_json_gives_the_very_names_back(service: str, operation: str, status: Status) -> None:
    (result,) = json.loads(said("json", hostile(service, operation, status)))["results"]
    assert (result["service"], result["operation"], result["title"]) == (service, operation, operation)
