"""Data on stdout are the same bytes in every locale."""

from __future__ import annotations

import io
import sys

import pytest

from slactl.cli.console import out, raw

SAID = "Disponibilità ≥ 99,9%"


@pytest.mark.parametrize("encoding", ["utf-8", "UTF8", "ascii", "latin-1", "cp1252"])
def test_data_are_utf_8_whatever_the_locale_says(monkeypatch: pytest.MonkeyPatch, encoding: str) -> None:
    held = io.BytesIO()
    stream = io.TextIOWrapper(held, encoding=encoding, newline="\n")
    monkeypatch.setattr(sys, "stdout", stream)
    out(SAID)
    raw(SAID)
    raw(b"!")
    stream.flush()
    assert held.getvalue() == f"{SAID}\n{SAID}!".encode()
