"""The plugin output: read by Nagios and by the Perl library of the Monitoring Plugins, whatever is in it."""

from __future__ import annotations

import re
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest

from slactl.formats.check import CHECK_FORMATS
from slactl.formats.check.perfdata import digits
from slactl.model.check import Check
from slactl.model.report import Budget
from slactl.model.status import Status
from tests.formats.agreement import ERRORS
from tests.formats.check.checks import CHECKS, burning, check, errors, good, hour, latency, lean, row, target, uptime
from tests.formats.check.plugins import WORDS, heard_by_nagios, perfdata

CODES = {"good": 0, "breached": 2, "unknown": 3, "hour": 2, "hostile": 2, "nothing": 0}
CASES = [(name, language) for name in CHECKS for language in ("it", "en")]
DATUM = re.compile(r"'[^'=|]+'=(U|-?[0-9]+(\.[0-9]+)?%?)(;[0-9.:]*){0,3}")


def said(found: Check, language: str = "en") -> str:
    return CHECK_FORMATS["text"].render(found, language)


def apart(text: str) -> tuple[list[str], str]:
    """The lines without their performance data, and these."""
    parts = [line.partition(" | ") for line in text.splitlines()]
    return [line for line, _, _ in parts], " ".join(data for _, _, data in parts if data)


def test_nagios_hears_every_line_and_every_datum(tmp_path: Path) -> None:
    checks = {name: made() for name, made in CHECKS.items()}
    # Nagios reads 8 KiB of a plugin; so much hostility would be cut.
    checks["hostile"] = replace(checks["hostile"], targets=checks["hostile"].targets[:9], gaps=())
    outputs = {f"{name}-{language}": (said(checks[name], language), CODES[name]) for name, language in CASES}
    heard = heard_by_nagios(outputs, tmp_path)

    assert heard.keys() == outputs.keys()
    for name, (text, code) in outputs.items():
        lines, data = apart(text)
        found = heard[name]
        assert (found.state, found.first) == (WORDS[code], lines[0])
        assert list(found.details) == lines[1:]
        assert found.perfdata.split() == data.split()


@pytest.mark.parametrize(("name", "language"), CASES)
def test_a_text_is_lines_that_a_plugin_may_say(name: str, language: str) -> None:
    text = said(CHECKS[name](), language)
    first = text.splitlines()[0]

    assert first.startswith(f"SLACTL {WORDS[CODES[name]]} - ")
    assert len(first.encode()) <= 1000
    assert text.endswith("\n")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\ud800-\udfff]", text)
    assert all(line.count("|") <= 1 for line in text.splitlines())
    assert not re.search(r"<\w", text)


@pytest.mark.parametrize("name", CHECKS)
def test_performance_data_are_read_back_as_they_were_meant(name: str) -> None:
    _, data = apart(said(CHECKS[name]()))
    written = re.findall(r"'[^']+'=[^ ]+", data)
    read = perfdata(data)

    assert " ".join(written) == data
    assert all(DATUM.fullmatch(one) for one in written)
    assert len({one.partition("=")[0] for one in written}) == len(written)
    # The library leaves out what is unknown, and reads the rest field by field.
    known = [one for one in written if "'=U" not in one]
    assert [f"'{label}'={value}{unit}" for label, value, unit, *_ in read] == [one.split(";")[0] for one in known]
    assert [one[3] for one in read] == [one.partition(";")[2].partition(";")[0] for one in known]


@pytest.mark.parametrize("name", CHECKS)
def test_performance_data_do_not_speak_the_readers_language(name: str) -> None:
    assert apart(said(CHECKS[name](), "it"))[1] == apart(said(CHECKS[name](), "en"))[1]


def test_the_same_labels_stand_in_the_same_order_whatever_the_statuses() -> None:
    def labels(found: Check) -> list[str]:
        return re.findall(r"'[^']+'(?==)", apart(said(found))[1])

    unread = target(row(ERRORS, Status.INSUFFICIENT_DATA), "Error rate")
    assert labels(check(errors(), uptime())) == labels(check(uptime(), unread))


def test_a_good_check_tells_what_is_left() -> None:
    lines, data = apart(said(good()))
    assert lines == [
        "SLACTL OK - 3 targets met (month-to-date)",
        "OK missions-api, Error rate: 0.100% (< 0.5%); 6,500 bad requests left in November, enough at this rate",
        (
            "OK missions-api [query], Response time of queries, p95: 97.000% of requests < 2 s (≥ 95%); "
            "45 bad requests left in November, enough at this rate"
        ),
        (
            "OK missions-api, Uptime: 99.931% (≥ 99.9%); 12 min 20 s left in November, at this rate gone on the 23rd; "
            "the year allows 3 h 11 min more"
        ),
        "NOT_RATED missions-api, Response time, p95: no figure (< 2 s); Nothing of the period is settled yet",
        (
            "BREACHED missions-api, API latency, p99: 2,500.0 ms (< 1,000 ms) [informative]; "
            "nothing left in November, 85 bad requests too much; "
            "spent by GET /missions (62.5%) and POST /reports (37.5%)"
        ),
        "Settled until 2026-11-20T10:50:00Z.",
    ]
    assert "'missions-api_uptime'=99.931%;99.9: 'missions-api_uptime_budget'=63.7%;75;100;0" in data
    assert "'missions-api_response-time-query_query'=97%;95: " in data
    assert "'missions-api_response-time'=U;95: " in data


