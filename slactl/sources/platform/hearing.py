"""Looking for one kind of thing: what is answered, and what is refused on the way.

The one rule: an answer of another form than AWS's own is a refusal too; nothing is guessed from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from slactl.model.status import Code, Reason
from slactl.ports import Refusal
from slactl.ports.platform import Named, Seen
from slactl.sources.configuration.asking import Asker, Document
from slactl.sources.configuration.asking import Refusal as NotTold

T = TypeVar("T")
LIST_METRICS = "cloudwatch:ListMetrics"
LISTING = "listing metrics"


class Hearing:
    """Asks for one kind of thing; ``refusals`` and ``asides`` are what it met, as ``Seen`` tells them apart."""

    def __init__(self, asker: Asker) -> None:
        self._asker = asker
        self.refusals: list[Refusal] = []
        self.asides: list[Refusal] = []

    def ask(self, doing: str, call: str, region: str | None = None, /, **parameters: object) -> Document | None:
        """The whole answer; None where there is none (it is written down why, unless the thing is gone)."""
        return self._asked(self.refusals, doing, call, region, parameters)

    def aside(self, doing: str, call: str, region: str | None = None, /, **parameters: object) -> Document | None:
        """As ``ask``, of what adds nothing to what is found."""
        return self._asked(self.asides, doing, call, region, parameters)

    def _asked(
        self, met: list[Refusal], doing: str, call: str, region: str | None, parameters: dict[str, object]
    ) -> Document | None:
        try:
            return self._asker.ask(call, parameters, region)
        except NotTold as told:
            if told.reason.code is not Code.NOT_THERE:
                met.append(_refusal(told.reason, doing, call))
            return None

    def published(
        self, namespace: str, metric: str, dimensions: tuple[str, ...], region: str | None = None
    ) -> frozenset[str] | None:
        """The values of the first of exactly these dimensions under which a metric was published in two weeks."""
        filters = [{"Name": name} for name in dimensions]
        asked = {"Namespace": namespace, "MetricName": metric, "Dimensions": filters}
        found = self.aside(LISTING, LIST_METRICS, region, **asked)
        if found is None:
            return None
        told = (pairs(one) for one in items(found, "Metrics"))
        return frozenset(one[dimensions[0]] for one in told if set(one) == set(dimensions))

    def seen(self, found: Iterable[T]) -> Seen[T]:
        """What was found, with what was refused on the way, each once."""
        listed = tuple(found)
        return Seen(listed, tuple(dict.fromkeys(self.refusals)), tuple(dict.fromkeys(self.asides)))


def _refusal(reason: Reason, doing: str, call: str) -> Refusal:
    figures = dict(reason.figures)
    action = str(figures.get("action", call))
    if reason.code is not Code.ACCESS_DENIED:
        return Refusal(doing, action, f"{doing}: {figures.get('error', reason.code.value)}", "try again later")
    if "error" in figures:  # Cloudflare's refusals come with its words
        return Refusal(
            doing, action, f"{doing}: {figures['error']}", "what the token needs stands in docs/packs.md", True
        )
    return Refusal(doing, action, f"{doing}: access denied ({action})", f"allow {action}", True)


def items(found: Document | None, *path: str) -> list[Document]:
    """The objects of a list within an answer."""
    told: object = found or {}
    for name in path:
        told = told.get(name) if isinstance(told, dict) else None
    return [one for one in told if isinstance(one, dict)] if isinstance(told, list) else []


def pairs(metric: Document) -> dict[str, str]:
    """The dimensions of a listed metric."""
    return {str(one.get("Name")): str(one.get("Value")) for one in items(metric, "Dimensions")}


def named(defined: Iterable[tuple[str, str]] | None, published: frozenset[str] | None) -> Iterator[Named]:
    """What is defined (names with remarks), in order; where definitions were refused, what published."""
    if defined is None:
        yield from (Named(name, True) for name in sorted(published or ()))
        return
    for name, remark in sorted(set(defined)):
        yield Named(name, None if published is None else name in published, remark)
