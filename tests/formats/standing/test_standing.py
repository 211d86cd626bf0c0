"""A standing between tabs, as JSON, and as the text that is pasted into a chat."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from importlib.resources import files
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from slactl.formats.check.json import render as check_json
from slactl.formats.language import speak
from slactl.formats.sanitize import INVISIBLE
from slactl.formats.standing import handover as chat
from slactl.formats.standing.json import render as as_json
from slactl.formats.standing.lines import lines_of
from slactl.formats.standing.plain import render as tabbed
from slactl.model.check import Window
from slactl.model.standing import Handover
from tests.formats.check.checks import CHECKS, check, spent, unknown, uptime
from tests.formats.standing.standings import (
    BAD,
    HANDOVERS,
    STANDINGS,
    handover,
    hostile_standing,
    outage,
    quiet,
    standing,
)

NAMES = ("report", "check", "status")
SCHEMAS = {name: json.loads((files("slactl.formats") / f"{name}.schema.json").read_text("utf-8")) for name in NAMES}
VALIDATOR = Draft202012Validator(
    SCHEMAS["status"], registry=[Resource.from_contents(SCHEMAS[name]) for name in NAMES] @ Registry()
)
LANGUAGES = ["it", "en"]


def blocks(text: str) -> list[list[dict[str, str]]]:
    """The blocks of a piped standing."""
    found = []
    for block in text.removesuffix("\n").split("\n\n"):
        heads, *rows = [line.split("\t") for line in block.split("\n")]
        found.append([dict(zip(heads, row, strict=True)) for row in rows])
    return found


def test_the_schema_is_a_schema() -> None:
    Draft202012Validator.check_schema(SCHEMAS["status"])


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", STANDINGS)
def test_every_standing_keeps_the_schema(name: str, language: str) -> None:
    found = standing(STANDINGS[name]())
    told: dict[str, Any] = json.loads(as_json(found, language))
    VALIDATOR.validate(told)
    assert told["check"] == json.loads(check_json(found.check, language))
    assert told["handover"] is None


@pytest.mark.parametrize("name", HANDOVERS)
def test_every_handover_keeps_the_schema(name: str) -> None:
    found = HANDOVERS[name]()
    VALIDATOR.validate(json.loads(as_json(found.standing, "en", found)))


@pytest.mark.parametrize(
    "change",
    [
        lambda told: told.update(schema="slactl.status/2"),
        lambda told: told.pop("handover"),
        lambda told: told["windows"][0].update(applied="yes"),
        lambda told: told["trend"][0]["days"][0].update(bad=-1),
        lambda told: told["trend"][0].update(more=1),
    ],
)
def test_the_schema_refuses_what_a_standing_does_not_say(change: Callable[[dict[str, Any]], object]) -> None:
    told = json.loads(as_json(standing(), "en"))
    change(told)
    assert list(VALIDATOR.iter_errors(told))


def test_a_day_that_nobody_knows_is_null_in_json() -> None:
    told = json.loads(as_json(standing(), "en"))
    days = next(one["days"] for one in told["trend"] if one["days"])
    assert [day["bad"] for day in days] == list(BAD)
    assert days[5]["rate"] is None


def test_the_pipe_gets_every_value_of_every_target() -> None:
    found = standing(check(uptime(), spent()))
    targets, windows, whole = blocks(tabbed(found, "en"))
    assert targets[0] == {
        "service": "missions-api",
        "class": "",
        "objective": "uptime",
        "title": "Uptime",
        "status": "OK",
        "binding": "yes",
        "figure": "99.931%",
        "goal": "≥ 99.9%",
        "budget_left": "28.5%",
        "left": "12 min 20 s left in November, at this rate gone on the 23rd; the year allows 3 h 11 min more",
        "burn_1h": "0.0×",
        "burn_6h": "13.9×",
        "burn_24h": "0.0–3.5×",
        "burn_3d": "?",
        "days": "2026-11-14=0.0× 2026-11-15=0.1× 2026-11-16=0.4× 2026-11-17=1.0× 2026-11-18=4.1× 2026-11-19=? "
        "2026-11-20=0.3×",
        "spent_by": "spent by GET /missions (62.5%) and POST /reports (37.5%)",
        "reason": "",
    }
    assert targets[1]["budget_left"] == "0.0%"
    assert [(one["window"], one["applied"], one["start"]) for one in windows] == [
        ("CHG-1", "yes", "2026-11-22T02:00+01:00"),
        ("CHG-2", "no", "2026-11-23T23:00+01:00"),
    ]
    assert whole[0]["evidence_until"] == "2026-11-20T08:00:00Z"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [*STANDINGS, "hostile"])
def test_a_line_is_a_line_and_a_cell_is_a_cell(name: str, language: str) -> None:
    found = hostile_standing() if name == "hostile" else standing(CHECKS[name]())
    text = tabbed(found, language)
    assert len(blocks(text)[0]) == len(found.check.targets)
    assert not INVISIBLE.search(text.replace("\t", "").replace("\n", ""))


def test_two_hostile_names_stay_two() -> None:
    found = lines_of(hostile_standing(), speak("en"))
    assert len({line.objective for line in found}) == len({line.target.title for line in found})


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_nobody_knows_looks_like_nothing_good(language: str) -> None:
    for line in lines_of(standing(unknown()), speak(language)):
        assert (line.share, line.rates, line.trend) == (None, (), "")
        assert line.sign == "?"
        assert line.reason


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", HANDOVERS)
def test_a_hand_over_is_plain_text(name: str, language: str) -> None:
    text = chat.render(HANDOVERS[name](), language)
    assert text.endswith("\n")
    assert not INVISIBLE.search(text.replace("\n", ""))
    assert max(map(len, text.splitlines())) < 1500


HAND_OVER = {
    "en": """Missions platform – service levels
