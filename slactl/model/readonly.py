"""The calls that controls may make.

The one rule: what is not on the list is not called, by whomever it is asked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

VIEW = "view:"
"""How the name of a view begins where a call is asked for."""
READING_VERBS = ("Get", "List", "Describe", "Head", "BatchGet")


@dataclass(frozen=True, slots=True)
class ReadOnlyCall:
    """One operation; ``name`` is ``dynamodb:DescribeTable``.

    ``actions`` are IAM's; ``on`` the resources that they are needed on, with the place and the call's parameters in
    braces, none for ``*``. ``withheld`` are members of the answer that are taken out of it wherever they stand;
    ``nothing`` are error codes that say that there is none, which is an answer: an empty one. ``tells`` are the
    members of an answer that no model of AWS describes, by their paths (``domains[].status.ssl``).
    """

    name: str
    actions: tuple[str, ...]
    on: tuple[str, ...] = ()
    withheld: frozenset[str] = frozenset()
    nothing: frozenset[str] = frozenset()
    tells: tuple[str, ...] = ()

    @property
    def service(self) -> str:
        return self.name.partition(":")[0]

    @property
    def operation(self) -> str:
        return self.name.partition(":")[2]


@dataclass(frozen=True, slots=True)
class ReadOnlyView:
    """A document that is made of several calls; ``takes`` are parameters it must have, ``may`` others it may have.

    ``tells`` are the members that the document may have, by their paths.
    """

    name: str
    calls: tuple[str, ...]
    takes: tuple[str, ...] = ()
    may: tuple[str, ...] = ()
    tells: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReadOnlyCalls:
    """The list, calls by name (``dynamodb:DescribeTable``) and views by theirs (``view:usage-plans``)."""

    calls: Mapping[str, ReadOnlyCall] = field(default_factory=dict)
    views: Mapping[str, ReadOnlyView] = field(default_factory=dict)

    def __contains__(self, call: object) -> bool:
        return call in self.calls or call in self.views

    @property
    def names(self) -> tuple[str, ...]:
        """Everything that may be asked for."""
        return (*self.calls, *self.views)

    def behind(self, call: str) -> tuple[ReadOnlyCall, ...]:
        """The calls that a name stands for; none of a name that is not on the list."""
        if call in self.views:
            return tuple(self.calls[one] for one in self.views[call].calls)
        return (self.calls[call],) if call in self.calls else ()
