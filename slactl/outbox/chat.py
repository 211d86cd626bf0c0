"""Notices to Slack and Microsoft Teams, by apprise.

The one rule: only the address of the chat that was configured is taken, certificates are checked whatever
the address says, and apprise's own log, which holds addresses, is heard by nobody but us.
"""

from __future__ import annotations

import re
from typing import Any

from slactl.model.checking import ChannelKind, Happening, Keeper
from slactl.model.notice import Notice
from slactl.outbox.logs import overheard
from slactl.outbox.secrets import Secret, Secrets
from slactl.ports.notices import NotDelivered

MISSING = "this needs slactl[notify]: pip install 'slactl[notify]'"
COLOURS = {
    Happening.BREACHED: "failure",
    Happening.WARNING: "warning",
    Happening.INSUFFICIENT_DATA: "warning",
    Happening.RECOVERED: "success",
}
SETTINGS = {
    "verify": True,
    "redirect": False,
    "include_image": False,
    "include_footer": False,
    "include_timestamp": False,
    "targets": None,
    "format": "text",
}
"""What an address may not say: whether certificates are checked, who else is told, what else is shown."""
NAMES = {ChannelKind.SLACK: "Slack", ChannelKind.TEAMS: "Teams"}
LONGEST_TITLE, LONGEST_BODY = 200, 900
ANSWERED = re.compile(r"error=(\d{3})\b")


class ChatChannel:
    """A ``Channel`` to a chat's webhook."""

    def __init__(self, kind: ChannelKind, keeper: Keeper, secrets: Secrets) -> None:
        self._kind, self._keeper, self._secrets = kind, keeper, secrets

    def send(self, notice: Notice) -> None:
        """Posts it."""
        name = NAMES[self._kind]
        plugin = self._plugin(self._secrets.of(self._keeper))
        with overheard() as heard:
            try:
                taken = plugin.send(
                    self._escaped(body_of(notice)), notice.title[:LONGEST_TITLE], COLOURS[notice.happening]
                )
            except Exception as error:  # noqa: BLE001 - whatever a plugin fails with, its text may hold the address
                raise NotDelivered(f"{name} was not told: {type(error).__name__}") from None
        if not taken:
            raise NotDelivered(_reason(name, heard))

    def _escaped(self, text: str) -> str:
        """The text as the chat shows it letter by letter; apprise does that for titles alone."""
        if self._kind is ChannelKind.SLACK:
            return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return re.sub(r"([\\`*_\[\]])", r"\\\1", text).replace("\n", "\n\n")

    def _plugin(self, address: Secret) -> Any:
        """The plugin for the address.

        Raises:
            NotDelivered: without apprise, and for an address that is not the chat's.
        """
        plugin = _plugin_class(self._kind)
        with overheard():
            try:
                told = plugin.parse_native_url(address.reveal())
                made = plugin(**{**told, **SETTINGS}) if told else None
            except Exception:  # noqa: BLE001 - the same
                made = None
        if made is None or not address.reveal().startswith("https://"):
            raise NotDelivered(f"what {self._keeper.place} holds is no webhook of {NAMES[self._kind]}")
        return made


def _plugin_class(kind: ChannelKind) -> Any:
    try:
        if kind is ChannelKind.SLACK:
            from apprise.plugins.slack import NotifySlack

            return NotifySlack
        from apprise.plugins.workflows import NotifyWorkflows
    except ImportError:
        raise NotDelivered(MISSING) from None
    return NotifyWorkflows


def body_of(notice: Notice) -> str:
    """The lines, no longer than every chat takes in one piece."""
    text = "\n".join(notice.lines) or notice.title
    return text if len(text) <= LONGEST_BODY else text[: LONGEST_BODY - 1] + "\N{HORIZONTAL ELLIPSIS}"


def _reason(name: str, heard: list[str]) -> str:
    """Why a chat didn't take it, of which only a status is repeated."""
    found = [match[1] for line in heard if (match := ANSWERED.search(line))]
    if found:
        return f"{name} answered {found[-1]}"
    return f"{name} could not be reached" if any("onnection" in line for line in heard) else f"{name} did not take it"
