"""Burn rates that somebody should look at: the budget would be gone by the month's end."""

from __future__ import annotations

from slactl.alarming.burning import burn_causes
from slactl.alarming.kind import Kind, Needs, OptionType

SLOW_BURN = Kind(
    "slow-burn",
    "an availability or a latency share burns its budget as fast as it lasts, for days",
    burn_causes,
    {
        "pairs": Needs(OptionType.PAIRS, "the windows and how many times as fast as the budget lasts"),
        "least_bad": Needs(OptionType.WHOLE, "so many requests must be bad in the long window"),
    },
)
