"""What somebody who is to be told, and a place that remembers what was told, must offer.

The one rule: a notice that was not surely delivered is not delivered; no reason ever holds a secret.
"""

from __future__ import annotations

from typing import Protocol

from slactl.model.notice import Notice


class NotDelivered(Exception):
    """A notice that was not taken; ``reason`` says why, without any secret, address or answer's body."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Channel(Protocol):
    """One way to tell somebody."""

    def send(self, notice: Notice) -> None:
        """Tells it, once.

        Raises:
            NotDelivered: if it was not taken, or nobody knows whether it was.
        """
        ...


class Memory(Protocol):
    """Keeps one text, whole, across runs that may end anywhere.

    ``intend`` makes a text safe without putting it in force, so that a full disk is found out before
    anything is done that the text speaks of; ``settle`` puts it in force and takes no space.
    """

    def intend(self, text: str) -> None:
        """Makes a text safe beside the one in force.

        Raises:
            OSError: if that cannot be; the one in force stays.
        """
        ...

    def settle(self) -> None:
        """Puts the intended text in force.

        Raises:
            OSError: if that cannot be; the one in force stays.
        """
        ...

    def forget(self) -> None:
        """Drops the intended text."""
        ...
