"""The spellings of quantities as JSON Schema: what an editor can check of ``quantities`` and ``times``.

The one rule: a pattern admits whatever the parser admits; it may admit a little more, never less.
"""

from __future__ import annotations

from collections.abc import Iterable

from slactl.configuration.quantities import NUMBER

DURATION = rf"^{NUMBER}(ms|s|m|h|d)$"
SHARE = rf"^{NUMBER}%$"
SHARE_OF_GOOD = rf"^\s*(>=|>)\s*{NUMBER}\s*%\s*$"
SHARE_OF_BAD = rf"^\s*(<=|<)\s*{NUMBER}\s*%\s*$"
SLICE_GOAL = SHARE_OF_GOOD
LATENCY_GOAL = rf"^\s*(<=|<)\s*{NUMBER}\s*(ms|s)\s*$"
RANK = r"^p[0-9]{1,2}(\.[0-9]{1,3})?$"


def text(description: str, pattern: str | None = None) -> dict[str, object]:
    """A text, with its pattern if it has one."""
    schema: dict[str, object] = {"type": "string", "description": description}
    return schema | {"pattern": pattern} if pattern else schema


def words(description: str, *known: str) -> dict[str, object]:
    """One of a few words."""
    return {"enum": [str(word) for word in known], "description": description}


def truth(description: str) -> dict[str, object]:
    """``true`` or ``false``."""
    return {"type": "boolean", "description": description}


def listed(item: object, description: str) -> dict[str, object]:
    """A list that is not empty."""
    return {"type": "array", "items": item, "minItems": 1, "description": description}


def table(properties: dict[str, object], required: Iterable[str] = (), description: str = "") -> dict[str, object]:
    """A mapping with these keys and no others."""
    schema: dict[str, object] = {"type": "object", "additionalProperties": False, "properties": properties}
    if required:
        schema["required"] = list(required)
    return schema | {"description": description} if description else schema
