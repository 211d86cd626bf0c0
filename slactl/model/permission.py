"""What a role is allowed, as IAM says it.

The one rule: a statement says why it is there; nobody allows what nobody can explain.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

Conditions = Mapping[str, Mapping[str, tuple[str, ...]]]
"""Of each operator the values by key."""


class Purpose(StrEnum):
    """What a role is for."""

    REPORT = "report"
    CHECK = "check"
    ENFORCE = "enforce"
    COLLECT = "collect"
    DISCOVER = "discover"


@dataclass(frozen=True, slots=True)
class Place:
    """Where calls go; a region or an account that is not known is ``*``."""

    partition: str = "aws"
    region: str = "*"
    account: str = "*"

    def arn(self, service: str, what: str) -> str:
        """The ARN of something in the account and region."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account}:{what}"


@dataclass(frozen=True, slots=True)
class Statement:
    """Actions that are allowed on resources; ``why`` says for each action what it is needed for."""

    sid: str
    why: Mapping[str, str]
    resources: tuple[str, ...]
    conditions: Conditions = field(default_factory=dict)

    @property
    def actions(self) -> tuple[str, ...]:
        return tuple(sorted(self.why))


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that a role of one purpose may do."""

    purpose: Purpose
    statements: tuple[Statement, ...]

    @property
    def actions(self) -> frozenset[str]:
        return frozenset(action for one in self.statements for action in one.actions)
