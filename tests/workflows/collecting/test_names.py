"""Names that must not be kept, the forms they are told in, and the rules that mend them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from slactl.model.service import OperationRule, Service
from slactl.workflows.collecting.names import FLOOD, hidden, hider, looks_like, mask, refused

PLAIN = Service("shop", "shop", "prod")
WITH_RULES = Service(
    "shop",
    "shop",
    "prod",
    rules=(
        OperationRule("GET /internal/*", ignore=True),
        OperationRule("GET /users/*", name="GET /users/{id}", operation_class="read"),
        OperationRule("GET *", operation_class="read"),
    ),
)


@pytest.mark.parametrize(
    ("operation", "what", "masked"),
    [
        ("GET /users/mario.rossi@example.it", "an e-mail address", "GET /users/{email}"),
        ("GET /users/mario.rossi%40example.it/orders", "an e-mail address", "GET /users/{email}/orders"),
        ("GET /people/RSSMRA85T10A562S", "a tax code", "GET /people/{tax-code}"),
        ("GET /people/rssmra85t10a562s/cards", "a tax code", "GET /people/{tax-code}/cards"),
        ("GET /people/RSSMRA8RTMLA5S2S", "a tax code", "GET /people/{tax-code}"),
        ("GET /companies/12345678903", "a VAT number", "GET /companies/{vat-number}"),
        ("GET /companies/IT12345678903", "a VAT number", "GET /companies/{vat-number}"),
        ("GET /s/550e8400-e29b-41d4-a716-446655440000", "a UUID", "GET /s/{uuid}"),
        ("GET /s/550e8400e29b41d4a716446655440000", "a UUID", "GET /s/{uuid}"),
        ("DELETE /sessions/deadbeefcafe0123", "a token", "DELETE /sessions/{token}"),
        ("GET /a?jwt=eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.sig", "a token", "GET /a?jwt={token}"),
        ("GET /k/AKIAIOSFODNN7EXAMPLE", "a token", "GET /k/{token}"),
        ("GET /k/ghp_abcdefghijklmnopqrstuvwxyz0123456789", "a token", "GET /k/{token}"),
        ("GET /orders/01ARZ3NDEKTSV4RRFFQ69G5FAV", "a token", "GET /orders/{token}"),
    ],
)
def test_what_looks_personal_or_secret(operation: str, what: str, masked: str) -> None:
    assert looks_like(operation) == what
    assert mask(operation) == masked


@pytest.mark.parametrize(
    "operation",
    [
        "GET /missions/{id}",
        "GET /missions/{missionId}/steps/{step}",
        "POST /v1/internationalization2",
        "GET /reports/q4-2026-summary-export",
        "GET /resources-0001/{id}",
        "GET /users/123",
        "GET /files/{proxy+}",
        "GET /.well-known/openid-configuration",
        "AllOtherOperations",
        "InternalOperation",
        "missions-api-MissionsFunction-1A2B3C4D5E6F7A8B/LambdaService",
        "com.example.missions.MissionService/GetMission",
        "GET /companies/12345678900",
        "GET /decade/facade/effaced",
        "ANY /",
    ],
)
def test_ordinary_names_are_left_alone(operation: str) -> None:
    assert looks_like(operation) is None
    assert refused(PLAIN, [operation]) == ()


def test_a_refusal_names_no_name_and_the_rule_that_mends_it() -> None:
    (told,) = refused(PLAIN, ["GET /users/mario.rossi@example.it", "GET /users/anna@example.it", "GET /a"])
    assert told.count == 2
    text = str(told)
    assert "mario" not in text
    assert "anna" not in text
    assert '{match: "GET /users/*", as: "GET /users/{email}"}' in text


def test_the_rule_that_is_named_mends_it() -> None:
    name = "GET /users/mario.rossi@example.it"
    mended = Service("shop", "shop", "prod", rules=(OperationRule("GET /users/*", name="GET /users/{email}"),))
    assert refused(mended, [name]) == ()
    assert hidden(mended, [name]) == {name: "GET /users/*"}
    assert mended.place("GET /users/*").name == "GET /users/{email}"


def test_a_flood_of_identifiers_is_refused_and_a_few_are_not() -> None:
    some = [f"GET /orders/{number}" for number in range(FLOOD)]
    assert refused(PLAIN, some) == ()
    (told,) = refused(PLAIN, [*some, "GET /orders/999"])
    assert (told.masked, told.count) == ("GET /orders/{id}", FLOOD + 1)
    codes = [f"GET /orders/ORD-{number:05d}" for number in range(FLOOD + 1)]
    assert refused(PLAIN, codes)[0].masked == "GET /orders/{id}"


def test_many_words_are_no_flood() -> None:
    words = ["".join(chr(97 + int(digit)) for digit in f"{number:04d}") for number in range(300)]
    assert refused(PLAIN, [f"GET /{word}/list" for word in words]) == ()
    assert refused(PLAIN, [f"GET /resources-{number:04d}/{{id}}" for number in range(1000)]) == ()


def test_rules_hide_what_they_count_together_or_ignore_and_nothing_else() -> None:
    assert hider(WITH_RULES, "GET /users/123") == "GET /users/*"
    assert hider(WITH_RULES, "GET /internal/123") == "GET /internal/*"
    assert hider(WITH_RULES, "GET /orders/mario@example.it") is None
    assert hidden(WITH_RULES, ["GET /users/123", "GET /users/me", "GET /a"]) == {"GET /users/123": "GET /users/*"}
    assert len(refused(WITH_RULES, ["GET /orders/mario@example.it"])) == 1


def test_a_rule_that_names_somebody_hides_nobody() -> None:
    name = "GET /users/mario@example.it/a"
    loose = Service("s", "s", "p", rules=(OperationRule("GET /users/mario@example.it/*", name="GET /users/x"),))
    exact = Service("s", "s", "p", rules=(OperationRule(name, name="GET /users/x"),))
    assert refused(loose, [name])
    assert refused(exact, [name])


PATTERNS = st.lists(st.sampled_from(["GET /a", "/", "*", "b", "**", "users", " "]), min_size=1, max_size=6).map("".join)


@given(st.lists(PATTERNS, min_size=1, max_size=4), st.text("GETab/ us", max_size=12))
def test_the_text_of_a_rule_is_placed_where_the_rule_places_its_operations(patterns: list[str], name: str) -> None:
    """What a merged stream is called must land where its members belong, whatever rules stand before."""
    rules = tuple(
        OperationRule(pattern, name=f"name {number}", operation_class=f"class {number}")
        for number, pattern in enumerate(patterns)
    )
    service = Service("s", "s", "p", rules=rules)
    first = next((rule for rule in rules if rule.matches(name)), None)
    if first is not None:
        assert service.place(first.match) == service.place(name)
