"""An outlook as an object: every key, unknown rates null, exact figures as the nearest number."""

from __future__ import annotations

from fractions import Fraction

from slactl.formats.jsonoutlook import outlook_object
from slactl.model.burn import BurnRate, Course, Lookback, Outlook, Spender
from slactl.model.span import Span

HOUR, DAY = Lookback("1h", 3600), Lookback("24h", 86400)


def test_no_outlook_is_null() -> None:
    assert outlook_object(None) is None


def test_an_outlook_has_every_key() -> None:
    silent = BurnRate(HOUR, Span(82800, 86400), Fraction(0), Fraction(0), None, None)
    day = BurnRate(DAY, Span(0, 86400), Fraction(173), Fraction(86400), Fraction(2), Fraction(173, 80))
    spenders = (Spender("GET /missions", 3, Fraction(3, 4)), Spender("POST /x", 1, Fraction(1, 4)))
    outlook = Outlook((silent, day), Course.ENDS, DAY, 90000, spenders)

    assert outlook_object(outlook) == {
        "course": "ends",
        "pace": "24h",
        "ends_at": "1970-01-02T01:00:00Z",
        "burn_rates": [
            {
                "lookback": "1h",
                "seconds": 3600,
                "start": "1970-01-01T23:00:00Z",
                "end": "1970-01-02T00:00:00Z",
                "bad": 0,
                "total": 0,
                "rate": None,
                "least_rate": None,
            },
            {
                "lookback": "24h",
                "seconds": 86400,
                "start": "1970-01-01T00:00:00Z",
                "end": "1970-01-02T00:00:00Z",
                "bad": 173,
                "total": 86400,
                "rate": 2.1625,
                "least_rate": 2,
            },
        ],
        "spent_by": [
            {"operation": "GET /missions", "bad": 3, "share": 0.75},
            {"operation": "POST /x", "bad": 1, "share": 0.25},
        ],
    }


def test_a_course_without_an_end_has_none() -> None:
    said = outlook_object(Outlook((), Course.LASTS, DAY))
    assert said == {"course": "lasts", "pace": "24h", "ends_at": None, "burn_rates": [], "spent_by": []}
