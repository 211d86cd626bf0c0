"""The fragment ``packs:`` of a configuration, with the reasons beside it.

The one rule: every text from outside goes through ``yamltext``, in values and in comments alike; what lacks a required
variable stands in comments as a whole, so that the fragment loads as it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from textwrap import wrap

from slactl.workflows.onboarding.packs.nouns import Given, Passed, Proposed, Use, Value
from slactl.workflows.onboarding.yamltext import remark, word

WIDTH = 110
UNOWED = "if the days before are not owed; without a look they are unknown"
LINE = 90
"""A list that is longer stands on a line for each."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Where and when it was looked: account, region, day (``2026-11-02``)."""

    account: str
    region: str
    day: str


def fragment(found: Proposed, origin: Origin) -> str:
    """The section, ready to be put into slactl.yaml."""
    whole, partial = found.complete, [use for use in found.uses if not use.complete]
    lines = [*_head(origin), ""]
    lines += ["packs:", *_uses(whole, origin.day)] if whole else ["# packs:"]
    if partial:
        lines += ["", *_remarks("Not switched on, for a variable is missing that nothing was found for:", "  ")]
        lines += [f"  # {line}" if line else "" for use in partial for line in use_lines(use, "", origin.day)]
    if found.passed:
        lines += ["", *_remarks("Not proposed:", "")]
        lines += [line for one in found.passed for line in _passed(one)]
    return "\n".join(lines) + "\n"


def _head(origin: Origin) -> Iterator[str]:
    looked = f"on {origin.day}, from account {origin.account}, {origin.region}"
    yield from _remarks(
        f"Proposed by `slactl discover --packs` {looked}. What is marked CHECK is a guess. A pack switched on in "
        f"the middle of a month has no samples of the days before, and they are unknown; `since: {origin.day}` in a "
        "pack says that nothing of it is owed before. `slactl config check` looks for mistakes, `slactl iam policy` "
        "says what the packs need.",
        "",
    )


def _uses(uses: Iterable[Use], day: str) -> Iterator[str]:
    for number, use in enumerate(uses):
        yield from [""] if number else []
        yield from use_lines(use, "  ", day)


def use_lines(use: Use, margin: str, day: str) -> Iterator[str]:
    """One use, each line behind a margin; missing variables are comments, and so is the ``day`` from which it is owed.

    What was promised before it was looked at is for the user to say: a ``since`` hides missed days, too.
    """
    yield from _remarks(("CHECK: " if use.guess else "") + use.why, margin)
    for note in use.notes:
        yield from _remarks(f"NOTE: {note}", margin)
    named = [f"pack: {use.pack}"] if use.key != use.pack else []
    lines = [*named, *(line for one in use.given for line in _given(one))]
    lines += [line for one in use.missing for line in _remarks(f"{one.name}: ...   MISSING: {one.about}", "")]
    if not lines:
        yield f"{margin}{use.key}: {{}}   # {{since: {day}}}: {UNOWED}"
        return
    yield f"{margin}{use.key}:"
    yield f"{margin}  # since: {day}   # {UNOWED}"  # first, for what is added later goes behind the last value
    yield from (f"{margin}  {line}" for line in lines)


def _given(one: Given) -> Iterator[str]:
    why = f"   # {remark(one.why)}" if one.why else ""
    if isinstance(one.value, tuple):
        short = f"{one.name}: [{', '.join(map(_scalar, one.value))}]"
        if len(short) <= LINE:
            yield short + why
            return
        yield f"{one.name}:{why}"
        yield from (f"  - {_scalar(each)}" for each in one.value)
        return
    yield f"{one.name}: {_scalar(one.value)}{why}"


def _scalar(value: Value) -> str:
    return word(value) if isinstance(value, str) else str(value)


def _passed(one: Passed) -> Iterator[str]:
    yield from _remarks(f"- {one.pack}: {one.why}", "", "    ")


def _remarks(said: str, margin: str, further: str = "") -> Iterator[str]:
    """A comment over as many lines as it takes."""
    for number, line in enumerate(wrap(remark(said), WIDTH, break_on_hyphens=False) or [""]):
        yield f"{margin}# {further if number else ''}{line}"
