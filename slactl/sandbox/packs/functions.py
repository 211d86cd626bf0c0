"""Functions of AWS Lambda: calls, errors, durations and starts, concurrency, and what is set by hand.

The one rule: a function publishes only where it was called; a call that was turned away is in ``Throttles`` alone.
"""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from slactl.sandbox.packs.answering import asked, json_answer
from slactl.sandbox.packs.base import Make, Pack, Plan, Samples, Series, beats, durations, marked
from slactl.sandbox.traffic import SLOT, rates
from slactl.sandbox.wire import Answer, Request
from slactl.sandbox.world import Hook, World

NAMESPACE = "AWS/Lambda"
INSIGHTS = "LambdaInsights"
LIMIT = 1000
ALIAS = "live"


@dataclass(frozen=True, slots=True)
class Function:
    """A function: calls a day, median duration in ms."""

    per_day: float
    median: float


FUNCTIONS: Mapping[str, Function] = {"missions-api": Function(1400, 70.0), "missions-worker": Function(500, 140.0)}
_FIRST, _SECOND = FUNCTIONS
_THROTTLED = {"lambda-throttles": 0.01, "lambda-no-throttles": 0.0004}
"""Which share of calls is turned away where a promise about that is broken."""


def _series(plan: Plan) -> Iterator[Series]:
    for name, function in FUNCTIONS.items():
        yield from _of_function(plan, name, function)
    yield Series(NAMESPACE, "ClaimedAccountConcurrency", {}, "Count", _concurrency(plan))


def _of_function(plan: Plan, name: str, function: Function) -> Iterator[Series]:
    names, chance, often = {"FunctionName": name}, f"lambda/{name}", function.per_day
    broken = {entry for entry in PACK.breakable if plan.broken(entry) and name == _FIRST}
    errors = plan.told("lambda-errors", "share", 0.02) if "lambda-errors" in broken else 0.0005
    throttled = next((plan.told(entry, "share", usual) for entry, usual in _THROTTLED.items() if entry in broken), 0.0)
    slow, slow_at = _slow(broken)
    duration = durations(often, function.median, slow=slow, slow_at=slow_at)
    for metric, make in (("Invocations", marked(often, 1.0)), ("Errors", marked(often, errors))):
        yield Series(NAMESPACE, metric, names, "Count", make, chance=chance)
    yield Series(NAMESPACE, "Duration", names, "Milliseconds", duration, distribution=True, chance=chance)
    yield Series(NAMESPACE, "Throttles", names, "Count", marked(often, throttled))
    insights = {"function_name": name}
    yield Series(INSIGHTS, "init_duration", insights, "Milliseconds", _starts(broken, often), distribution=True)


def _slow(broken: set[str]) -> tuple[float, float]:
    """Which share of calls takes how long; a slow 95th percentile has a slow 99th with it."""
    if "lambda-duration-p95" in broken:
        return 0.08, 2600.0
    return (0.02, 1500.0) if "lambda-duration-p99" in broken else (0.0, 1.0)


def _starts(broken: set[str], often: float) -> Make:
    """About one call in ten meets a new instance."""
    median = 1300.0 if "lambda-start-up-p50" in broken else 320.0
    slow = 0.03 if "lambda-start-up-p99" in broken else 0.0
    return durations(often / 10, median, 0.2, slow, 1800.0)


