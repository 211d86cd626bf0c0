"""Rules of composites: any name comes through, and no text is longer than CloudWatch takes."""

from __future__ import annotations

from itertools import zip_longest

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slactl.alarming.ruletext import LONGEST, children, elements, fits, groups, names_in, text_of
from slactl.model.alarm import AllOf, AnyOf, Rings, Rule

NAMES = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
RULES = st.recursive(
    NAMES.map(Rings),
    lambda inner: st.lists(inner, min_size=1, max_size=4).flatmap(
        lambda parts: st.sampled_from([AllOf(tuple(parts)), AnyOf(tuple(parts))])
    ),
    max_leaves=8,
)


@given(RULES)
def test_names_are_found_again(rule: Rule) -> None:
    named = {name.split(":alarm:", 1)[-1] if name.startswith("arn:") else name for name in children(rule)}
    assert names_in(text_of(rule)) == named


def test_the_text() -> None:
    pair = AllOf((Rings("a long"), Rings("a short")))
    assert text_of(AnyOf((pair, Rings('q"\\')))) == '(ALARM("a long") AND ALARM("a short")) OR ALARM("q\\"\\\\")'
    assert text_of(AnyOf((AnyOf((Rings("x"),)),))) == 'ALARM("x")'
    with pytest.raises(ValueError, match="at least one"):
        text_of(AnyOf(()))


def test_names_in_rules_of_others() -> None:
    rule = 'ALARM(bare-name) AND NOT (OK( "x y" ) OR INSUFFICIENT_DATA(z)) AND AT_LEAST(2, ALARM, ("m, n", o, p))'
    assert names_in(rule) == {"bare-name", "x y", "z", "m, n", "o", "p"}
    assert names_in('ALARM("arn:aws:cloudwatch:eu-west-1:123456789012:alarm:a:b c")') == {"a:b c"}
    assert names_in("FALSE") == frozenset()


@given(st.lists(st.integers(1, 255), max_size=60))
def test_groups_are_full_and_fit(lengths: list[int]) -> None:
    causes = [Rings(f"{number:03}" + "x" * length) for number, length in enumerate(lengths)]
    found = groups(causes)
    assert [cause for run in found for cause in run] == causes
    for run, after in zip_longest(found, found[1:]):
        assert fits(AnyOf(run))
        assert after is None or not fits(AnyOf((*run, after[0])))


def test_the_limits() -> None:
    hundred = [Rings(str(number)) for number in range(101)]
    assert [len(run) for run in groups(hundred)] == [100, 1]
    assert fits(Rings("x" * (LONGEST - len('ALARM("")'))))
    assert not fits(Rings("x" * (LONGEST - len('ALARM("")') + 1)))
    same = AnyOf(tuple(Rings("x") for _ in range(167)))
    assert (elements(same), fits(same), fits(AnyOf(same.parts[1:]))) == (501, False, True)
    pairs = AnyOf(tuple(AllOf((Rings(f"{number} a"), Rings(f"{number} b"))) for number in range(50)))
    assert (elements(pairs), fits(pairs)) == (400, True)
    assert elements(pairs) == 100 + sum(text_of(pairs).count(sign) for sign in "()")
