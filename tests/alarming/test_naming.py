"""Names at their limits: any operation has one, CloudWatch takes it, and no two are the same."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from slactl.alarming.naming import LONGEST, alarm_name, readable
from slactl.alarming.ownership import LONGEST_TAG, tag_value

TEXTS = st.text(min_size=1, max_size=400)


def test_names_that_fit_are_as_they_are() -> None:
    assert alarm_name("slactl", ("api", "uptime", "endpoint errors", "GET /missioni/{città}")) == (
        "slactl api uptime endpoint errors GET /missioni/{città}"
    )
    assert alarm_name("slactl", ("api", "", "page", "")) == "slactl api page"


def test_names_at_their_limits() -> None:
    room = LONGEST - len("slactl ")
    assert alarm_name("slactl", ("x" * room,)) == "slactl " + "x" * room
    cut = alarm_name("slactl", ("x" * (room + 1),))
    assert len(cut) == LONGEST
    assert cut.startswith("slactl xxx")
    assert cut != alarm_name("slactl", ("x" * (room + 2),))


def test_odd_names_are_readable_and_their_own() -> None:
    odd = ['say "hi"', "say 'hi'", "a\nb", "a b", "a  b", "a\\b", "a/b", "\u202ea b", "a\ud800b", "\t"]
    names = [alarm_name("slactl", ("api", name)) for name in odd]
    assert len(set(names)) == len(odd)
    assert names[1] == "slactl api say 'hi'"
    assert names[0].startswith("slactl api say 'hi' ")
    assert names[2].startswith("slactl api a b ")


@given(TEXTS, TEXTS)
def test_any_name_is_one_that_cloudwatch_takes(one: str, other: str) -> None:
    names = [alarm_name("slactl", ("api", "uptime", text)) for text in (one, other)]
    assert (names[0] == names[1]) is (one == other)
    for name in names:
        assert len(name) <= LONGEST
        assert name.startswith("slactl ")
        assert name.isprintable() or all(not _control(sign) for sign in name)
        assert not set(name) & {'"', "\\", "\n"}
        assert name.encode("utf-8").decode("utf-8") == name


def _control(sign: str) -> bool:
    return ord(sign) < 32 or ord(sign) == 127


@given(TEXTS)
def test_texts_are_on_one_line(text: str) -> None:
    assert "\n" not in readable(text)
    assert not any(_control(sign) for sign in readable(text))


@given(TEXTS)
def test_tags_hold_what_they_may(text: str) -> None:
    value = tag_value(text)
    assert len(value) <= LONGEST_TAG
    assert all(sign.isalnum() or sign in " _.:/=+-@" for sign in value)
    assert tag_value(value) == value


def test_a_clause_as_a_tag() -> None:
    assert tag_value("ISMS SLA, Uptime: “≥ 99,9%”") == "ISMS SLA Uptime: 99 9"
