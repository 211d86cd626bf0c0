"""What the files of a bundle are called.

The one rule: a name is relative, plain and unique on every file system, or the bundle is refused.
"""

from __future__ import annotations

import unicodedata

MANIFEST = "bundle.json"
SIGNATURE = "bundle.dsse.json"
README = "README.txt"
REPORT, EVIDENCE, CONFIG = "report/", "evidence/", "config/"
SHIPPED = "shipped/"
"""Files of slactl itself that a configuration names: for people to read, never loaded from there."""
LONGEST_NAME = 1000
LONGEST_PART = 255
RESERVED = frozenset('<>:"|?*')
"""What Windows does not take in a name."""


def fault(name: str) -> str | None:
    """Why a name is refused; None if it is not."""
    parts = name.split("/")
    if not name or len(name) > LONGEST_NAME or any(len(part) > LONGEST_PART for part in parts):
        return "has no or too long a name"
    if name.startswith("/") or "\\" in name or name[1:2] == ":":
        return "leads out of the bundle"
    if any(part in (".", "..") for part in parts):
        return "leads out of the bundle"
    if any(part == "" or part != part.strip(" ") or part.endswith(".") for part in parts):
        return "has an empty part, or one with space at its edge or a dot at its end"
    if any(not character.isprintable() or character in RESERVED for character in name):
        return "has a character that file systems don't take"
    return None


def folded(name: str) -> str:
    """The name as the least discerning file system tells it apart."""
    return unicodedata.normalize("NFC", name).casefold()
