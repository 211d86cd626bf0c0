"""The JUnit XML: held against the schema of Jenkins (junit-10.xsd, MIT) and read by junitparser."""

from __future__ import annotations

from pathlib import Path

import pytest
from junitparser import Error, Failure, JUnitXml, Skipped, TestCase, TestSuite
from lxml import etree

from slactl.formats.check import CHECK_FORMATS
from slactl.formats.check.junit import visible
from slactl.model.check import Check
from tests.formats.check.checks import CHECKS, breached, check, good, hostile

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parent / "junit-10.xsd"))


def said(found: Check, language: str = "en") -> str:
    return CHECK_FORMATS["junit"].render(found, language)


def suites(found: Check) -> list[TestSuite]:
    return list(JUnitXml.fromstring(said(found).encode()))


def results(case: TestCase) -> list[tuple[type, str, str]]:
    return [(type(one), one.type, one.message) for one in case.result]


@pytest.mark.parametrize("name", CHECKS)
@pytest.mark.parametrize("language", ["it", "en"])
def test_every_check_keeps_the_schema(name: str, language: str) -> None:
    text = said(CHECKS[name](), language)
    assert text.endswith("</testsuites>\n" if CHECKS[name]().targets else " />\n")
    SCHEMA.assertValid(etree.fromstring(text.encode()))


def test_a_good_check_passes_and_what_only_informs_does_not_stop_it() -> None:
    (suite,) = suites(good())
    assert (suite.name, suite.tests, suite.failures, suite.errors, suite.skipped) == ("missions-api", 5, 0, 0, 1)
    assert [(case.name, case.is_passed) for case in suite] == [
        ("error-rate", True),
        ("response-time-query [query]", True),
        ("uptime", True),
        ("response-time", False),
        ("api-latency-p99", True),
    ]
    informative = list(suite)[-1]
    assert str(informative.system_out).startswith("BREACHED missions-api, API latency, p99: 2,500.0 ms")
    assert "[informative]" in str(informative.system_out)
    assert results(list(suite)[3]) == [(Skipped, "NOT_RATED", "no figure (< 2 s)")]


def test_a_breach_is_a_failure_and_the_unknown_an_error() -> None:
    (suite,) = suites(breached())
    assert (suite.tests, suite.failures, suite.errors, suite.skipped) == (4, 2, 1, 0)
    uptime, endpoints, errors, advisory = suite
    assert results(uptime) == [(Failure, "BREACHED", "99.899% (≥ 99.9%)")]
    assert results(endpoints) == [(Failure, "BREACHED", "0.200% (< 0.5%)")]
    assert "worst operations: GET /missions/{id} 9.000%" in str(endpoints.result[0].text)
    assert results(errors) == [(Error, "INSUFFICIENT_DATA", "no figure (< 0.5%)")]
    assert advisory.is_passed
    assert "The data could not be read: InternalError" in (
        etree.fromstring(said(breached()).encode()).findtext("testsuite/system-out") or ""
    )


def test_a_warning_passes_with_its_line() -> None:
    hour = CHECKS["hour"]()
    slow = next(suite for suite in suites(hour) if suite.name == "media-api")
    (case,) = slow
    assert case.is_passed
    assert str(case.system_out).startswith("WARNING media-api, Error rate: 7.190% (< 0.5%); burning 14.38×")


def test_each_service_is_a_suite_and_the_whole_is_counted() -> None:
    found = JUnitXml.fromstring(said(CHECKS["hour"]()).encode())
    assert [suite.name for suite in found] == ["missions-api", "media-api", "tiny"]
    assert (found.tests, found.failures, found.errors) == (4, 1, 1)


def test_names_from_outside_stay_text() -> None:
    found = hostile()
    read = suites(found)
    assert [suite.name for suite in read] == list(dict.fromkeys(visible(one.row.service) for one in found.targets))
    assert sum(len(list(suite)) for suite in read) == len(found.targets)
    assert "GET /<script>alert(1)</script>" in [suite.name for suite in read]


@pytest.mark.parametrize("sign", ["\x00", "\x08", "\x0b", "\x1b", "\x85", "\ud800", "\ufffe", "\uffff", "\u202e"])
def test_what_xml_cannot_hold_is_shown_as_its_number(sign: str) -> None:
    shown = visible(f"a{sign}b")
    assert shown.isprintable()
    assert f"{ord(sign):02x}" in shown
    assert etree.fromstring(f"<a>{shown}</a>").text == shown


def test_without_a_target_there_is_no_suite() -> None:
    assert suites(check()) == []
