"""An SLO as it was created: its fields, and since when its history goes.

The one rule: it only keeps; what may be kept is checked before (``slochecks``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from slactl.sandbox.objectives import Objective


@dataclass
class Slo(Objective):
    """One SLO; times are seconds since the epoch. ``since``: its history begins there."""

    fields: dict[str, Any] = field(default_factory=dict)
    created: float = 0.0
    updated: float = 0.0
    since: float = 0.0

    @property
    def request_based(self) -> bool:
        return "RequestBasedSliConfig" in self.fields