Since Fri 20 Nov, 00:00, figures until Fri 20 Nov, 11:50 (Europe/Rome)
Now: Not met. Then: Met.

Changed:
- missions-api, Uptime: Met → Not met
- missions-api, Error rate per endpoint: Not met

Downtime:
- missions-api: Fri 20 Nov, 01:00 – 01:10 (10 min), 1 of 1,200 requests failed; INC-9
- missions-api: Fri 20 Nov, 23:55 – Sat 21 Nov, 00:05 (10 min), 1 of 1,200 requests failed; no incident explains it

Budget spent:
- missions-api, Uptime: 30 s; spent by GET /missions (100.0%)
- missions-api, Error rate per endpoint: at most 30 bad requests, part of it unknown
- missions-api, Error rate: nobody knows

Still burning:
- missions-api, Uptime: 0.0× (1h), 13.9× (6h); nothing left in November, 3 min 3 s too much

Incidents that go on:
- INC-9, since Fri 20 Nov, 08:00, missions-api: Disk

Maintenance in the next 7 days:
- CHG-1, Sun 22 Nov, 02:00 – 04:00, missions-api: announced in time
- CHG-2, Mon 23 Nov, 23:00 – Tue 24 Nov, 01:00, missions-api: not admitted: Announced 16 h before the start; the \
agreement asks for 48 h.
""",
    "it": """Missions platform – service levels
Da ven 20 nov, 00:00, dati fino a ven 20 nov, 11:50 (Europe/Rome)
Ora: Non rispettato. Allora: Rispettato.
""",
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_hand_over_of_a_bad_shift(language: str) -> None:
    text = chat.render(handover(), language)
    title = handover().standing.check.catalogue.report.title
    assert text.startswith(HAND_OVER[language].replace("Missions platform – service levels", title))


def test_the_hand_over_of_a_quiet_shift() -> None:
    text = chat.render(quiet(), "en")
    assert re.findall(r"^([A-Z].*): (.*)$", text, re.MULTILINE)[1:] == [
        ("Changed", "nothing changed"),
        ("Downtime", "none measured"),
        ("Budget spent", "nothing spent"),
        ("Still burning", "nothing"),
        ("Maintenance in the next 7 days", "none planned"),
    ]


def test_of_many_stretches_the_longest_are_told() -> None:
    base = handover()
    many = [outage(f"2026-11-20T{hour:02d}:00", 5 + (hour == 12) * 30) for hour in range(14)]
    found: Handover = replace(base, downtime=tuple(replace(base.downtime[0], outage=one) for one in many))
    block = chat.render(found, "en").split("Downtime:\n")[1].split("\n\n")[0].splitlines()
    assert len(block) == 11
    assert sum("(35 min)" in line for line in block) == 1
    assert block[-1] == "- 4 shorter stretches, 20 min together"


def test_a_year_is_called_so() -> None:
    from slactl.formats.standing.words import heading

    found = replace(standing().check, window=Window.YEAR)
    assert heading(found, speak("en"))[1].startswith("year to date, figures until Fri 20 Nov, 11:50")
