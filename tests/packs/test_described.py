"""docs/packs.md names every entry and every variable of every pack, no other, and says rightly what binds."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from slactl.configuration.packfile import shipped_packs

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "packs.md").read_text(encoding="utf-8")
CODE = re.compile(r"`([\w-]+)`")
BINDS, INFORMS = re.compile(r"\bbinding\b"), re.compile(r"\bit informs\b|\bthey inform\b|\bthe latter informs\b")


@cache
def written(pack: str) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((ROOT / "config" / "packs" / f"{pack}.yaml").read_text(encoding="utf-8"))
    return found


def rows(pack: str) -> list[tuple[list[str], str]]:
    """The rows of a pack's tables: what stands in the first cell as code, and the whole line."""
    section = re.search(rf"^## {pack}$(.*?)(?=^## |\Z)", TEXT, re.MULTILINE | re.DOTALL)
    assert section is not None, f"docs/packs.md has no section {pack}"
    lines = [line for line in section[1].splitlines() if line.startswith("| `")]
    return [(CODE.findall(line.split("|")[1]), line) for line in lines]


def entries(pack: str, names: list[str]) -> list[str]:
    """The ids that a cell names: in full, or the first by its end (`lambda-duration-p95`, `-p99`)."""
    known = [entry["id"] for entry in written(pack)["entries"]]
    if not names[0].startswith(f"{pack}-"):
        return []
    ends = [name for name in names[1:] if name.startswith("-")]
    begins = [names[0].rsplit("-", count)[0] for count in range(1, names[0].count("-") + 1)]
    short = [next((start + end for start in begins if start + end in known), end) for end in ends]
    return [names[0], *short, *(name for name in names[1:] if not name.startswith("-"))]


@pytest.mark.parametrize("pack", shipped_packs())
def test_every_entry_and_variable_is_described_and_no_other(pack: str) -> None:
    cells = [names for names, _ in rows(pack)]
    described = [entry for names in cells for entry in entries(pack, names)]
    variables = [name for names in cells if not entries(pack, names) for name in names]
    assert sorted(described) == sorted(entry["id"] for entry in written(pack)["entries"])
    assert sorted(variables) == sorted(written(pack)["variables"])


@pytest.mark.parametrize("pack", shipped_packs())
def test_what_is_said_to_bind_binds(pack: str) -> None:
    advisory = {entry["id"]: entry.get("advisory", False) for entry in written(pack)["entries"]}
    for names, line in rows(pack):
        told = [advisory[entry] for entry in entries(pack, names)]
        if BINDS.search(line):
            assert not any(told), line
        if INFORMS.search(line):
            assert told[-1] if "latter" in line else all(told), line
