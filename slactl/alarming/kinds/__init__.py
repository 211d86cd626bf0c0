"""The kinds of alarms: one file each, one row each.

The one rule: who is concerned and with which options is data (``config/alarm-kinds.yaml``); here is only what is
looked at.
"""

from __future__ import annotations

from slactl.alarming.kinds.budget_left import BUDGET_LEFT
from slactl.alarming.kinds.burn_rate import BURN_RATE
from slactl.alarming.kinds.daily import DAILY
from slactl.alarming.kinds.endpoint_errors import ENDPOINT_ERRORS
from slactl.alarming.kinds.entry_broken import ENTRY_BROKEN
from slactl.alarming.kinds.indicator import INDICATOR
from slactl.alarming.kinds.no_traffic import NO_TRAFFIC
from slactl.alarming.kinds.p95 import P95
from slactl.alarming.kinds.p99 import P99
from slactl.alarming.kinds.silent_checks import SILENT_CHECKS
from slactl.alarming.kinds.slices_down import SLICES_DOWN
from slactl.alarming.kinds.slow_burn import SLOW_BURN
from slactl.alarming.kinds.slow_share import SLOW_SHARE

KINDS = {
    kind.name: kind
    for kind in (
        BURN_RATE,
        SLICES_DOWN,
        NO_TRAFFIC,
        SLOW_BURN,
        ENDPOINT_ERRORS,
        INDICATOR,
        ENTRY_BROKEN,
        BUDGET_LEFT,
        SILENT_CHECKS,
        P95,
        P99,
        SLOW_SHARE,
        DAILY,
    )
}
"""Every kind by its name, in the order in which they are told of."""
