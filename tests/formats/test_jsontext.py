"""JSON text: byte by byte what the standard library writes."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slactl.formats.jsontext import text

Strings = st.text(st.characters(exclude_categories=["Cs"]))
Leaves = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | Strings
Values = st.recursive(Leaves, lambda inner: st.lists(inner) | st.dictionaries(Strings, inner), max_leaves=30)


@given(Values)
def test_it_is_indented_as_the_standard_library_does(value: Any) -> None:
    assert text(value) == json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def test_half_a_character_is_escaped_and_comes_back() -> None:
    told = {"name": "GET /\ud800", "rows": ({"deep": [["\udfff"]]},)}
    assert "\\ud800" in text(told)
    assert json.loads(text(told)) == {"name": "GET /\ud800", "rows": [{"deep": [["\udfff"]]}]}
    assert text(told).encode()


@pytest.mark.parametrize("value", [float("nan"), [float("inf")], {"a": {"b": {"c": float("-inf")}}}])
def test_what_is_no_number_is_refused(value: Any) -> None:
    with pytest.raises(ValueError, match="not JSON compliant"):
        text(value)


def test_what_json_does_not_know_is_refused() -> None:
    with pytest.raises(TypeError):
        text({"a": [object()]})
