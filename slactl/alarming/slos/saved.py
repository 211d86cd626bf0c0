"""A plan for SLOs as the dict that a file keeps (``slactl.slo-plan/1``), and back.

The one rule: what comes back is what was kept, to the last field; anything else is refused as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from slactl.alarming.saved import Unfit
from slactl.alarming.written import read_instant, written_instant
from slactl.model.alarmplan import Caution, Difference
from slactl.model.slo import Act, SavedSlos, SloChange, SloPlan

SCHEMA = "slactl.slo-plan/1"
Kept = Mapping[str, Any]


def to_dict(saved: SavedSlos) -> dict[str, object]:
    """The plan as values of JSON."""
    return {
        "schema": SCHEMA,
        "version": saved.version,
        "made_at": written_instant(saved.made_at),
        "account": saved.account,
        "region": saved.region,
        "prefix": saved.prefix,
        "configuration": dict(saved.configuration),
        "fingerprint": saved.plan.fingerprint,
        "foreign": saved.plan.foreign,
        "changes": [change_dict(one) for one in saved.plan.changes],
        "cautions": [{"code": one.code, "text": one.text, "slo": one.alarm} for one in saved.plan.cautions],
    }


def change_dict(one: SloChange) -> dict[str, object]:
    """A change as values of JSON."""
    return {
        "act": one.act.value,
        "name": one.name,
        "service": one.service or None,
        "objective": one.objective or None,
        "arn": one.arn or None,
        "restarts": one.restarts,
        "text": one.text or None,
        "differences": [{"field": told.field, "old": told.old, "new": told.new} for told in one.differences],
        "tags": dict(one.tags),
        "untag": list(one.untag),
        "fields": dict(one.fields),
        "seen": dict(one.seen),
    }


def from_dict(kept: object) -> SavedSlos:
    """The plan of what ``to_dict`` gave.

    Raises:
        Unfit: if it is of another version, or was changed so that something is missing or of another kind.
    """
    if not isinstance(kept, Mapping) or kept.get("schema") != SCHEMA:
        raise Unfit(f"it is no plan of the form {SCHEMA}")
    try:
        return _saved(kept)
    except (KeyError, TypeError, ValueError, AttributeError) as failure:
        raise Unfit(f"the plan is not whole: {failure!r}") from failure


def _saved(kept: Kept) -> SavedSlos:
    plan = SloPlan(
        tuple(_change(one) for one in _of(list, kept["changes"])),
        _of(int, kept["foreign"]),
        tuple(Caution(_text(one["code"]), _text(one["text"]), one["slo"]) for one in _of(list, kept["cautions"])),
        _text(kept["fingerprint"]),
    )
    account, region, prefix, version = (_text(kept[name]) for name in ("account", "region", "prefix", "version"))
    return SavedSlos(
        plan, account, region, prefix, version, read_instant(kept["made_at"]), _texts(kept["configuration"])
    )


def _change(kept: Kept) -> SloChange:
    return SloChange(
        act=Act(kept["act"]),
        name=_text(kept["name"]),
        service=_text(kept["service"] or ""),
        objective=_text(kept["objective"] or ""),
        arn=_text(kept["arn"] or ""),
        fields=_of(dict, kept["fields"]),
        tags=_texts(kept["tags"]),
        untag=tuple(_text(one) for one in _of(list, kept["untag"])),
        differences=tuple(
            Difference(_text(one["field"]), _tupled(one["old"]), _tupled(one["new"]))
            for one in _of(list, kept["differences"])
        ),
        restarts=_of(bool, kept["restarts"]),
        text=_text(kept["text"] or ""),
        seen=_of(dict, kept["seen"]),
    )


def _tupled(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _text(value: object) -> str:
    found: str = _of(str, value)
    return found


def _texts(value: object) -> dict[str, str]:
    return {key: _text(one) for key, one in _of(dict, value).items()}


def _of(kind: type, value: object) -> Any:
    if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
        raise TypeError(f"{value!r} is no {kind.__name__}")
    return value
