"""Whatever stands in a file, it is a catalogue or a ConfigurationError: nothing else ever comes out."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from slactl.configuration import ConfigurationError, Mistake, load_catalogue

EXAMPLES = Path(__file__).parents[2] / "config"
SHOWN = re.compile("[^\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]+")
WORDS = st.sampled_from([
    "version", "1", "services", "report", "goal", ">=", "99.9%", "{", "}", "[", "]", "&a", "*a", "!!int", "!", "|", ">",
    "'", "#", "%", "?", "---", "...", "<<", "~", "é", "\\u", "0", ": ", "\n", "\n  ", "- ", ", ", '"', "\t",
])  # fmt: skip


def tried(files: dict[str, bytes]) -> None:
    """Load; every mistake must have a place and a text that a terminal can show."""
    for mistake in mistakes_of(files):
        assert mistake.line >= 1
        assert SHOWN.fullmatch(mistake.what + (mistake.hint or ""))


def mistakes_of(files: dict[str, bytes]) -> tuple[Mistake, ...]:
    """What is wrong with the files; nothing, if they make a catalogue."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        try:
            load_catalogue(Path(folder) / "slactl.yaml")
        except ConfigurationError as refused:
            return refused.mistakes or (Mistake("", 0, "refused without a reason"),)
    return ()


@given(st.binary(max_size=200))
def test_any_bytes(content: bytes) -> None:
    tried({"slactl.yaml": content})


@given(st.text(max_size=200))
def test_any_text(text: str) -> None:
    tried({"slactl.yaml": text.encode("utf-8", "surrogatepass")})


@given(st.lists(WORDS, max_size=40))
def test_any_yaml_like_text(words: list[str]) -> None:
    tried({"slactl.yaml": "".join(words).encode()})


@settings(max_examples=150)
@given(st.data())
def test_the_example_with_a_piece_replaced(data: st.DataObject) -> None:
    """A stretch of the working example is replaced by whatever comes."""
    files = {
        "slactl.yaml": (EXAMPLES / "example.yaml").read_bytes(),
        "example-maintenance.yaml": (EXAMPLES / "example-maintenance.yaml").read_bytes(),
        "isms.yaml": (EXAMPLES / "isms.yaml").read_bytes(),
    }
    files["slactl.yaml"] = files["slactl.yaml"].replace(b"# objectives:", b"objectives:")
    name = data.draw(st.sampled_from(sorted(files)))
    content = files[name]
    start = data.draw(st.integers(0, len(content)))
    end = data.draw(st.integers(start, min(len(content), start + 30)))
    piece = data.draw(
        st.one_of(st.text(max_size=8).map(lambda text: text.encode("utf-8", "replace")), WORDS.map(str.encode))
    )
    tried(files | {name: content[:start] + piece + content[end:]})