def test_a_breached_check_names_who_is_to_blame() -> None:
    lines, _ = apart(said(CHECKS["breached"]()))
    assert lines[0] == (
        "SLACTL CRITICAL - 2 targets not met, 1 target not determinable (month-to-date): "
        "missions-api, Uptime: 99.899% (≥ 99.9%)"
    )
    assert "worst operations: GET /missions/{id} 9.000%, POST /reports 7.000%, GET /a 2.000%, 1 more" in lines[2]
    assert lines[-3:] == [
        (
            "missions-api GET /a, 2026-11-20T11:49+01:00 – 2026-11-20T11:50+01:00: "
            "The data could not be read: InternalError"
        ),
        "The clock was set to 2026-11-20T11:00:00Z.",
        "Settled until 2026-11-20T10:50:00Z.",
    ]


def test_what_only_informs_decides_no_status_word() -> None:
    first = said(good()).splitlines()[0]
    assert first.startswith("SLACTL OK - 3 targets met (month-to-date) |")


def test_a_window_that_burns_says_how_fast_and_from_where_on() -> None:
    lines, data = apart(said(hour()))
    assert lines[1].endswith("; burning 14.9× (page from 14.4×, ticket from 6×)")
    assert lines[2].endswith("; Not one request in the period")
    assert lines[4].endswith("; burning 18.0× (page from 14.4×, ticket from 6×), counts from 10 bad requests on")
    assert "'missions-api_error-rate'=7.45% 'missions-api_error-rate_burn_rate'=14.9;6;14.4;0" in data


def test_a_rate_stands_on_the_true_side_of_its_factor() -> None:
    just_under = burning(1, Status.WARNING)
    budget = Budget(Fraction(1), Fraction("14.3999"))
    found = replace(just_under, row=replace(just_under.row, budget=budget))
    line = said(replace(hour(), targets=(found,))).splitlines()[1]
    assert "burning 14.3999× (page" in line


def test_a_percentile_that_was_read_is_a_latency_in_words_and_a_share_in_data() -> None:
    lines, data = apart(said(check(latency())))
    assert lines[1].startswith("OK missions-api [query], Response time of queries, p95: 412.6 ms (< 2 s); 45 bad")
    assert data.startswith("'missions-api_response-time-query_query'=97%;95: ")


def test_a_gap_of_several_objectives_is_told_once() -> None:
    (gap,) = CHECKS["breached"]().gaps
    twice = check(errors(), gaps=(gap, replace(gap, objective="uptime")))
    assert said(twice) == said(check(errors(), gaps=(gap,)))


def test_italian_lines() -> None:
    lines, _ = apart(said(check(uptime(), lean()), "it"))
    assert lines[2].startswith("OK missions-api [query], Response time of queries, p95: 97,000% delle richieste < 2 s")
    assert lines[0] == "SLACTL OK - 2 obiettivi rispettati (month-to-date)"
    assert lines[1] == (
        "OK missions-api, Uptime: 99,931% (≥ 99,9%); 12 min 20 s ancora a disposizione in novembre, "
        "a questo ritmo fino al 23; l'anno concede ancora 3 h 11 min"
    )


def test_many_targets_go_on_after_the_last_line() -> None:
    many = tuple(replace(errors(), row=replace(errors().row, service=f"service-{place:02}")) for place in range(30))
    lines = said(check(*many)).splitlines()
    first, last = lines[0].partition(" | ")[2], lines[-1].partition(" | ")[2]
    assert len(lines[0].encode()) <= 1000
    assert len(first.split()) + len(last.split()) == 60
    assert not any("|" in line for line in lines[1:-1])


@pytest.mark.parametrize(
    ("value", "places", "up", "text"),
    [
        ("99.9", 3, False, "99.9"),
        ("0.0004", 3, False, "0"),
        ("0.0004", 3, True, "0.001"),
        ("-1.25", 1, False, "-1.3"),
        ("100", 0, True, "100"),
        ("1200", 3, True, "1200"),
        ("0.5", 3, True, "0.5"),
    ],
)
def test_digits(value: str, places: int, up: bool, text: str) -> None:
    assert digits(Fraction(value), places, up=up) == text
