"""Uses of packs put into a main file: everything that stands stays."""

from __future__ import annotations

import pytest
import yaml

from slactl.configuration.mistakes import Refused
from slactl.configuration.packadding import with_uses

USE = ["# why", "synthetics:", "  canaries: [a]"]
OTHER = ["r2:", "  buckets:", "    - b"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("version: 1\n", "version: 1\n\npacks:\n  # why\n  synthetics:\n    canaries: [a]\n"),
        ("version: 1", "version: 1\n\npacks:\n  # why\n  synthetics:\n    canaries: [a]\n"),
        ("version: 1\n# end\n", "version: 1\n# end\n\npacks:\n  # why\n  synthetics:\n    canaries: [a]\n"),
        ("version: 1\n...\n", "version: 1\n\npacks:\n  # why\n  synthetics:\n    canaries: [a]\n...\n"),
        ("packs:\nversion: 1\n", "packs:\n  # why\n  synthetics:\n    canaries: [a]\nversion: 1\n"),
        ("packs: {}   # none\nb: 1\n", "packs:   # none\n  # why\n  synthetics:\n    canaries: [a]\nb: 1\n"),
        (
            "packs:\n    r2: {a: b}  # c\n\nb: 1\n",
            "packs:\n    r2: {a: b}  # c\n\n    # why\n    synthetics:\n      canaries: [a]\n\nb: 1\n",
        ),
        (
            "packs:\r\n  r2:\r\n    a: b\r\n",
            "packs:\r\n  r2:\r\n    a: b\r\n\r\n  # why\r\n  synthetics:\r\n    canaries: [a]\r\n",
        ),
    ],
)
def test_lines_go_behind_what_stands(text: str, expected: str) -> None:
    added = with_uses(text, [USE])
    assert added == expected
    before, after = yaml.safe_load(text), yaml.safe_load(added)
    assert after["packs"].pop("synthetics") == {"canaries": ["a"]}
    assert after == before | {"packs": before.get("packs") or {}}


def test_several_uses_stand_apart() -> None:
    added = with_uses("a: 1\n", [USE, OTHER])
    assert added.endswith("\n    canaries: [a]\n\n  r2:\n    buckets:\n      - b\n")
    assert list(yaml.safe_load(added)["packs"]) == ["synthetics", "r2"]


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("packs: {r2: {a: b}}\n", "between braces"),
        ("packs: off\n", "between braces"),
        ("{version: 1}\n", "between braces"),
        ("a: [\n", "YAML"),
        ("", "between braces"),
    ],
)
def test_what_can_not_be_added_to_is_refused(text: str, word: str) -> None:
    with pytest.raises(Refused) as refused:
        with_uses(text, [USE])
    assert word in refused.value.what
