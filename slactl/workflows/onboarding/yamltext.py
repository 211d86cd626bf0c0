"""Scalars and comments of YAML from text of any kind.

The one rule: text from outside stands in double quotes with everything unusual escaped, so that it can
never end its line, its quotes or its comment.
"""

from __future__ import annotations

import re
import unicodedata

_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9._-]*")
_WORDS = frozenset({"true", "false", "yes", "no", "on", "off", "null", "y", "n"})
_SHORT = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_UNPRINTED = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})


def quoted(text: str) -> str:
    """A text in double quotes."""
    return '"' + "".join(_escaped(one) for one in text) + '"'


def word(text: str) -> str:
    """A text as it is where that is safe (names such as ``eu-west-1``), else in double quotes."""
    return text if _PLAIN.fullmatch(text) and text.lower() not in _WORDS else quoted(text)


def remark(text: str) -> str:
    """Text for a comment: one line, nothing that a terminal or an editor would obey."""
    return " ".join("".join(_escaped(one) if one not in '"\\' else one for one in text).split())


def _escaped(one: str) -> str:
    if one in _SHORT:
        return _SHORT[one]
    if one == " " or (one.isprintable() and unicodedata.category(one) not in _UNPRINTED):
        return one
    code = ord(one)
    return f"\\x{code:02X}" if code < 0x100 else f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"
