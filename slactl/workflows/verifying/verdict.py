"""What a verification came to.

The one rule: what differs is said before what could not be looked at, and nothing is proven while
anything of a bundle was left unlooked at or unsigned.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from slactl.workflows.verifying.differences import Compared


class Outcome(StrEnum):
    """What one look, or the whole, came to."""

    PROVEN = "proven"
    CONSISTENT = "consistent"
    DIFFERS = "differs"
    UNCHECKED = "unchecked"


CODES = {Outcome.PROVEN: 0, Outcome.CONSISTENT: 1, Outcome.DIFFERS: 2, Outcome.UNCHECKED: 3}
ORDER = (Outcome.DIFFERS, Outcome.UNCHECKED, Outcome.CONSISTENT, Outcome.PROVEN)


@dataclass(frozen=True, slots=True)
class Look:
    """One thing that was looked at: ``of`` it, the outcome, and what is to be said of each fault."""

    of: str
    outcome: Outcome
    told: tuple[str, ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """A report of the bundle, held against evidence; ``decides`` where other figures are false in any version."""

    file: str
    compared: Compared
    decides: bool = False


@dataclass(frozen=True, slots=True)
class Verification:
    """All looks at a bundle."""

    looks: tuple[Look, ...]
    reports: tuple[Checked, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def outcome(self) -> Outcome:
        """The first of differs, unchecked, consistent, proven that any look came to."""
        found = {look.outcome for look in self.looks}
        return next((outcome for outcome in ORDER if outcome in found), Outcome.UNCHECKED)

    @property
    def code(self) -> int:
        return CODES[self.outcome]


def look_at(checked: Checked, by: str | None = None) -> Look:
    """The look at a report's figures; ``by`` is another version of slactl that made it.

    Of another version's report nothing is proven that this one would say otherwise: where only words
    or its pages differ, it is neither called true nor false.
    """
    compared = checked.compared
    told = tuple(str(figure) for figure in compared.false)
    if by is None or not (compared.worded or compared.unknown):
        return Look(checked.file, Outcome.DIFFERS if told else Outcome.PROVEN, told)
    hint = f"it was made by slactl {by}; that version compares it to the letter: pip install slactl=={by}"
    unsure = tuple(f"{field}: this version of slactl writes no such figure" for field in compared.unknown)
    unsure += tuple(str(figure) for figure in compared.worded)
    outcome = Outcome.DIFFERS if told and checked.decides else Outcome.UNCHECKED
    return Look(checked.file, outcome, (*told, *unsure), hint)


def look_for(of: str, faults: tuple[str, ...]) -> Look:
    """A look that found these faults, or none."""
    return Look(of, Outcome.DIFFERS if faults else Outcome.PROVEN, faults)
