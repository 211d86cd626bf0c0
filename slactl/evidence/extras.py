"""Libraries that come with an extra: imported when they are needed, and told by name when they are missing.

The one rule: a missing extra is one clear message, never a traceback.
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
        raise EvidenceFailure(f"this needs slactl[{extra}]", f"pip install 'slactl[{extra}]'") from None
