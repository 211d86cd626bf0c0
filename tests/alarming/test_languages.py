"""Descriptions of alarms follow the report's language; names, tags, thresholds and rules do not."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from string import Formatter

import pytest

from slactl.alarming.desired import desired
from slactl.alarming.sentences import ITALIAN
from slactl.alarming.wording import say
from slactl.model.alarm import DesiredAlarm, Severity
from slactl.model.enforcement import ServiceAlarms
from slactl.model.objective import Objective
from tests.alarming.scenes import DAY, availability, catalogue, enforcement, errors, known, latency, made, percentile

ENGLISH = re.compile(r"\b(the|of|when|were|was|requests|budget|or|Rings|Owner|least|more|than)\b")
PROMISES = (
    availability(),
    availability(goal="> 99.9%", slices="> 95%", id="strict", over_year=True),
    latency(goal=">= 90%"),
    errors(),
    errors(goal="<= 0.5%", id="calm"),
    percentile(),
    percentile(99),
)


def alarms(language: str, promises: Sequence[Objective] = PROMISES) -> list[DesiredAlarm]:
    """Everything that any kind makes of these promises, none switched off."""
    agreed = catalogue(promises)
    agreed = replace(agreed, report=replace(agreed.report, language=language))
    kinds = dict.fromkeys(("p95", "p99", "slow-share", "daily"), Severity.TICKET)
    told = enforcement(kinds, {"api": ServiceAlarms("piattaforma", "https://runbook.example.com/api")})
    return list(desired(agreed, told, {"api": known(60)}, DAY).alarms)


def words_of(one: DesiredAlarm) -> str:
    """What an alarm says besides the agreement's own words."""
    return re.sub(r"^.*? (?=Suona|Una parte|Rings)|\([^)]*ISMS[^)]*\)", "", one.alarm.description)


def test_only_descriptions_change_with_the_language() -> None:
    english, italian = alarms("en"), alarms("it")
    assert len({one.kind for one in english}) == 12
    assert [one.name for one in english] == [one.name for one in italian]
    for ours, theirs in zip(english, italian, strict=True):
        assert replace(ours, alarm=replace(ours.alarm, description="")) == replace(
            theirs, alarm=replace(theirs.alarm, description="")
        )
        assert ours.alarm.description != theirs.alarm.description


def test_an_italian_description_holds_no_english() -> None:
    found = [one for one in alarms("it") if one.kind != "composite"]
    assert {one.alarm.description for one in found if ENGLISH.search(words_of(one))} == set()
    assert {"Responsabile: piattaforma." in one.alarm.description for one in found if one.service} == {True}
    [burn] = [one for one in found if one.name == "slactl api uptime burn 1h/5m over 1h"]
    assert "Suona quando le richieste fallite in 1h, 10 o più, raggiungono 1,44 % del totale" in burn.alarm.description
    assert "In 1h consuma 2 % del margine di un mese di 30 giorni." in burn.alarm.description
    assert all(ENGLISH.search(words_of(one)) for one in alarms("en") if one.kind != "composite")


def test_without_a_floor_the_sentence_has_none() -> None:
    [cause, *_] = made("burn-rate", [availability()], known(), least_bad=1, least_bad_short=1)
    assert "at least" not in cause.watches[0].says  # type: ignore[union-attr]


@pytest.mark.parametrize("sentence", ITALIAN)
def test_a_sentence_has_the_same_figures_in_both(sentence: str) -> None:
    assert figures(sentence) == figures(ITALIAN[sentence])
    told = {name: f"<{name}>" for name in figures(sentence)}
    assert say("en", sentence, **told) == sentence.format(**told)
    assert say("it", sentence, **told) == ITALIAN[sentence].format(**told)


def figures(sentence: str) -> set[str]:
    """The names of what stands in a sentence."""
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}
