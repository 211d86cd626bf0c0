"""What a place that keeps mute rules must offer to whoever changes them.

The one rule: as of alarms: a call is done or it is not, and says so; a second one of the same kind does no harm.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from slactl.model.muting import MuteForm, StandingMute


class MuteStore(Protocol):
    """Keeps the mute rules of one account and region."""

    def rules(self, prefix: str) -> tuple[StandingMute, ...]:
        """Every rule whose name begins with the prefix and a blank, with its tags.

        Raises:
            AwsFailure: if they, or the tags of any of them, can't be read.
        """
        ...

    def put(self, form: MuteForm, tags: Mapping[str, str]) -> None:
        """Makes a rule, or writes over all of one but its tags.

        Raises:
            NotDone: if it is refused.
        """
        ...

    def delete(self, name: str) -> None:
        """Deletes a rule; one that is gone already is not missed.

        Raises:
            NotDone: if it is refused.
        """
        ...
