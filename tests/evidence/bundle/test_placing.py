"""The files of a configuration keep their places relative to each other."""

from __future__ import annotations

from pathlib import Path

from slactl.evidence.bundle.placing import outside, placed

HOME = Path("/srv/agreements")


def test_files_beside_and_below_the_main_one() -> None:
    main, found = placed(HOME / "slactl.yaml", [HOME / "maintenance.yaml", HOME / "proofs" / "a.eml"])
    assert main == "config/slactl.yaml"
    assert {name: str(path.relative_to(HOME)) for name, path in found.items()} == {
        "config/slactl.yaml": "slactl.yaml",
        "config/maintenance.yaml": "maintenance.yaml",
        "config/proofs/a.eml": "proofs/a.eml",
    }


def test_files_above_the_main_one_keep_the_way_to_them() -> None:
    main, found = placed(HOME / "prod" / "slactl.yaml", [HOME / "prod" / ".." / "shared" / "isms.yaml"])
    assert main == "config/prod/slactl.yaml"
    assert sorted(found) == ["config/prod/slactl.yaml", "config/shared/isms.yaml"]


def test_what_lies_outside() -> None:
    inside, astray = HOME / "a" / ".." / "b", HOME / ".." / "b"
    assert outside(HOME, [inside, astray, Path("/etc/passwd")]) == [astray, Path("/etc/passwd")]
