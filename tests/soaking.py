"""Which of many examples every run needs, and which wait for the soak.

The one rule: nothing is left out of both.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest


def some(examples: Iterable[Any], every: int, ids: Iterable[str] = ()) -> list[Any]:
    """Every n-th example as it is, the first among them; the others for the soak."""
    names = list(ids)
    found = []
    for index, one in enumerate(examples):
        values = one if isinstance(one, tuple) else (one,)
        marks = [] if index % every == 0 else [pytest.mark.soak]
        found.append(pytest.param(*values, marks=marks, id=names[index] if names else None))
    return found
