"""What a view may ask.

The one rule: a call that the list does not name for a view is refused to it, whatever else is on the list; a member
that is not known stands in the document as its refusal, and whoever selects it gets that.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from slactl.model.status import Code
from slactl.sources.configuration.asking import Asker, Document, Refusal, failed


@dataclass(frozen=True, slots=True)
class Questions:
    """Asks the calls of one view; ``region`` is where, None for the configured one."""

    asker: Asker
    calls: frozenset[str]
    region: str | None = None

    @property
    def now(self) -> int:
        return self.asker.now

    def __call__(self, call: str, region: str | None = None, /, **parameters: object) -> Document:
        """The whole answer.

        Raises:
            Refusal: as ``Asker.ask``.
        """
        if call not in self.calls:
            raise failed(f"the view may not ask {call}")
        return self.asker.ask(call, parameters, region or self.region)

    def maybe(self, call: str, region: str | None = None, /, **parameters: object) -> Document | None:
        """The answer, or None where what it is about is not there.

        Raises:
            Refusal: for any other reason.
        """
        try:
            return self(call, region, **parameters)
        except Refusal as refusal:
            if refusal.reason.code is Code.NOT_THERE:
                return None
            raise


class Told(dict[str, Any]):
    """A document of which some members are a ``Refusal``: it is raised where a JMESPath asks for them."""

    def get(self, key: str, default: Any = None) -> Any:
        return known(super().get(key, default))

    def values(self) -> Any:
        return [known(value) for value in super().values()]


def known(value: Any) -> Any:
    """The value itself; raises it where it is a refusal."""
    if isinstance(value, Refusal):
        raise value
    return value


def texts(value: object) -> tuple[str, ...]:
    """A parameter that is one text or a list of them."""
    if isinstance(value, str):
        return (value,)
    return tuple(str(one) for one in value) if isinstance(value, Sequence) else ()
