"""A stage for each test, and the report of a world that nothing disturbs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.failures.stage import Stage


@pytest.fixture
def stage(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    made = Stage(tmp_path, capsys, monkeypatch)
    yield made
    made.close()


@pytest.fixture(scope="session")
def bundled_place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place with configuration, keys, evidence and a true bundle: to be read, or copied."""
    from tests.cli.bundles import collect

    place = tmp_path_factory.mktemp("bundled")
    collect(place)
    return place


@pytest.fixture(scope="session")
def collected_place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A place whose October was collected before a window and after the month's end, and closed: to be copied."""
    from tests.cli.gathered import BEFORE_THE_WINDOW, gather
    from tests.failures.small import NOW

    place = tmp_path_factory.mktemp("collected")
    gather(place, BEFORE_THE_WINDOW, NOW)
    return place


@pytest.fixture
def kept(collected_place: Path, stage: Stage) -> Stage:
    """A copy of that place, and CloudWatch."""
    import shutil

    from tests.failures.small import world

    shutil.copytree(collected_place, stage.directory, dirs_exist_ok=True)
    stage.show(world(edge=True))
    return stage
