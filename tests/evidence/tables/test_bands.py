from __future__ import annotations

from slactl.evidence.tables.bands import bands

RUNGS = (100.0, 200.0, 500.0, 1000.0)


def told(*values: float | None) -> list[dict[int, float]]:
    return [{} if value is None else {0: value} for value in values]


def test_counts_become_differences_between_rungs() -> None:
    assert bands(RUNGS, 10, (50.0, 1500.0), told(3, 7, 9, 9), 0) == [3, 4, 2, 0]


def test_a_rung_at_or_above_the_maximum_holds_all() -> None:
    assert bands(RUNGS, 10, (50.0, 500.0), told(3, 7, None, None), 0) == [3, 4, 3, 0]


def test_a_rung_below_the_minimum_holds_none_and_at_it_asks_its_count() -> None:
    assert bands(RUNGS, 10, (200.0, 1500.0), told(None, 4, 5, 8), 0) == [0, 4, 1, 3]


def test_an_absent_count_is_unknown_and_the_next_rung_counts_from_the_last_known_one() -> None:
    assert bands(RUNGS, 10, (50.0, 1500.0), told(3, None, 9, None), 0) == [3, None, 6, None]
    assert bands(RUNGS, 10, (None, None), told(None, None, 4, 7), 0) == [None, None, 4, 3]


def test_counts_are_kept_within_the_samples_and_never_fall() -> None:
    assert bands(RUNGS, 10, (50.0, 1500.0), told(4.5, 4.25, 12, 11), 0) == [4.5, 0, 5.5, 0]


def test_without_samples_every_band_is_empty() -> None:
    assert bands(RUNGS, 0, (None, None), told(None, None, None, None), 0) == [0, 0, 0, 0]
