"""Operations: which rule matches, and what becomes of those that none does."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slactl.model.service import OperationRule, Placement, Service

LETTERS = st.text("ab/", max_size=8)
PATTERNS = st.text("ab/*", min_size=1, max_size=8)


def by_regex(pattern: str, text: str) -> bool:
    return re.fullmatch(".*".join(re.escape(part) for part in pattern.split("*")), text, re.DOTALL) is not None


@given(PATTERNS, LETTERS)
def test_a_star_stands_for_any_run_of_characters(pattern: str, operation: str) -> None:
    assert OperationRule(pattern).matches(operation) == by_regex(pattern, operation)


@given(PATTERNS, st.lists(LETTERS, min_size=9, max_size=9))
def test_whatever_stands_in_for_the_stars_matches(pattern: str, runs: list[str]) -> None:
    operation = "".join(part + run for part, run in zip(pattern.split("*"), runs, strict=False))
    named = operation[: len(operation) - len(runs[pattern.count("*")])]
    assert OperationRule(pattern).matches(named)


@pytest.mark.parametrize("text", ["GET /a?b", "GET /[a]", "GET /a.c", "GET /{id}", "GET /a\\d"])
def test_nothing_else_is_special(text: str) -> None:
    assert OperationRule(text).matches(text)
    assert not OperationRule(text).matches("GET /abc")


RULES = (
    OperationRule("GET /health", ignore=True),
    OperationRule("GET /users/*", name="GET /users/{id}", operation_class="read"),
    OperationRule("GET *", operation_class="read"),
    OperationRule("*/LambdaService", operation_class="inner"),
    OperationRule("POST *", ignore=True, operation_class="write"),
)


@pytest.mark.parametrize(
    ("operation", "name", "group", "ignored"),
    [
        ("GET /health", "GET /health", None, True),
        ("GET /users/7", "GET /users/{id}", "read", False),
        ("GET /x", "GET /x", "read", False),
        ("f/LambdaService", "f/LambdaService", "inner", False),
        ("PUT /x", "PUT /x", None, False),
        ("InternalOperation", "InternalOperation", None, True),
        ("AllOtherOperations", "AllOtherOperations", None, False),
        ("InternalOperations", "InternalOperations", None, False),
    ],
)
def test_the_first_rule_that_matches_decides(operation: str, name: str, group: str | None, ignored: bool) -> None:
    assert Service("k", "k", "e", rules=RULES).place(operation) == Placement(name, group, ignored)


def test_without_a_rule_the_inner_operations_are_ignored() -> None:
    plain = Service("k", "k", "e")
    assert [plain.place(name).ignored for name in ("InternalOperation", "a/LambdaService", "LambdaService")] == [
        True,
        True,
        False,
    ]


def test_a_class_that_only_ignored_operations_have_is_none() -> None:
    assert Service("k", "k", "e", rules=RULES).classes == {"read", "inner"}
