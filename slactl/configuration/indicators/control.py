"""A claim about configuration: a read-only call of the list, what is taken of its answer, and what is expected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from slactl.configuration import patterns as p
from slactl.configuration.fields import Fields, quantity, text
from slactl.configuration.indicators.kind import GENERAL, Kind
from slactl.configuration.indicators.terms import dimension_value
from slactl.configuration.mistakes import Refused, did_you_mean, quoted
from slactl.configuration.names import REGION, region
from slactl.configuration.nodes import Broken, Items, Node, Scalar, Table
from slactl.configuration.quantities import share_of_good, whole_seconds
from slactl.configuration.speech import bilingual, bilingual_schema
from slactl.model.general import Control, Expectation, Expects
from slactl.model.readonly import READING_VERBS, VIEW

ALL_DAYS = ">= 100%"
EACH = "each"
PLACE = "{each}"
EXPECT_HINT = "a value, or one of {one_of: [..]}, {at_least: 1}, {at_most: 29000}, {present: true}, {younger_than: 25h}"
FORMS = tuple(form.value for form in Expects if form is not Expects.EQUALS)


def _parse(fields: Fields) -> Control | None:
    call = fields.must("call", allowed_call, "such as dynamodb:DescribeTable")
    select = fields.must("select", expression, "a JMESPath, such as Table.TableStatus")
    expects = _expects(fields)
    parameters = _parameters(fields)
    each = fields.words("for_each", dimension_value) if fields.has("for_each") else None
    _check_each(fields, parameters, each)
    _check_view(fields, call, parameters)
    _check_select(fields, call, select)
    where, miss = fields.get("region", region), bilingual(fields, "miss")
    if call is None or select is None or expects is None:
        return None
    return Control(call, select, expects, parameters, EACH if each else None, each or (), where, miss)


def allowed_call(scalar: Scalar) -> str:
    """A call of the list of read-only calls.

    Raises:
        Refused: if it is not on the list.
    """
    from slactl.configuration.calls import read_only_calls

    name, known = text(scalar), read_only_calls()
    if name not in known:
        raise Refused(
            "must be on the list of read-only calls (config/read-only-calls.yaml)", _unlisted(name, known.names)
        )
    return name


def _unlisted(name: str, known: Iterable[str]) -> str:
    """Why a call is not on the list: what is refused on purpose is not taken for a slip of the pen."""
    from slactl.configuration.calls import NEVER, NEVER_OF

    service, _, operation = name.partition(":")
    if name in NEVER or service in NEVER_OF:
        return "it could answer with a secret, an object, a row, code or logs: no control may ask it"
    if operation and service != VIEW.rstrip(":") and not operation.startswith(READING_VERBS):
        return f"a control only reads: {', '.join(READING_VERBS)}"
    return did_you_mean(name, known) or "only what reads configuration, and no secrets, objects or code"


def expression(scalar: Scalar) -> str:
    """A JMESPath.

    Raises:
        Refused: if it does not parse.
    """
    from slactl.compliance.selecting import flaw

    written = text(scalar)
    wrong = flaw(written)
    if wrong:
        raise Refused("is no JMESPath", wrong)
    return written


def _expects(fields: Fields) -> Expectation | None:
    entry = fields.table.entry("expect")
    if entry is None:
        fields.missing("expect", EXPECT_HINT)
        return None
    fields.origin("expect")
    if isinstance(entry.value, Table):
        return _form(fields)
    if isinstance(entry.value, Items):
        fields.mistake("expect", "must be a value or a mapping, found a list", "write {one_of: [...]}")
        return None
    value = fields.value(entry.value, fields.name("expect"), json_value, entry.line)
    return None if value is None else Expectation(Expects.EQUALS, value)


def _form(fields: Fields) -> Expectation | None:
    inner = fields.mapping("expect")
    if inner is None:
        return None
    inner.only(FORMS)
    known = [each.key for each in inner.table.entries if each.key in FORMS]
    if len(known) != 1 and len(inner.table.entries) == len(known):
        fields.mistake("expect", f"must say one thing, found {len(known)}", EXPECT_HINT)
    if len(known) != 1:
        return None
    how = Expects(known[0])
    value = _READERS[how](inner, how.value)
    return None if value is None else Expectation(how, value)


def _one_of(fields: Fields, key: str) -> list[object] | None:
    items = fields.items(key, "a list of values")
    if items is not None and not items:
        fields.mistake(key, "is an empty list, found []", "name what is expected")
    found = [fields.value(item, fields.name(key), json_value) for item in items or ()]
    return [value for value in found if value is not None] or None


def _number(fields: Fields, key: str) -> object:
    return fields.must(key, number)


def _yes(fields: Fields, key: str) -> object:
    said = fields.flag(key)
    if not said:
        fields.mistake(key, "must be true, found false", "write {present: true} or {absent: true}")
    return said or None


def _age(fields: Fields, key: str) -> object:
    return fields.must(key, quantity(whole_seconds), "a duration such as 25h")


_READERS: Mapping[Expects, Callable[[Fields, str], object]] = {
    Expects.ONE_OF: _one_of,
    Expects.AT_LEAST: _number,
    Expects.AT_MOST: _number,
    Expects.PRESENT: _yes,
    Expects.ABSENT: _yes,
    Expects.YOUNGER_THAN: _age,
}


def number(scalar: Scalar) -> object:
    """A number as JSON has it.

    Raises:
        Refused: if it is none.
    """
    if isinstance(scalar.value, bool) or not isinstance(scalar.value, int | Decimal):
        raise Refused("must be a number", "write it without quotes and without a unit")
    return json_value(scalar)


def json_value(scalar: Scalar) -> object:
    """A single value as JSON has it."""
    value = scalar.value
    return float(value) if isinstance(value, Decimal) else value


def _parameters(fields: Fields) -> dict[str, object]:
    inner = fields.mapping("with")
    return {entry.key: _json(entry.value) for entry in inner.table.entries} if inner else {}


def _json(node: Node) -> object:
    match node:
        case Scalar():
            return json_value(node)
        case Items():
            return [_json(item) for item in node.items]
        case Table():
            return {entry.key: _json(entry.value) for entry in node.entries}
        case Broken():
            return None


def _check_each(fields: Fields, parameters: Mapping[str, object], each: tuple[str, ...] | None) -> None:
    """``{each}`` and ``for_each`` go together, and only parameters are filled in."""
    entry = fields.table.entry("select")
    if entry and isinstance(entry.value, Scalar) and PLACE in entry.value.text:
        fields.mistake("select", f"is not filled in, found {PLACE}", f"put {PLACE} into the parameters: with")
    used = PLACE in str(parameters)
    if used and not fields.has("for_each"):
        fields.mistake("with", f"has {PLACE} and nothing to put there", "name the values: for_each: [one, two]")
    if each and not used:
        hint = f'put {PLACE} where the value belongs, such as with: {{TableName: "{PLACE}"}}'
        fields.mistake("for_each", f"has values that are put nowhere, found {quoted(', '.join(each))}", hint)


def _check_view(fields: Fields, call: str | None, parameters: Mapping[str, object]) -> None:
    """A view is given what it needs and nothing else."""
    from slactl.configuration.calls import read_only_calls, wrong_parameters

    for what in wrong_parameters(read_only_calls(), call, parameters) if call else ():
        fields.mistake("with", f"does not fit: {what}, found {', '.join(parameters) or 'none'}")


def _check_select(fields: Fields, call: str | None, select: str | None) -> None:
    """A misspelt name selects nothing, and nothing is what some controls expect."""
    from slactl.configuration.calls import read_only_calls, unknown_member

    name = unknown_member(read_only_calls(), call, select) if call and select else None
    if name is not None:
        fields.mistake("select", f"asks for what {call} does not tell, found {quoted(name)}", _TELLS)


_TELLS = "config/read-only-calls.yaml lists what each view tells"


def _expect_schema() -> dict[str, object]:
    scalar: dict[str, object] = {"type": ["string", "number", "boolean"]}
    forms: dict[str, object] = {
        "one_of": p.listed(scalar, "any of these"),
        "at_least": {"type": "number", "description": "a number that is not less"},
        "at_most": {"type": "number", "description": "a number that is not more"},
        "present": {"const": True, "description": "there is a value, and no empty one"},
        "absent": {"const": True, "description": "there is no value, or an empty one"},
        "younger_than": p.text("a time that is not longer ago, such as 25h", p.DURATION),
    }
    return {"oneOf": [scalar, p.table(forms) | {"minProperties": 1, "maxProperties": 1}]}


KIND = Kind(
    options={
        "call": p.text("a call of the list, such as dynamodb:DescribeTable, or view:NAME"),
        "with": {"type": "object", "description": "the call's parameters; {each} is the current value of for_each"},
        "for_each": p.listed({"type": ["string", "number"]}, "one sample and one row for each of these"),
        "select": p.text("a JMESPath: the only thing that is kept of the answer"),
        "expect": _expect_schema(),
        "miss": bilingual_schema("what a miss means"),
        "region": p.text("the region that is asked; default: the configured one", f"^{REGION}$"),
        "per": p.words("whether each value of for_each counts", "service", "breakdown"),
    },
    parse=_parse,
    goal=share_of_good,
    goal_schema=p.text("the least share of days on which it held; default: all", p.SHARE_OF_GOOD),
    needs=("call", "select", "expect"),
    admits=GENERAL,
    usual_goal=ALL_DAYS,
    part="breakdown",
)
