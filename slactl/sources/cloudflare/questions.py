"""The GraphQL texts.

The one rule: names come from the table of data sets, values go as variables.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from slactl.model.span import Span
from slactl.sources.cloudflare.client import failed
from slactl.sources.cloudflare.datasets import Dataset, Place

Row = tuple[int, dict[str, str], dict[str, Any]]
"""A group: its time (seconds since the epoch), what tells it apart, and its fields."""


def limits_question(dataset: Dataset) -> str:
    """What an owner's plan lets one ask of a data set."""
    inner = f"settings {{ {dataset.node} {{ enabled maxDuration maxPageSize notOlderThan }} }}"
    return f"query($tag: string!) {{ viewer {{ {dataset.scope}(filter: {{{dataset.tag}: $tag}}) {{ {inner} }} }} }}"


def rows_question(
    place: Place, time: str, groups: Sequence[str], fields: Sequence[tuple[str, ...]], span: Span, limit: int
) -> tuple[str, dict[str, object]]:
    """The rows of a place in a span, told apart by their time and ``groups``; the text and its variables."""
    dataset = place.dataset
    names = {f"v{number}": name for number, (name, _) in enumerate(place.narrowed)}
    declared = "".join(f", ${variable}: string!" for variable in names)
    filters = ["datetime_geq: $since", "datetime_lt: $until"]
    filters += [f"{dataset.filters[name]}: ${variable}" for variable, name in names.items()]
    filters += [dataset.always] if dataset.always else []
    picked = " ".join(" { ".join(path) + " }" * (len(path) - 1) for path in fields)
    inner = (
        f"{dataset.node}(limit: {limit}, filter: {{{', '.join(filters)}}}) "
        f"{{ {picked} dimensions {{ {' '.join((time, *groups))} }} }}"
    )
    text = (
        f"query($tag: string!, $since: Time!, $until: Time!{declared}) "
        f"{{ viewer {{ {dataset.scope}(filter: {{{dataset.tag}: $tag}}) {{ {inner} }} }} }}"
    )
    values = {f"v{number}": value for number, (_, value) in enumerate(place.narrowed)}
    return text, {"tag": place.owner, "since": stamp(span.start), "until": stamp(span.end), **values}


def owner_of(dataset: Dataset, data: dict[str, Any]) -> dict[str, Any]:
    """The owner's part of an answer.

    Raises:
        CloudflareFailure: if it is not there: the token does not see the owner, or the answer has another form.
    """
    try:
        found = data["viewer"][dataset.scope]
        return dict(found[0])
    except (KeyError, TypeError, ValueError, IndexError):
        raise failed(f"Cloudflare shows no such {dataset.tag} to this token") from None


def rows_of(dataset: Dataset, data: dict[str, Any], time: str) -> list[Row]:
    """The rows of an answer.

    Raises:
        CloudflareFailure: if they are not there or not of the expected form.
    """
    try:
        found = owner_of(dataset, data)[dataset.node]
        return [_row(one, time) for one in found]
    except (KeyError, TypeError, ValueError, AttributeError):
        raise failed("Cloudflare's answer has another form than expected") from None


def stamp(second: int) -> str:
    """A time as Cloudflare reads it."""
    return datetime.fromtimestamp(second, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _row(one: dict[str, Any], time: str) -> Row:
    dimensions = dict(one["dimensions"])
    at = datetime.fromisoformat(dimensions.pop(time))
    moment = int((at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp())
    return moment, {name: str(value) for name, value in dimensions.items()}, one
