"""A replay as text and JSON: history, mutes, doubts, and what is not replayed, in both languages."""

from __future__ import annotations

import json
from importlib.resources import files

import pytest
from jsonschema import Draft202012Validator

from slactl.formats.alarms.replay import render_json
from slactl.formats.alarms.replaytext import WHY, WORDS, length, text
from slactl.model.alarm import Severity
from slactl.model.replay import (
    Agreement,
    AlarmReplay,
    CauseReplay,
    Coarse,
    Compared,
    History,
    Noticed,
    Replay,
    Ring,
    Rung,
    Seen,
    Unfit,
)
from slactl.model.span import Span

START = 1_790_805_600  # 2026-10-01 in Rome
MONTH = Span(START, START + 31 * 86_400)


def at(first: int, end: int) -> Span:
    return Span(START + first, START + end)


def alarm(name: str, unfit: Unfit | None = None, doubt: tuple[Span, ...] = ()) -> AlarmReplay:
    rung = Rung((at(600, 1200),) if unfit is None else (), doubt, 300)
    return AlarmReplay(name, "burn-rate", "shop", Severity.PAGE, "uptime", None, tells=False, rung=rung, unfit=unfit)


CAUSE = CauseReplay(("a",), "burn-rate", "shop", Severity.PAGE, "uptime", None, Rung((at(600, 1200),), (), 300))
RINGS = (
    Ring("shop page", "shop", Severity.PAGE, at(600, 1200), 300, START + 600, causes=(CAUSE,)),
    Ring("shop page", "shop", Severity.PAGE, at(5000, 9000), 300, START + 7200),
    Ring("shop ticket", "shop", Severity.TICKET, at(0, 900), 300, None, before=True),
)
MEASURED = (
    Noticed("shop", None, None, at(300, 900), Seen.NOTICED, None, START + 600, 300, "shop page", Severity.PAGE),
    Noticed("shop", None, None, at(2000, 2300), Seen.MISSED),
    Noticed("shop", "uptime", None, None, Seen.NOTICED, START + 9000, START + 600, 300, "shop page", Severity.PAGE),
    Noticed("shop", "errors", "GET /a", None, Seen.MUTED, alarm="shop ticket"),
    Noticed("shop", "p95", None, None, Seen.UNKNOWN),
)
COMPARED = tuple(Compared("a", one, at(600 * number, 600 * number + 60)) for number, one in enumerate(Agreement))
DOUBT = "shop: its traffic of the last four weeks could not all be read (throttled)"
MADE = Replay(
    "2026-10", MONTH, "Europe/Rome", (Coarse("shop", 300, (at(0, 3600),)),),
    (alarm("a"), alarm("b", Unfit("unread", "what it looks at was not read")), alarm("c", doubt=(at(0, 7200),))),
    RINGS, MEASURED, History((MONTH,), COMPARED, ("c",)), (DOUBT,),
)  # fmt: skip


def test_every_part_is_of_the_published_form() -> None:
    schema = json.loads((files("slactl.formats") / "alarms-replay.schema.json").read_text("utf-8"))
    told = json.loads(render_json(MADE))
    Draft202012Validator(schema).validate(told)
    first, muted, before = told["rings"]
    assert (first["seconds_at_least"], first["seconds_at_most"], first["muted"]) == (300, 900, False)
    assert (muted["told_at"], muted["muted"]) == ("2026-10-01T00:00:00Z", True)
    assert (before["rang_before"], before["begins_after"], before["told_at"]) == (True, before["start"], None)
    late = [(one["late_seconds_at_least"], one["late_seconds_at_most"]) for one in told["measured"]]
    assert late == [(0, 300), (None, None), (-8700, -8400), (None, None), (None, None)]
    assert told["not_replayed"] == [{"alarm": "b", "code": "unread", "text": "what it looks at was not read"}]
    codes = schema["properties"]["not_replayed"]["items"]["properties"]["code"]["enum"]
    assert set(codes) == WHY.keys()


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "en",
            [
                "shop: 1 h of the month could not be read; nobody can tell what rang then.",
                "page   2026-10-01T00:10+02:00 – 2026-10-01T00:20+02:00 (10 min) shop page: burn-rate uptime",
                "told 2026-10-01T02:00+02:00, when the maintenance was over",
                "since before the month; muted by maintenance",
                "noticed 2026-10-01T00:10+02:00 by shop page, 0 s to 5 min after its begin",
                "2 h 20 min before the budget was gone",
                "objective missed shop/errors/GET /a: NOT noticed: shop ticket was muted",
                "what it looks at was not read: b",
                "shop burn-rate: 2 h (1)",
                "silent and should have rung: 1",
                "1 planned alarms did not stand then.",
            ],
        ),
        (
            "it",
            [
                "! shop: non è stato possibile leggere tutto il suo traffico delle ultime quattro settimane",
                "ciò che guardano non è stato letto: b",
                "muto e doveva suonare: 1",
                "NON notato: nessun allarme",
            ],
        ),
    ],
)
def test_text(language: str, lines: list[str]) -> None:
    told = text(MADE, language)
    assert [line for line in lines if line not in told] == []


def test_both_languages_have_every_word() -> None:
    assert WORDS["en"].keys() == WORDS["it"].keys()


@pytest.mark.parametrize(("amount", "told"), [(0, "0 s"), (90_061, "1 d 1 h 1 min 1 s"), (300, "5 min")])
def test_lengths(amount: int, told: str) -> None:
    assert length(amount) == told
