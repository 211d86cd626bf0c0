"""The report as one HTML page: no script, nothing from outside, the same in print and on a small screen.

The one rule: everything from outside is escaped (autoescape is always on, undefined names are errors)
and the content-security policy of the page lets nothing load but its own style sheet, by its hash.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from slactl.formats.assets import templates
from slactl.formats.language import speak
from slactl.formats.page import (
    alarms,
    availability,
    aws,
    budgets,
    clauses,
    closing,
    completeness,
    components,
    deviations,
    errors,
    latency,
    maintenance,
    method,
    outcome,
    revisions,
    sources,
)
from slactl.formats.page.cover import cover, page_margins
from slactl.formats.page.scene import Scene

if TYPE_CHECKING:
    from slactl.formats.page.cover import Cover
    from slactl.formats.page.parts import Chapter
    from slactl.model.report import Report

Told = Callable[["Scene"], bool]
CHAPTERS: tuple[tuple[Callable[[Scene], Chapter], Told | None], ...] = (
    (outcome.chapter, None),
    (completeness.chapter, None),
    (availability.chapter, None),
    (latency.chapter, None),
    (errors.chapter, None),
    (components.chapter, components.is_told),
    (budgets.chapter, None),
    (aws.chapter, aws.is_told),
    (maintenance.chapter, None),
    (deviations.chapter, None),
    (clauses.chapter, clauses.is_told),
    (alarms.chapter, alarms.is_told),
    (method.chapter, None),
    (closing.limitations, None),
    (sources.chapter, None),
    (revisions.chapter, None),
    (closing.approval, None),
)
"""The chapters in order; those with a condition are only there where they have something to tell."""


def render(report: Report, language: str) -> str:
    """The report as a page.

    Raises:
        ValueError: if the language is unknown.
    """
    scene = Scene(report, speak(language))
    return page(scene, cover(scene), chapters(scene))


def page(scene: Scene, top: Cover, all_chapters: tuple[Chapter, ...]) -> str:
    """A page with its cover, its verdict and its chapters."""
    style = style_sheet(scene)
    return (
        environment()
        .get_template("report.html.j2")
        .render(
            say=scene.say,
            lang=scene.language.code,
            cover=top,
            verdict=outcome.verdict(scene),
            chapters=all_chapters,
            style=Markup(style),  # noqa: S704 our own file, and margins escaped as CSS strings
            policy=policy(style),
            told=revisions.told_of(scene.report),
        )
    )


@cache
def environment() -> Environment:
    """Jinja, strict."""
    return Environment(
        loader=FileSystemLoader(templates()),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def chapters(scene: Scene) -> tuple[Chapter, ...]:
    """The chapters in order."""
    return tuple(make(scene) for make, is_told in CHAPTERS if is_told is None or is_told(scene))


def style_sheet(scene: Scene) -> str:
    """The page's only style sheet."""
    return templates().joinpath("report.css").read_text("utf-8") + page_margins(scene)


def policy(style: str) -> str:
    """The content-security policy that allows this style sheet and nothing else."""
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; base-uri 'none'; form-action 'none'"