def _concurrency(plan: Plan) -> Make:
    peak = plan.told("lambda-concurrency", "peak", 900.0) if plan.broken("lambda-concurrency") else 320.0

    def make(rng: np.random.Generator, day: int) -> Samples:
        times = beats(day)
        shape = np.repeat(rates(day), SLOT // 60)
        noise = 0.9 + 0.1 * rng.random(len(times))
        return times, np.round(20 + (peak - 20) * noise * shape / shape.max())

    return make


def _furnish(world: World, plan: Plan) -> None:
    for name in FUNCTIONS:
        create_function(world, name)
    if plan.broken("lambda-no-reserved-concurrency"):
        _backend(world).put_function_concurrency(_SECOND, 50)
    if not plan.broken("lambda-no-provisioned-concurrency"):
        _scale(world, f"function:{_FIRST}:{ALIAS}")


def create_function(world: World, name: str, timeout: int = 29) -> None:
    """Puts a function into moto, unless it is there; ``timeout`` in seconds."""
    backend = _backend(world)
    if any(one.function_name == name for one in backend.list_functions()):
        return
    wanted = {"FunctionName": name, "Role": _role(world), "Runtime": "python3.13", "Handler": "app.handler"}
    backend.create_function({**wanted, "Timeout": timeout, "MemorySize": 512, "Code": {"ZipFile": _code()}})


def _backend(world: World) -> Any:
    from moto.backends import get_backend

    backend: Any = get_backend("lambda")
    return backend[world.account][world.region]


def _role(world: World) -> str:
    """The ARN of the functions' role, made when it is first asked for."""
    from moto.backends import get_backend

    backend: Any = get_backend("iam")[world.account]["aws"]
    name = "sandbox-functions"
    for role in backend.roles.values():
        if role.name == name:
            return str(role.arn)
    made = backend.create_role(name, "{}", "/", None, "", [], 3600)
    return str(made.arn)


def _code() -> str:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as file:
        file.writestr(zipfile.ZipInfo("app.py"), "def handler(event, context): ...\n")
    return base64.b64encode(packed.getvalue()).decode()


def _scale(world: World, resource: str) -> None:
    """A policy that adapts provisioned concurrency to the load."""
    from moto.backends import get_backend

    backend: Any = get_backend("applicationautoscaling")[world.account][world.region]
    dimension = "lambda:function:ProvisionedConcurrency"
    backend.register_scalable_target("lambda", resource, dimension, 5, 50, "", None)
    wanted = {"TargetValue": 0.7, "PredefinedMetricSpecification": {"PredefinedMetricType": _UTILIZATION}}
    backend.put_scaling_policy("with-the-load", "lambda", resource, dimension, wanted, "TargetTrackingScaling")


_UTILIZATION = "LambdaProvisionedConcurrencyUtilization"


def _hook(plan: Plan) -> Hook:
    """The account's settings and provisioned concurrency, which moto does not know."""

    def answer(world: World, request: Request) -> Answer | None:
        service, operation = asked(request)
        if service != "lambda":
            return None
        if operation.rstrip("/") == "GET /2016-08-19/account-settings":
            limit = LIMIT // 2 if plan.broken("lambda-concurrency-limit") else LIMIT
            return json_answer(
                {"AccountLimit": {"ConcurrentExecutions": limit, "UnreservedConcurrentExecutions": limit}}
            )
        if operation.endswith("/provisioned-concurrency"):
            mine = operation == f"GET /2019-09-30/functions/{_FIRST}/provisioned-concurrency"
            return json_answer({"ProvisionedConcurrencyConfigs": [_provisioned(world)] if mine else []})
        return None

    return answer


def _provisioned(world: World) -> dict[str, Any]:
    arn = f"arn:aws:lambda:{world.region}:{world.account}:function:{_FIRST}:{ALIAS}"
    counts = dict.fromkeys(("Requested", "Available", "Allocated"), 10)
    return {"FunctionArn": arn, "Status": "READY"} | {
        f"{name}ProvisionedConcurrentExecutions": count for name, count in counts.items()
    }


PACK = Pack(
    "lambda",
    {"functions": list(FUNCTIONS), "insights": list(FUNCTIONS), "concurrency_limit": LIMIT},
    (
        *_THROTTLED,
        "lambda-errors",
        "lambda-duration-p95",
        "lambda-duration-p99",
        "lambda-concurrency",
        "lambda-concurrency-limit",
        "lambda-no-reserved-concurrency",
        "lambda-no-provisioned-concurrency",
        "lambda-start-up-p50",
        "lambda-start-up-p99",
    ),
    _series,
    _furnish,
    _hook,
)
