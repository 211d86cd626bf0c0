"""The evidence section: what its values come to, and where a store lies."""

from __future__ import annotations

from pathlib import Path

import pytest

from slactl.configuration import load, load_catalogue
from slactl.configuration.evidence import kept_days
from slactl.configuration.findings import find
from slactl.model.evidence import EvidenceSettings

MINIMAL = "version: 1\nservices: {api: {environment: prod}}\n"


def settings_of(folder: Path, section: str) -> EvidenceSettings | None:
    path = folder / "slactl.yaml"
    path.write_text(MINIMAL + section, encoding="utf-8")
    return load_catalogue(path).evidence


def test_without_the_section_nothing_is_kept(tmp_path: Path) -> None:
    assert settings_of(tmp_path, "") is None


def test_an_empty_section_keeps_evidence_beside_the_configuration(tmp_path: Path) -> None:
    assert settings_of(tmp_path, "evidence: {}\n") == EvidenceSettings(str(tmp_path / "evidence"))


def test_every_key(tmp_path: Path) -> None:
    section = (
        "evidence:\n  store: s3://example-evidence/slactl/\n  resolution: 1m\n  keep: 10y\n  lock: compliance\n"
        "  lock_for: 1461d\n  alarms: false\n  topics: ['arn:aws:sns:eu-west-1:123456789012:alerts']\n"
    )
    assert settings_of(tmp_path, section) == EvidenceSettings(
        store="s3://example-evidence/slactl",
        resolution=60,
        keep=3653,
        lock="compliance",
        lock_days=1461,
        alarms=False,
        topics=("arn:aws:sns:eu-west-1:123456789012:alerts",),
    )


@pytest.mark.parametrize(
    ("written", "found"), [("evidence", "{}/evidence"), ("../kept/", "{}/../kept"), ("/srv/kept", "/srv/kept")]
)
def test_a_directory_is_relative_to_the_file_that_names_it(written: str, found: str, tmp_path: Path) -> None:
    folder = tmp_path / "here"
    folder.mkdir()
    settings = settings_of(folder, f"evidence: {{store: {written}}}\n")
    assert settings
    assert Path(settings.store) == Path(found.format(folder)).resolve()


@pytest.mark.parametrize(("written", "days"), [("1d", 1), ("400d", 400), ("1y", 366), ("4y", 1461), ("100y", 36525)])
def test_a_year_is_never_cut_short(written: str, days: int) -> None:
    assert kept_days(written) == days


def test_show_tells_what_is_in_effect(tmp_path: Path) -> None:
    path = tmp_path / "slactl.yaml"
    path.write_text(MINIMAL + "evidence: {keep: 4y}\n", encoding="utf-8")
    shown = {origin.key: (origin.value, origin.place) for origin in load(path).origins}
    assert {key: value for key, value in shown.items() if key.startswith("evidence.")} == {
        "evidence.store": ("evidence/", "default"),
        "evidence.resolution": ("5m", "default"),
        "evidence.keep": ("4y", f"{path}:3"),
        "evidence.lock": (None, "default"),
        "evidence.lock_for": (None, "default"),
        "evidence.alarms": (True, "default"),
        "evidence.topics": (None, "default"),
    }


def test_evidence_by_the_minute_has_a_finer_grid(tmp_path: Path) -> None:
    """Slices of a minute, and windows that begin at any minute, are as good as others then."""
    objective = '{id: up, indicator: availability, goal: ">= 99%", slice: 1m, reference: {document: A, quote: b}}'
    window = "{id: A, start: 2026-10-14T02:01, end: 2026-10-14T04:00:30, announced: 2026-10-01T00:00, reason: x}"
    (tmp_path / "windows.yaml").write_text(f"notice: 1h\nwindows: [{window}]\n", encoding="utf-8")

    def codes(resolution: str) -> list[tuple[str, str]]:
        path = tmp_path / "slactl.yaml"
        section = f"objectives: [{objective}]\nmaintenance: windows.yaml\nevidence: {{resolution: {resolution}}}\n"
        path.write_text(MINIMAL + section, encoding="utf-8")
        return [(each.code, each.what.rpartition(": ")[2]) for each in find(load(path))]

    assert codes("5m") == [
        ("slice-off-grid", "objectives.up has slices of 1m"),
        ("off-grid", "start"),
        ("off-grid", "end"),
    ]
    assert codes("1m") == [("off-grid", "end")]
