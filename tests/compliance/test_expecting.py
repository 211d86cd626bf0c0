"""Whether a selected value is as expected, and what an expression selects."""

from __future__ import annotations

import pytest

from slactl.compliance.expecting import holds, same
from slactl.compliance.selecting import NothingSelectable, flaw, selected
from slactl.model.general import Expectation, Expects

AT = 1_790_000_000  # 2026-09-21T14:13:20Z


@pytest.mark.parametrize(
    ("how", "wanted", "value", "held"),
    [
        (Expects.EQUALS, "PAY_PER_REQUEST", "PAY_PER_REQUEST", True),
        (Expects.EQUALS, "PAY_PER_REQUEST", "PROVISIONED", False),
        (Expects.EQUALS, "PAY_PER_REQUEST", None, False),
        (Expects.EQUALS, 1, 1.0, True),
        (Expects.EQUALS, 1, True, False),
        (Expects.EQUALS, True, 1, False),
        (Expects.EQUALS, "1", 1, False),
        (Expects.EQUALS, None, None, True),
        (Expects.EQUALS, ["a", {"b": 1}], ["a", {"b": 1}], True),
        (Expects.EQUALS, ["a", "b"], ["b", "a"], False),
        (Expects.EQUALS, {"a": 1}, {"a": True}, False),
        (Expects.ONE_OF, ["x", 1], "x", True),
        (Expects.ONE_OF, ["x", 1], True, False),
        (Expects.ONE_OF, ["x", 1], None, False),
        (Expects.ONE_OF, "xyz", "x", False),
        (Expects.AT_LEAST, 2, 2, True),
        (Expects.AT_LEAST, 2, 1.999, False),
        (Expects.AT_LEAST, 0, None, False),
        (Expects.AT_LEAST, 1, "2", False),
        (Expects.AT_LEAST, 1, True, False),
        (Expects.AT_MOST, 29, 29, True),
        (Expects.AT_MOST, 29, 30, False),
        (Expects.AT_MOST, 29, None, False),
        (Expects.AT_MOST, 29, [], False),
        (Expects.PRESENT, None, 0, True),
        (Expects.PRESENT, None, False, True),
        (Expects.PRESENT, None, "", False),
        (Expects.PRESENT, None, [], False),
        (Expects.PRESENT, None, None, False),
        (Expects.ABSENT, None, None, True),
        (Expects.ABSENT, None, {}, True),
        (Expects.ABSENT, None, [], True),
        (Expects.ABSENT, None, 0, False),
        (Expects.YOUNGER_THAN, 90_000, "2026-09-20T13:13:21Z", True),
        (Expects.YOUNGER_THAN, 90_000, "2026-09-20T13:13:20Z", False),
        (Expects.YOUNGER_THAN, 90_000, "2026-09-20T15:13:21+02:00", True),
        (Expects.YOUNGER_THAN, 90_000, "2026-09-21T14:18:20Z", True),
        (Expects.YOUNGER_THAN, 90_000, "2026-09-21T14:18:21Z", False),
        (Expects.YOUNGER_THAN, 90_000, "2026-09-21T10:00:00", False),
        (Expects.YOUNGER_THAN, 90_000, "yesterday", False),
        (Expects.YOUNGER_THAN, 90_000, None, False),
        (Expects.YOUNGER_THAN, 90_000, AT, False),
    ],
)
def test_a_value_is_as_expected(how: Expects, wanted: object, value: object, held: bool) -> None:
    assert holds(value, Expectation(how, wanted), AT) is held


def test_every_expectation_has_its_test() -> None:
    assert [holds(None, Expectation(how), AT) for how in Expects]


def test_the_order_of_keys_says_nothing() -> None:
    assert same({"a": 1, "b": [1, 2]}, {"b": [1.0, 2.0], "a": 1})
    assert not same([1], [1, 2])


@pytest.mark.parametrize("expression", ["Table.BillingModeSummary.BillingMode", "length(@)", "a[?b == 'x'] | [0]", "@"])
def test_an_expression_that_parses_has_no_flaw(expression: str) -> None:
    assert flaw(expression) is None


@pytest.mark.parametrize("expression", ["a.[", "", "a b", "nothing_known(@)", "length(@, @)", "a[?b = 'x']"])
def test_an_expression_that_does_not_parse_has_one(expression: str) -> None:
    told = flaw(expression)
    assert told
    assert "\n" not in told
    with pytest.raises(NothingSelectable):
        selected(expression, {})


def test_only_what_is_selected_is_left_of_a_document() -> None:
    assert selected("a.b", {"a": {"b": 1, "secret": "x"}}) == 1
    assert selected("a.c", {"a": {"b": 1}}) is None
    with pytest.raises(NothingSelectable):
        selected("length(a)", {"a": 1})
