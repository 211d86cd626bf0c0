"""Whether an answer can have what a JMESPath asks of it: a misspelt name selects nothing, like a thing that is absent.

The one rule: only a name that AWS's own model of the answer certainly does not have, or that the list withholds, is
called unknown; where the way through an expression is lost, nothing is said.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slactl.aws.session import AwsWorld
from slactl.compliance.selecting import tree
from slactl.model.readonly import ReadOnlyCall

Node = Mapping[str, Any]
CHAINS = ("subexpression", "index_expression", "pipe")
LISTS = ("projection", "filter_projection", "value_projection", "flatten")


class _Unknown(Exception):
    """The first name that is not there."""


def unknown_member(world: AwsWorld, call: ReadOnlyCall, expression: str) -> str | None:
    """The first name in an expression that the answer of a call cannot have; None where there is none."""
    if not call.actions:
        return None
    shape = world.client(call.service).meta.service_model.operation_model(call.operation).output_shape
    try:
        _walk(tree(expression), shape, call.withheld)
    except _Unknown as name:
        return str(name)
    return None


def _walk(node: Node, shape: Any, withheld: frozenset[str]) -> Any:
    """The shape that a node selects of one, None where it is not known."""
    kind, children = node["type"], node["children"]
    if kind in ("current", "identity", "slice"):
        return shape
    if kind == "field":
        return _member(shape, node["value"], withheld)
    if kind == "index":
        return _element(shape)
    if kind in CHAINS:
        for child in children:
            shape = _walk(child, shape, withheld)
        return shape
    if kind in LISTS:
        return _projected(kind, children, shape, withheld)
    for child in () if kind == "expref" else children:
        _walk(child, shape, withheld)
    return None


def _projected(kind: str, children: list[Node], shape: Any, withheld: frozenset[str]) -> Any:
    left = _walk(children[0], shape, withheld)
    if kind == "flatten":
        inner = _element(left)
        return inner if getattr(inner, "type_name", "") == "list" else left
    each = _values(left) if kind == "value_projection" else _element(left)
    if kind == "filter_projection":
        _walk(children[2], each, withheld)
    found = _walk(children[1], each, withheld)
    return None if found is None else _List(found)


class _List:
    """A list of a shape that AWS's model does not have itself."""

    type_name = "list"

    def __init__(self, member: Any) -> None:
        self.member = member


def _element(shape: Any) -> Any:
    return shape.member if getattr(shape, "type_name", "") == "list" else None


def _values(shape: Any) -> Any:
    return shape.value if getattr(shape, "type_name", "") == "map" else None


def _member(shape: Any, name: str, withheld: frozenset[str]) -> Any:
    if getattr(shape, "type_name", "") == "map":
        return shape.value
    if getattr(shape, "type_name", "") != "structure":
        return None
    if name not in shape.members or name in withheld:
        raise _Unknown(name)
    return shape.members[name]
