"""A place for each test."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.maintenance.place import Place


@pytest.fixture
def place(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Place:
    return Place(tmp_path, capsys, monkeypatch)
