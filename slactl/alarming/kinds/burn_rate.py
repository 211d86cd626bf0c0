"""Burn rates that wake somebody: most of a month's budget would be gone within days."""

from __future__ import annotations

from slactl.alarming.burning import OPTIONS, burn_causes
from slactl.alarming.kind import Kind

BURN_RATE = Kind(
    "burn-rate",
    "an availability or a latency share burns its budget fast, in a long and a short window",
    burn_causes,
    OPTIONS,
)
