"""What a place that keeps mute rules must offer to whoever changes them.

The one rule: as of alarms: a call is done or it is not, and says so; a second one of the same kind does no harm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from slactl.model.excluding import Exclusion, SlosSeen, StandingExclusion
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


class SloStore(Protocol):
    """Keeps the exclusion windows of the native SLOs of one account and region."""

    def slos(self, prefix: str) -> SlosSeen:
        """The SLOs of ours whose name begins with the prefix and a blank, with their windows.

        Raises:
            AwsFailure: if no other call can succeed either.
        """
        ...

    def exclude(
        self, arns: Sequence[str], add: Sequence[Exclusion], remove: Sequence[StandingExclusion]
    ) -> Mapping[str, str]:
        """Adds and removes windows of up to 50 SLOs; why it failed, by ARN, of those where it did.

        Raises:
            NotDone: if the whole call is refused.
        """
        ...
