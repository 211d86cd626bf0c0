"""A Cloudflare of this machine for each test."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sources.cloudflare.server import Serve, serving


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Starts servers, each over one Cloudflare."""
    with serving() as start:
        yield start
