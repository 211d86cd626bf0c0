"""Sentences of plans and findings in Italian: what is recognised is what is said, and all of it is translated."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from random import Random
from string import Formatter

import pytest

import slactl
from slactl.formats.alarms import markdown, text
from slactl.formats.language import speak
from slactl.formats.retelling import FORMS, retold
from slactl.workflows.enforcing.planning import Planned
from tests.formats.alarms.test_plans import planned

ROOMS = ("alarming", "stores", "workflows/enforcing")
ITALIAN, ENGLISH = speak("it"), speak("en")


def told() -> str:
    """Every text of the rooms that make sentences, one after the other; figures part them."""
    root = Path(slactl.__file__).parent
    return "\n".join(one for room in ROOMS for path in sorted((root / room).rglob("*.py")) for one in texts(path))


def texts(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.value


def pieces(form: str) -> list[str]:
    """The parts of a form between its figures; single words may come from anywhere."""
    return [literal for literal, *_ in Formatter().parse(form) if len(literal.split()) > 3]


def test_every_form_is_one_that_is_still_said() -> None:
    said = told()
    assert [
        (form, piece) for form in FORMS for piece in pieces(form) if not any(one in said for one in runs(piece))
    ] == []


def runs(piece: str) -> Iterator[str]:
    """Any three words in a row: the source may part a sentence in other places."""
    words = piece.split()
    yield from (" ".join(words[start : start + 3]) for start in range(len(words) - 2))


@pytest.mark.parametrize("form", FORMS)
def test_each_form_is_recognised_with_figures_in_it(form: str) -> None:
    figures = {name: "7" if name == "n" else f"<{name}>" for _, name, _, _ in Formatter().parse(form) if name}
    found = retold(form.format(**figures), ITALIAN)
    assert found == ITALIAN.gettext(form).format(**figures)
    assert retold(form.format(**figures), ENGLISH) == form.format(**figures)


def test_what_it_is_about_stays_before_the_sentence() -> None:
    both = "burn-rate: its goal allows nothing, so no rate spends it; slices-down: nobody knows the service's series"
    assert retold(both, ITALIAN) == (
        "burn-rate: il suo obiettivo non concede nulla, quindi nessun ritmo lo consuma; "
        "slices-down: nessuno conosce le serie del servizio"
    )
    topic = "arn:aws:sns:eu-west-1:123456789012:on-call: the topic does not exist"
    assert retold(topic, ITALIAN) == topic.replace("the topic does not exist", "il topic non esiste")
    assert retold("AWS said: something else", ITALIAN) == "AWS said: something else"


def test_a_figure_is_no_form() -> None:
    assert "{x}" in retold("its rule names {x}, which do not stand", ITALIAN)


def worlds() -> list[Planned]:
    return [planned(Random(seed).randrange(10**9)) for seed in range(12)]


def test_a_plan_in_italian_has_the_same_lines_and_names() -> None:
    for made in worlds():
        english, italian = text.render(made).splitlines(), text.render(made, "it").splitlines()
        assert len(english) == len(italian)
        names = [line.split("  (")[0] for line in english if re.match(r"[-+~!o] slactl ", line)]
        assert names == [line.split("  (")[0] for line in italian if re.match(r"[-+~!o] slactl ", line)]
        assert "Piano: " in "\n".join(italian)
        assert len(markdown.render(made, "it").splitlines()) == len(markdown.render(made).splitlines())


def test_every_warning_of_these_plans_is_translated() -> None:
    said = {one.text for made in worlds() for one in made.plan.warnings} | {
        one.text for made in worlds() for one in made.plan.blocked
    }
    assert said
    assert [one for one in said if retold(one, ITALIAN) == one] == []
