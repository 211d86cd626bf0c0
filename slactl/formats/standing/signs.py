"""Bars, the little picture of the last days, and the same in plain characters.

The one rule: a picture never looks better than its figure: what is left is rounded down, what is spent up,
and what nobody knows has a sign of its own.
"""

from __future__ import annotations

import unicodedata
from fractions import Fraction
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from slactl.model.burn import Spent

WIDTH = 10
"""Cells of a bar."""
FULL, REST = "\N{FULL BLOCK}", "\N{LIGHT SHADE}"
PARTS = "".join(chr(0x258F - part) for part in range(7))
"""One to seven eighths of a cell."""
LEVELS = "".join(chr(0x2581 + part) for part in range(8))
BOUNDS = (Fraction(0), Fraction(1, 4), Fraction(1, 2), Fraction(3, 4), Fraction(1), Fraction(2), Fraction(4))
"""The most that a day may have spent, in days' allowances, for each level but the last."""
WHOLE_DAY = LEVELS[4]
UNKNOWN, NOTHING = "?", "\N{MIDDLE DOT}"
ASCII = str.maketrans(
    {
        FULL: "#",
        REST: "-",
        **dict.fromkeys(PARTS, "-"),
        **dict(zip(LEVELS, "_.:=+*%#", strict=True)),
        NOTHING: "~",
        "\N{CHECK MARK}": "+",
        "\N{BALLOT X}": "x",
        "\N{EN DASH}": "-",
        "\N{MINUS SIGN}": "-",
        "\N{MULTIPLICATION SIGN}": "x",
        "\N{GREATER-THAN OR EQUAL TO}": ">=",
        "\N{LESS-THAN OR EQUAL TO}": "<=",
        "\N{HORIZONTAL ELLIPSIS}": "...",
        "\N{RIGHTWARDS ARROW}": "->",
        "\N{RIGHT SINGLE QUOTATION MARK}": "'",
        "\N{NO-BREAK SPACE}": " ",
        "\N{NARROW NO-BREAK SPACE}": " ",
    }
)


def bar(share: Fraction, cells: int = WIDTH) -> str:
    """A share that is left, between 0 and 1, in eighths of a cell, rounded down."""
    eighths = int(share * cells * 8)
    whole, part = divmod(eighths, 8)
    drawn = FULL * whole + (PARTS[part - 1] if part else "")
    return drawn + REST * (cells - len(drawn))


def day_sign(spent: Spent) -> str:
    """One day: how much of its own allowance it spent, on a scale that is the same for every target."""
    if spent.bad is None:
        return UNKNOWN
    if not spent.total:
        return NOTHING
    rate = spent.rate
    if rate is None:
        return LEVELS[-1] if spent.bad else LEVELS[0]
    return next((LEVELS[place] for place, bound in enumerate(BOUNDS) if rate <= bound), LEVELS[-1])


def in_ascii(text: str) -> str:
    """Text for a terminal that has nothing but ASCII: signs by their likes, letters without accents."""
    plain = unicodedata.normalize("NFKD", text.translate(ASCII))
    bare = "".join(one for one in plain if not unicodedata.combining(one))
    return bare.encode("ascii", "backslashreplace").decode("ascii")
