"""What libraries log while they speak to a secret address.

The one rule: nobody else hears it, at whatever level: it names paths, which are the secret.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager

NOISY = ("apprise", "urllib3", "requests", "charset_normalizer")


class _Ear(logging.Handler):
    """Keeps what is said."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())


@contextmanager
def overheard() -> Iterator[list[str]]:
    """What the libraries say while they work, kept from every other log: some of it holds the address."""
    ear = _Ear()
    loggers = [logging.getLogger(name) for name in NOISY]
    before = [(one, one.propagate, one.handlers[:], one.level) for one in loggers]
    for one in loggers:
        one.propagate, one.handlers = False, [ear]
        one.setLevel(logging.INFO)
    try:
        yield ear.heard
    finally:
        for one, propagate, handlers, level in before:
            one.propagate, one.handlers = propagate, handlers
            one.setLevel(level)
