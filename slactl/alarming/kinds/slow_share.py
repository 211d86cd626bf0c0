"""A threshold on the share of fast requests (``PR``), off unless asked for."""

from __future__ import annotations

from slactl.alarming.kind import Kind
from slactl.alarming.thresholds import OPTIONS, share_causes

SLOW_SHARE = Kind("slow-share", "the share of fast requests of a few minutes misses the goal", share_causes, OPTIONS)
