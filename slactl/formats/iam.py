"""A policy as IAM reads it, and as people do.

The one rule: the document holds nothing that IAM would refuse, so that it can be handed on as it is.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slactl.model.permission import Policy, Statement

VERSION = "2012-10-17"


def render(policy: Policy) -> str:
    """The document, ending with a newline."""
    statements = [_statement(one) for one in policy.statements]
    return json.dumps({"Version": VERSION, "Statement": statements}, indent=2) + "\n"


def lines(policy: Policy) -> Iterator[str]:
    """A line for each action: what it is needed for; and the resources and conditions of its statement."""
    for one in policy.statements:
        width = max(map(len, one.actions))
        yield from (f"{action:{width}}  {one.why[action]}" for action in one.actions)
        yield from (f"  on {resource}" for resource in one.resources)
        for operator, keys in one.conditions.items():
            yield from (f"  if {key} {operator} {', '.join(values)}" for key, values in keys.items())


def _statement(one: Statement) -> dict[str, object]:
    found: dict[str, object] = {"Sid": one.sid, "Effect": "Allow", "Action": list(one.actions)}
    found["Resource"] = _one_or_many(one.resources)
    conditions = {
        operator: {key: _one_or_many(values) for key, values in keys.items()}
        for operator, keys in one.conditions.items()
    }
    return found | ({"Condition": conditions} if conditions else {})


def _one_or_many(values: Iterable[str]) -> str | list[str]:
    found = list(values)
    return found[0] if len(found) == 1 else found
