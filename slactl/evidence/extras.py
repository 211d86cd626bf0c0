"""Libraries that come with an extra.

The one rule: they are imported where they are needed, and a missing one is one clear message, never a traceback.
"""

from __future__ import annotations

from importlib import import_module
from types import ModuleType

from slactl.ports.archive import EvidenceFailure


def needed(module: str, extra: str) -> ModuleType:
    """The library.

    Raises:
        EvidenceFailure: if it is not installed.
    """
    try:
        return import_module(module)
    except ImportError:
        raise missing(extra) from None


def missing(extra: str) -> EvidenceFailure:
    """What to raise where a library of an extra is not installed."""
    return EvidenceFailure(f"this needs slactl[{extra}]", f"pip install 'slactl[{extra}]'")
