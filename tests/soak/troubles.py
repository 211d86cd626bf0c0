"""Random worlds and random troubles, all from one seed.

The one rule: a trouble is text as ``slactl sandbox --misbehave`` reads it, so that a failing run can be
played again by hand.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from tests.failures.small import OPERATIONS, Mood

METRICS = ("Latency", "Fault", "Error", "5XXError", "4XXError", "Count", "SampleCount", "Minimum", "Maximum", "Sum")
RUNGS = ("TC(:999.999)", "TC(:1000)", "TC(:2000)", "TC(:500)", "p95", "p50")


@dataclass(frozen=True, slots=True)
class Case:
    """A world and what is wrong with it."""

    seed: int
    mood: Mood
    edge: bool
    troubles: tuple[str, ...]

    def __str__(self) -> str:
        return f"seed {self.seed}, {self.mood}, edge={self.edge}, troubles {list(self.troubles)}"


def case(number: int) -> Case:
    """The case of that number."""
    rng = Random(number)
    mood = Mood(
        faults=rng.choice([0.0, 0.002, 0.02]),
        slow=rng.choice([0.0, 0.004, 0.03]),
        bad=rng.choice(OPERATIONS),
        bad_faults=rng.choice([0.0, 0.01, 0.1]),
        bad_slow=rng.choice([0.0, 0.02, 0.2]),
        outage=rng.choice([0, 5, 45]),
        step=rng.choice([150, 200, 240]),
    )
    count = rng.choice([1, 1, 2, 2, 3])
    return Case(number % 12, mood, rng.random() < 0.4, tuple(_trouble(rng) for _ in range(count)))


def _trouble(rng: Random) -> str:
    kind = rng.choice(["forbid", "forbid", "internal-error", "internal-error", "partial-forever", "passing"])
    if kind == "passing":
        return rng.choice(["throttle=10%", "server-error=every:7", "drop=8%", "partial=yes", "page-points=200"])
    name = rng.choice([_metric(rng), _metric(rng), rng.choice(OPERATIONS), rng.choice(RUNGS)])
    times = rng.choice(["", "1x:", "4x:", "9x:", "13x:"]) if kind == "internal-error" else ""
    return f"{kind}={times}{name}"


def _metric(rng: Random) -> str:
    name = rng.choice(METRICS)
    return f"{name}:{rng.choice(OPERATIONS)}" if rng.random() < 0.5 and name not in ("SampleCount", "Sum") else name
