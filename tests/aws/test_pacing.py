"""The pace: over any stretch of time no more units than rate x time and one burst."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.aws.clock import Clock

DEMANDS = st.lists(st.tuples(st.floats(0, 2), st.floats(0.01, 60)), min_size=1, max_size=40)


@given(DEMANDS, st.floats(1, 50), st.floats(0.5, 50))
def test_the_rate_is_never_exceeded(demands: list[tuple[float, float]], rate: float, burst: float) -> None:
    clock = Clock()
    pacer = clock.timing.pacer(rate, burst)
    passed: list[tuple[float, float]] = []
    for idle, units in demands:
        clock.now += idle
        pacer.wait(units)
        passed.append((clock.now, units))
    for first, (begin, _) in enumerate(passed):
        used = 0.0
        for at, units in passed[first:]:
            # what exceeds a burst goes through when the bucket is full, and is paid off afterwards
            assert used + min(units, burst) <= (at - begin) * rate + burst + 1e-6
            used += units


@given(DEMANDS, st.floats(1, 50), st.floats(0.5, 50))
def test_nobody_waits_longer_than_needed(demands: list[tuple[float, float]], rate: float, burst: float) -> None:
    clock = Clock()
    pacer = clock.timing.pacer(rate, burst)
    start = clock.now
    for _, units in demands:
        pacer.wait(units)
    assert clock.now - start <= max(0.0, sum(units for _, units in demands)) / rate + 1e-6


def test_a_burst_passes_at_once_and_then_the_rate_holds() -> None:
    clock = Clock()
    pacer = clock.timing.pacer(9.0, 3.0)
    times = []
    for _ in range(6):
        pacer.wait()
        times.append(clock.now - 1000)
    assert times == pytest.approx([0, 0, 0, 1 / 9, 2 / 9, 3 / 9])


def test_a_demand_above_the_burst_is_paid_for_by_those_after_it() -> None:
    clock = Clock()
    pacer = clock.timing.pacer(10.0, 10.0)
    for _ in range(3):
        pacer.wait(30.0)
    assert clock.now - 1000 == pytest.approx(6.0)


def test_without_a_burst_a_second_s_worth_is_one() -> None:
    clock = Clock()
    pacer = clock.timing.pacer(100.0)
    pacer.wait(100)
    assert clock.slept == []
    pacer.wait(50)
    assert clock.slept == pytest.approx([0.5])


def test_many_threads_keep_one_pace() -> None:
    clock = Clock()
    pacer = clock.timing.pacer(10.0, 1.0)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: pacer.wait(), range(40)))
    assert sum(clock.slept) >= 39 / 10 - 1e-6
