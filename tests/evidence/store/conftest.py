"""One store under every test: in a directory, and in S3."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from moto import mock_aws

from tests.evidence.store.stores import Opener, in_s3, local


@pytest.fixture(params=["directory", "s3"])
def opener(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Opener]:
    if request.param == "directory":
        yield local(tmp_path / "evidence")
        return
    with mock_aws():
        yield in_s3()
