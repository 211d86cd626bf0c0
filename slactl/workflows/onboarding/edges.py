"""Which gateway stage seems to stand before a service, and why one thinks so.

The one rule: a guess carries its reason, and where two stages fit equally well neither is chosen for
the user.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from slactl.ports import ListedService, ListedStage

ENOUGH_SHARED = 0.5
HANDLER = "/FunctionHandler"
FUNCTION_SCORE = 2.0


@dataclass(frozen=True, slots=True)
class Edge:
    """A stage that fits, how well (more is better), and why."""

    stage: ListedStage
    score: float
    why: str


def edges_of(service: ListedService, operations: Sequence[str], stages: Sequence[ListedStage]) -> tuple[Edge, ...]:
    """The stages that fit a service, the best first."""
    fits = [edge for stage in stages if (edge := _fit(service, operations, stage))]
    return tuple(sorted(fits, key=lambda edge: (-edge.score, edge.stage.api, edge.stage.stage)))


def clear_edge(edges: Sequence[Edge]) -> Edge | None:
    """The best stage, if no other fits as well."""
    if not edges or (len(edges) > 1 and edges[1].score >= edges[0].score):
        return None
    return edges[0]


def is_lambda(service: ListedService, operations: Sequence[str]) -> bool:
    """Whether the service runs as a Lambda function, whose throttles and timeouts report nothing."""
    return service.environment.startswith("lambda:") or any(name.endswith(HANDLER) for name in operations)


def _fit(service: ListedService, operations: Sequence[str], stage: ListedStage) -> Edge | None:
    function = next((name for name in stage.functions if _runs(service, operations, name)), None)
    shared = len({_shape(name) for name in operations} & {_shape(name) for name in stage.routes})
    alike = shared / max(1, min(len(stage.routes), len(operations)))
    score = FUNCTION_SCORE * bool(function) + alike * (alike >= ENOUGH_SHARED) + 0.01 * _named_alike(service, stage)
    if function:
        return Edge(stage, score, f"its routes call the Lambda function {function}")
    if shared and alike >= ENOUGH_SHARED:
        return Edge(stage, score, f"{shared} of its {len(stage.routes)} methods are operations of the service")
    return None


def _runs(service: ListedService, operations: Sequence[str], function: str) -> bool:
    return service.name == function or f"{function}{HANDLER}" in operations


def _shape(operation: str) -> str:
    """An operation with its path parameters made equal: ``GET /users/{id}`` and ``GET /users/:user``."""
    return re.sub(r"\{[^/{}]*\}|(?<=/):[^/]+", "{}", operation)


def _named_alike(service: ListedService, stage: ListedStage) -> bool:
    """Whether the environment names the stage, which decides between two stages of one API."""
    return stage.stage in re.split(r"[:/]", service.environment)
