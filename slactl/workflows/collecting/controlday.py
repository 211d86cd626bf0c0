"""The samples of a component's controls on one UTC day, as one document.

The one rule: it holds what the JMESPaths selected and nothing else of an answer; the same samples give the same bytes.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from slactl.model.control import ControlSample
from slactl.model.evidence import Place
from slactl.model.status import Code, Reason
from slactl.workflows.collecting.record import canonical

SCHEMA = "slactl.evidence-controls/1"


def body(place: Place, samples: Sequence[ControlSample]) -> bytes:
    """The document of a component's day, in order of time."""
    return canonical(
        {
            "schema": SCHEMA,
            "account": place.account,
            "region": place.region,
            "component": place.service,
            "day": place.when,
            "samples": [_sample(one) for one in sorted(samples, key=_order)],
        }
    )


def read(told: bytes) -> tuple[ControlSample, ...]:
    """The samples of a document.

    Raises:
        ValueError: if it is none.
    """
    document = json.loads(told)
    if not isinstance(document, dict) or document.get("schema") != SCHEMA:
        raise ValueError(f"not {SCHEMA}")
    try:
        return tuple(_read(str(document["component"]), one) for one in document["samples"])
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"a sample that is none: {error}") from error


def _order(one: ControlSample) -> tuple[int, str, str, str]:
    return one.at, one.control, one.target or "", one.asked


def _sample(one: ControlSample) -> dict[str, Any]:
    return {
        "control": one.control,
        "target": one.target,
        "at": one.at,
        "asked": one.asked,
        "selected": one.selected,
        "held": one.held,
        "failure": {"code": one.failure.code.value, **dict(one.failure.figures)} if one.failure else None,
    }


def _read(component: str, told: Mapping[str, Any]) -> ControlSample:
    figures = dict(told["failure"] or {})
    code = figures.pop("code", None)
    return ControlSample(
        component,
        told["control"],
        told["target"],
        int(told["at"]),
        told["asked"],
        told["selected"],
        told["held"],
        Reason.of(Code(code), **figures) if code else None,
    )
