"""Addresses that are secrets: looked up when they are needed, in the environment or in AWS Secrets Manager.

The one rule: a secret is handed on wrapped, and only the line that uses it unwraps it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from threading import Lock

from botocore.exceptions import BotoCoreError, ClientError

from slactl.aws.failures import AwsFailure, code_of
from slactl.aws.session import AwsWorld
from slactl.model.checking import Keeper
from slactl.ports.notices import NotDelivered


class Secret:
    """A text that is not to be seen."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text, for the one who uses it."""
        return self._text

    def __repr__(self) -> str:
        return "Secret(…)"


class Secrets:
    """Looks secrets up; each secret of AWS is asked for once."""

    def __init__(self, world: AwsWorld, environ: Mapping[str, str]) -> None:
        """``environ`` is the environment of the command."""
        self._world, self._environ = world, environ
        self._known: dict[str, Secret] = {}
        self._lock = Lock()

    def of(self, keeper: Keeper) -> Secret:
        """The address that is kept there, without blanks around it.

        Raises:
            NotDelivered: if it cannot be had.
        """
        if keeper.address is not None:
            return Secret(keeper.address)
        if keeper.variable is not None:
            return self.variable(keeper.variable)
        found = self._asked(keeper.secret or "")
        text = _field(found.reveal(), keeper.field, keeper.place) if keeper.field else found.reveal()
        return _filled(text, keeper.place)

    def variable(self, name: str) -> Secret:
        """What a variable holds.

        Raises:
            NotDelivered: if it is not set, or empty.
        """
        return _filled(self._environ.get(name, ""), f"the variable {name}")

    def _asked(self, name: str) -> Secret:
        with self._lock:
            if name not in self._known:
                self._known[name] = self._ask(name)
            return self._known[name]

    def _ask(self, name: str) -> Secret:
        region = name.split(":")[3] if name.startswith("arn:") else None
        try:
            answer = self._world.client("secretsmanager", region).get_secret_value(SecretId=name)
        except (BotoCoreError, ClientError) as error:
            raise NotDelivered(f"the secret {name} could not be read: {code_of(error)}") from None
        except AwsFailure as failure:
            raise NotDelivered(f"the secret {name} could not be read: {failure.message}") from None
        if not isinstance(answer.get("SecretString"), str):
            raise NotDelivered(f"the secret {name} is no text")
        return Secret(answer["SecretString"])


def _field(text: str, field: str, place: str) -> str:
    try:
        found = json.loads(text)[field]
    except (ValueError, KeyError, TypeError, IndexError):
        raise NotDelivered(f"{place} is no JSON object with a key {field}") from None
    if not isinstance(found, str):
        raise NotDelivered(f"{field} of {place} is no text")
    return found


def _filled(text: str, place: str) -> Secret:
    if not text.strip():
        raise NotDelivered(f"{place} is not set, or is empty")
    return Secret(text.strip())
