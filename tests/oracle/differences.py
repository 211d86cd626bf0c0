"""When a printed figure is the claimed one.

Decides equality. The one rule: a figure may differ by what a float and fifteen digits lose (one
part in a thousand million), which for a count or for seconds of a year is less than one.
"""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any

from .claims import Between, OneOf, Something

LOST = Fraction(1, 10**9)


def number(printed: float) -> Fraction:
    """A printed JSON number as the decimal it is written with."""
    return Fraction(repr(printed))


def show(claim: object) -> str:
    """A claim in words for a person."""
    if isinstance(claim, Fraction) and claim.denominator != 1:
        return f"{float(claim):.12g}"
    if isinstance(claim, OneOf):
        return " or ".join(dict.fromkeys(map(show, claim.options)))
    if isinstance(claim, Between):
        return f"{show(claim.low)} to {show(claim.high)}"
    if isinstance(claim, frozenset):
        return " or ".join(sorted(map(str, claim)))
    return "something" if isinstance(claim, Something) else str(claim)


def same(printed: Any, claim: object) -> bool:
    """Whether a printed figure is as claimed."""
    if isinstance(claim, OneOf):
        return any(same(printed, option) for option in claim.options)
    if isinstance(claim, Something):
        return printed is not None
    if printed is None or claim is None or isinstance(printed, bool | str):
        return bool(printed == claim)
    if isinstance(claim, Between):
        return claim.low - LOST <= number(printed) <= claim.high + LOST
    if isinstance(claim, int | Fraction):
        return abs(number(printed) - claim) <= LOST * max(Fraction(1), abs(Fraction(claim)))
    return bool(printed == claim)


def differs(name: str, printed: Any, claim: object) -> Iterator[str]:
    """One difference, if there is one."""
    if not same(printed, claim):
        yield f"{name} is {printed!r}, not {show(claim)}"


def status_differs(name: str, printed: Any, claim: Any) -> Iterator[str]:
    """A status that is not among the possible ones."""
    if printed not in claim:
        yield f"{name} is {printed!r}, not {show(claim)}"
