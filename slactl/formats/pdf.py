"""The report on paper: PDF/A-3a and PDF/UA-1, with the JSON report attached.

The one rule: it is set from the finished texts of the page, so no figure can differ from it; the same
report gives the same bytes on every machine, because no font and no clock of the machine is used.
"""

from __future__ import annotations

import dataclasses
import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from slactl.formats.assets import templates
from slactl.formats.html import chapters
from slactl.formats.json import render as render_json
from slactl.formats.language import speak
from slactl.formats.page import outcome
from slactl.formats.page.cover import cover
from slactl.formats.page.scene import Scene
from slactl.formats.sanitize import plain
from slactl.ports.archive import EvidenceFailure

if TYPE_CHECKING:
    from slactl.formats.page.cover import Cover
    from slactl.formats.page.parts import Chapter
    from slactl.model.report import Report

KNOWN = (
    r"\n -~\u00a0-\u024f\u0370-\u03ff\u0400-\u045f\u1e00-\u1eff\u200b\u2010-\u2027\u2030-\u203a\u20ac"
    r"\u2190-\u2193\u2200-\u22ff\u25a0-\u25cf\u2713\u2717\u25b3"
)
STRANGE = re.compile(f"[^{KNOWN}]")
LONG = re.compile(r"[^\s\u200b]{25,}")
JOINTS = re.compile(r"(?<=[/._\-:])")
EIGHT = re.compile(r".{1,8}")
ANCHORS = {"y": "end", "x": "middle"}


def render(report: Report, language: str) -> bytes:
    """The report as a PDF file.

    Raises:
        EvidenceFailure: without the extra ``pdf``.
        ValueError: if the language is unknown.
    """
    scene = Scene(report, speak(language))
    return typeset(view(scene, cover(scene), chapters(scene)), render_json(report, language))


def typeset(told: dict[str, Any], attached: str) -> bytes:
    """A view as a PDF file with a JSON document attached.

    Raises:
        EvidenceFailure: without the extra ``pdf``.
    """
    try:
        import typst
    except ImportError:
        raise EvidenceFailure("a PDF needs slactl[pdf]", "pip install 'slactl[pdf]'") from None
    made: bytes = typst.compile(
        templates().joinpath("report.typ").read_bytes(),
        ignore_system_fonts=True,
        sys_inputs={"view": json.dumps(told, ensure_ascii=False), "report": attached},
        pdf_standards=["a-3a", "ua-1"],
        timestamp=told["generated_at"],
    )
    return made


def view(scene: Scene, top: Cover, all_chapters: tuple[Chapter, ...]) -> dict[str, Any]:
    """All texts of the page in their order, in characters that the built-in fonts have."""
    report, settings = scene.report, scene.report.catalogue.report
    identity = ("" if report.period.final else scene.say("PROVISIONAL"), report.report_id, settings.classification)
    told = {
        **dataclasses.asdict(top),
        "generated_at": report.generated_at,
        "date": datetime.fromtimestamp(report.generated_at, UTC).timetuple()[:6],
        "lang": scene.language.code,
        "author": settings.prepared_by or "slactl",
        "identity": " · ".join(plain(part) for part in identity if part),
        "origin": f"slactl {report.provenance.version} · SHA-256 {report.provenance.data_digest[:16]}",
        "page": scene.say("Page {n} of {m}"),
        "provisional": scene.say("PROVISIONAL"),
        "excluded": scene.say("maintenance excluded"),
        "attachment": f"slactl-{report.period.label}.json",
        "verdict": dataclasses.asdict(outcome.verdict(scene)),
        "chapters": [dataclasses.asdict(chapter) for chapter in all_chapters],
    }
    printed: dict[str, Any] = _printable(told)
    return printed


def _printable(value: Any) -> Any:
    """Texts in characters that can be set; drawings with the anchor of each label."""
    if isinstance(value, str):
        return printable(value)
    if isinstance(value, dict):
        found = {key: _printable(part) for key, part in value.items()}
        return {**found, "anchor": _anchor(found)} if set(found) == {"x", "y", "text", "kind"} else found
    if isinstance(value, list | tuple):
        return [_printable(part) for part in value]
    return value


def _anchor(label: dict[str, Any]) -> str:
    return next((ANCHORS[word] for word in str(label["kind"]).split() if word in ANCHORS), "start")


def printable(text: str) -> str:
    """A text that the built-in fonts can show: other characters by their number, long words breakable."""
    shown = STRANGE.sub(lambda found: f"\\u{{{ord(found.group()):x}}}", text)
    return LONG.sub(lambda found: _breakable(found.group()), shown)


def _breakable(word: str) -> str:
    """A long word with places to break it: after its joints, or every eight characters of a digest."""
    parts = JOINTS.split(word)
    return "\u200b".join("\u200b".join(EIGHT.findall(part)) if len(part) > 24 else part for part in parts)
