"""Which rules are proposed for operations: health checks, raw identifiers, classes, order."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slactl.model.service import Service
from slactl.workflows.onboarding.paths import template
from slactl.workflows.onboarding.rules import Rules, class_of, expressible, is_health_check, propose

METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "ANY"]
SEGMENTS = st.sampled_from(["users", "123", "me", "orders", "{id}", "reports", "health", "2026-10-01", "*", "", "a-b"])
PATHS = st.lists(SEGMENTS, min_size=1, max_size=4).map("/".join)
OPERATIONS = st.builds("{} /{}".format, st.sampled_from(METHODS), PATHS) | st.text(max_size=12)


def service(rules: Rules) -> Service:
    return Service("s", "s", "e", rules=tuple(line.rule for line in rules.lines))


def internal(name: str) -> bool:
    return name == "InternalOperation" or name.endswith("/LambdaService")


def proposed(*operations: str, **medians: float) -> Service:
    return service(propose(dict.fromkeys(operations) | medians))


@pytest.mark.parametrize(
    "operation",
    [
        "GET /health",
        "GET /healthz",
        "HEAD /ping",
        "GET /status",
        "GET /api/v1/health/live",
        "GET /readyz",
        "GET /Health",
    ],
)
def test_health_checks_are_ignored(operation: str) -> None:
    assert is_health_check(operation)
    assert proposed(operation, "GET /users").place(operation).ignored


@pytest.mark.parametrize(
    "operation", ["POST /health", "GET /healthy-food", "GET /orders/status/{id}", "GET /pings", "/health"]
)
def test_what_only_resembles_a_health_check_counts(operation: str) -> None:
    assert not is_health_check(operation)
    assert not proposed(operation).place(operation).ignored


@pytest.mark.parametrize(
    ("operation", "median", "wanted"),
    [
        ("GET /users", None, "read"),
        ("GET /users", 5000.0, "read"),
        ("HEAD /users", None, "read"),
        ("POST /users", 5000.0, "write"),
        ("DELETE /reports/{id}", 900.0, "write"),
        ("POST /reports", 900.0, "query"),
        ("POST /reports", None, "query"),
        ("POST /reports", 40.0, "write"),
        ("GET /search", 200.0, "query"),
        ("GET /search", 199.0, "read"),
        ("GET /orders/export.csv", 900.0, "query"),
        ("GET /monthly-stats", 900.0, "query"),
        ("GET /reporters", 900.0, "read"),
        ("GET /{search}", 900.0, "read"),
        ("shop/FunctionHandler", 900.0, None),
        ("ANY /{proxy+}", 900.0, None),
    ],
)
def test_the_class_of_an_operation(operation: str, median: float | None, wanted: str | None) -> None:
    assert class_of(operation, median) == wanted


@pytest.mark.parametrize(
    ("operation", "wanted"),
    [
        ("GET /users/123", "GET /users/{id}"),
        ("GET /users/123/orders/7", "GET /users/{id}/orders/{id}"),
        ("GET /days/2026-10-01", "GET /days/{date}"),
        ("GET /f/123e4567-e89b-12d3-a456-426614174000", "GET /f/{id}"),
        ("GET /f/507f1f77bcf86cd799439011", "GET /f/{id}"),
        ("GET /f/usr_8h2k4j5h6g7f8d9s", "GET /f/{id}"),
        ("GET /v1/users", None),
        ("GET /users/{id}", None),
        ("GET /internationalization", None),
        ("GET /deadbeefcafe", None),
        ("users.Service/Get1234", None),
    ],
)
def test_raw_identifiers_are_named(operation: str, wanted: str | None) -> None:
    assert template(operation) == wanted


def test_raw_identifiers_are_counted_together_and_words_stay_apart() -> None:
    found = proposed("GET /users/1", "GET /users/2", "GET /users/me", "GET /users/3/orders", "GET /users")
    assert found.place("GET /users/2").name == "GET /users/{id}"
    assert found.place("GET /users/777").name == "GET /users/{id}"
    assert found.place("GET /users/9/orders").name == "GET /users/{id}/orders"
    assert found.place("GET /users/me").name == "GET /users/me"
    assert found.place("GET /users").name == "GET /users"
    assert found.place("GET /users/me").operation_class == "read"


def warned(operations: list[str]) -> str:
    return "; ".join(propose(dict.fromkeys(operations)).warnings)


def test_floods_are_told() -> None:
    assert "30 operations carry raw identifiers" in warned([f"GET /users/{number}" for number in range(30)])
    assert "200 operations remain" in warned([f"GET /r{number}x" for number in range(200)])
    assert "500" in warned(["AllOtherOperations"])
    assert warned([f"GET /r{number}x" for number in range(199)]) == ""


def test_raw_identifiers_take_one_rule() -> None:
    assert len(propose(dict.fromkeys([f"GET /users/{number}" for number in range(30)])).lines) == 3


@given(st.dictionaries(OPERATIONS, st.none() | st.floats(0, 5000), max_size=12))
def test_every_known_operation_is_placed_as_it_was_meant(operations: dict[str, float | None]) -> None:
    found = service(propose(operations))
    for name, median in operations.items():
        if "*" in name:
            continue  # a match can't mean a star as such
        placed = found.place(name)
        assert placed.ignored == (
            is_health_check(name) or name == "InternalOperation" or name.endswith("/LambdaService")
        )
        if template(name) is None and not placed.ignored and expressible(name) == name:
            assert placed.name == name
            assert placed.operation_class == class_of(name, median)


@given(st.dictionaries(OPERATIONS, st.none(), max_size=12))
def test_no_rule_hides_a_later_one_and_both_classes_are_there(operations: dict[str, None]) -> None:
    rules = [line.rule for line in propose(operations).lines]
    for index, rule in enumerate(rules):
        assert not any(earlier.matches(rule.match) for earlier in rules[:index])
    assert {"read", "query"} <= {rule.operation_class for rule in rules}
