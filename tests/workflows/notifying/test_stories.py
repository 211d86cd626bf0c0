"""Whatever statuses come, whichever sends fail, wherever runs are killed: each change is told, and told once."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from slactl.model.status import Status
from tests.workflows.notifying.stories import (
    DESTINATIONS,
    LOST,
    REFUSED,
    STATUSES,
    TAKEN,
    TARGETS,
    Run,
    Story,
    check_story,
    random_run,
)

ENDS = st.lists(st.sampled_from((TAKEN, TAKEN, REFUSED, LOST)), max_size=8).map(tuple)
RUNS = st.builds(
    Run,
    st.tuples(*(st.sampled_from(STATUSES) for _ in TARGETS)),
    ENDS,
    st.none() | st.integers(0, 40),
    st.none() | st.integers(0, 5),
)
STEPS = 48
ALL = (Status.BREACHED, Status.WARNING, Status.INSUFFICIENT_DATA)


def play(runs: list[Run]) -> Story:
    """The story of some runs, which is checked."""
    with tempfile.TemporaryDirectory() as place:
        story = Story(Path(place), DESTINATIONS)
        check_story(story, runs)
        return story


@given(st.lists(RUNS, max_size=8))
@settings(max_examples=60, deadline=None)
def test_nothing_is_lost_and_nothing_told_twice(runs: list[Run]) -> None:
    play(runs)


@pytest.mark.parametrize("step", range(STEPS + 1))
def test_a_run_may_be_killed_at_any_step(step: int) -> None:
    story = play([Run(ALL, (), killed_at=step), Run((Status.OK, Status.OK, Status.OK))])
    assert story.repeats() <= 1


def test_the_steps_above_are_all_steps() -> None:
    """The last of them lies behind the end of a run, the one before not, so none is left out."""
    with tempfile.TemporaryDirectory() as place:
        assert Story(Path(place), DESTINATIONS).play(Run(ALL, (), killed_at=STEPS), 1000) is not None
    with tempfile.TemporaryDirectory() as place:
        assert Story(Path(place), DESTINATIONS).play(Run(ALL, (), killed_at=STEPS - 1), 1000) is None


@pytest.mark.parametrize("write", range(7))
def test_a_disk_may_be_full_at_any_write(write: int) -> None:
    story = play([Run(ALL, (), full_at=write), Run((Status.OK, Status.OK, Status.OK))])
    assert story.repeats() == 0


@pytest.mark.parametrize("seed", range(100))
def test_a_hundred_stories_of_random_failures(seed: int) -> None:
    dice = random.Random(seed)
    play([random_run(dice) for _ in range(10)])


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1000, 4000))
def test_thousands_of_stories_of_random_failures(seed: int) -> None:
    dice = random.Random(seed)
    play([random_run(dice) for _ in range(25)])
