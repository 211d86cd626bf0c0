"""Whether an answer can have what a JMESPath asks of it: a misspelt name selects nothing, like a thing that is absent.

The one rule: only a name that the form of the answer certainly does not have, or that is withheld, is called unknown;
where the way through an expression is lost, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from slactl.compliance.selecting import tree

Node = Mapping[str, Any]
CHAINS = ("subexpression", "index_expression", "pipe")
LISTS = ("projection", "filter_projection", "value_projection", "flatten")
EACH = "[]"
"""Ends the name of a list, in a path such as ``shards[].nodes[].zone``."""


class _Unknown(Exception):
    """The first name that is not there."""


@dataclass
class Form:
    """What an answer is made of, told as the SDK's models tell it: ``type_name``, ``members``, ``member``."""

    type_name: str = "string"
    members: dict[str, Form] = field(default_factory=dict)
    member: Form | None = None


def form_of(paths: Iterable[str]) -> Form:
    """The form of a document with these members, each by its path: ``name``, ``limits.rate``, ``shards[].name``."""
    top = Form("structure")
    for path in paths:
        here = top
        for step in path.split("."):
            here = _stepped(here, step)
    return top


def _stepped(here: Form, step: str) -> Form:
    here.type_name = "structure"
    found = here.members.setdefault(step.removesuffix(EACH), Form())
    if not step.endswith(EACH):
        return found
    found.type_name, found.member = "list", found.member or Form()
    return found.member


def unknown_name(expression: str, form: Any, withheld: frozenset[str] = frozenset()) -> str | None:
    """The first name in an expression that an answer of that form cannot have; None where there is none."""
    try:
        _walk(tree(expression), form, withheld)
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
    """A list of a shape that the form does not have itself."""

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
