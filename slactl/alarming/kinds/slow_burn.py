"""Burn rates that somebody should look at: the budget would be gone by the month's end."""

from __future__ import annotations

from slactl.alarming.burning import OPTIONS, burn_causes
from slactl.alarming.kind import Kind

SLOW_BURN = Kind(
    "slow-burn",
    "an availability or a latency share burns its budget as fast as it lasts, for days",
    burn_causes,
    OPTIONS,
)
