"""Burn rates that wake somebody: most of a month's budget would be gone within days."""

from __future__ import annotations

from slactl.alarming.burning import burn_causes
from slactl.alarming.kind import Kind, Needs, OptionType

BURN_RATE = Kind(
    "burn-rate",
    "an availability or a latency share burns its budget fast, in a long and a short window",
    burn_causes,
    {
        "pairs": Needs(OptionType.PAIRS, "the windows and how many times as fast as the budget lasts"),
        "least_bad": Needs(OptionType.WHOLE, "so many requests must be bad in the long window"),
    },
)
