"""A plan as the dict that a file keeps (``slactl.alarms-plan/1``), and back.

The one rule: what comes back is what was kept, to the last field; anything else is refused as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from slactl.alarming.written import read_amount, read_instant, written_amount, written_instant
from slactl.model.alarmplan import (
    About,
    Bill,
    Blocked,
    Caution,
    Change,
    Create,
    Delete,
    Difference,
    Keep,
    KindBill,
    Left,
    Plan,
    SavedPlan,
    Shape,
    Update,
    Why,
)

SCHEMA = "slactl.alarms-plan/1"
WORDS: Mapping[type[Change], str] = {
    Create: "create",
    Update: "update",
    Keep: "keep",
    Delete: "delete",
    Left: "left",
    Blocked: "blocked",
}
Kept = Mapping[str, Any]
Item = TypeVar("Item")


class Unfit(Exception):
    """What was read is no plan that this version of slactl can carry out."""


def to_dict(saved: SavedPlan) -> dict[str, object]:
    """The plan as values of JSON."""
    plan = saved.plan
    return {
        "schema": SCHEMA,
        "version": saved.version,
        "made_at": written_instant(saved.made_at),
        "account": saved.account,
        "region": saved.region,
        "prefix": saved.prefix,
        "configuration": dict(saved.configuration),
        "fingerprint": plan.fingerprint,
        "foreign": plan.foreign,
        "elsewhere": list(plan.elsewhere),
        "warnings": [{"code": one.code, "text": one.text, "alarm": one.alarm} for one in plan.warnings],
        "bill": _bill(plan.bill) if plan.bill else None,
        "changes": [change_dict(change) for change in plan.changes],
    }


def from_dict(kept: object) -> SavedPlan:
    """The plan of what ``to_dict`` gave.

    Raises:
        Unfit: if it is of another version, or was changed so that something is missing or of another kind.
    """
    if not isinstance(kept, Mapping) or kept.get("schema") != SCHEMA:
        raise Unfit(f"it is no plan of the form {SCHEMA}")
    try:
        return _saved(kept)
    except (KeyError, TypeError, ValueError, AttributeError, ZeroDivisionError) as failure:
        raise Unfit(f"the plan is not whole: {failure!r}") from failure


def change_dict(change: Change) -> dict[str, object]:
    """A change as values of JSON."""
    told: dict[str, object] = {"change": WORDS[type(change)], "name": change.name, "shape": change.shape.value}
    told |= {
        "kind": change.about.kind,
        "service": change.about.service,
        "objective": change.about.objective,
        "severity": change.about.severity,
    }
    match change:
        case Create():
            return told | {"fields": dict(change.fields), "tags": dict(change.tags)}
        case Update():
            fields = dict(change.fields) if change.fields is not None else None
            told |= {"arn": change.arn, "fields": fields, "tags": dict(change.tags), "untag": list(change.untag)}
            return told | {"differences": _differences(change.differences)}
        case Delete():
            return told | {"arn": change.arn, "why": change.why.value}
        case Left():
            return told | {"owner": change.owner, "differences": _differences(change.differences)}
        case Blocked():
            return told | {"text": change.text}
        case Keep():
            return told


def _differences(found: tuple[Difference, ...]) -> list[dict[str, object]]:
    return [{"field": one.field, "old": _listed(one.old), "new": _listed(one.new)} for one in found]


def _listed(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value


def _bill(bill: Bill) -> dict[str, object]:
    kinds = [
        {"kind": one.kind, "alarms": one.alarms, "metrics": one.metrics, "dollars": written_amount(one.dollars)}
        for one in bill.kinds
    ]
    return {"kinds": kinds, "free": written_amount(bill.free), "total": written_amount(bill.total)}


def _saved(kept: Kept) -> SavedPlan:
    plan = Plan(
        changes=tuple(_change(one) for one in _list(kept["changes"])),
        fingerprint=_text(kept["fingerprint"]),
        foreign=_number(kept["foreign"]),
        elsewhere=tuple(_text(one) for one in _list(kept["elsewhere"])),
        warnings=tuple(
            Caution(_text(one["code"]), _text(one["text"]), _or_none(_text, one["alarm"]))
            for one in _list(kept["warnings"])
        ),
        bill=_or_none(_read_bill, kept["bill"]),
    )
    names = ("account", "region", "prefix", "version")
    account, region, prefix, version = (_text(kept[name]) for name in names)
    made_at = read_instant(kept["made_at"])
    return SavedPlan(plan, account, region, prefix, version, made_at, _texts(kept["configuration"]))


def _change(kept: Kept) -> Change:
    name, shape = _text(kept["name"]), Shape(kept["shape"])
    objective = _or_none(_text, kept["objective"])
    about = About(_text(kept["kind"]), _text(kept["service"]), objective, _text(kept["severity"]))
    match kept["change"]:
        case "create":
            return Create(name, shape, about, _mapping(kept["fields"]), _texts(kept["tags"]))
        case "update":
            fields, untag = _or_none(_mapping, kept["fields"]), tuple(_text(one) for one in _list(kept["untag"]))
            told, tags = _read_differences(kept), _texts(kept["tags"])
            return Update(name, shape, about, _text(kept["arn"]), fields, told, tags, untag)
        case "keep":
            return Keep(name, shape, about)
        case "delete":
            return Delete(name, shape, about, _text(kept["arn"]), Why(kept["why"]))
        case "left":
            return Left(name, shape, about, _text(kept["owner"]), _read_differences(kept))
        case "blocked":
            return Blocked(name, shape, about, _text(kept["text"]))
        case other:
            raise ValueError(f"no change is called {other!r}")


def _read_differences(kept: Kept) -> tuple[Difference, ...]:
    return tuple(
        Difference(_text(one["field"]), _tupled(one["old"]), _tupled(one["new"])) for one in _list(kept["differences"])
    )


def _tupled(value: object) -> object:
    return tuple(value) if isinstance(value, list) else value


def _read_bill(kept: Kept) -> Bill:
    kinds = tuple(
        KindBill(_text(one["kind"]), _number(one["alarms"]), _number(one["metrics"]), read_amount(one["dollars"]))
        for one in _list(kept["kinds"])
    )
    return Bill(kinds, read_amount(kept["free"]), read_amount(kept["total"]))


def _or_none(read: Callable[[Any], Item], value: object) -> Item | None:
    return None if value is None else read(value)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r} is no text")
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{value!r} is no whole number")
    return value


def _list(value: object) -> list[Any]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r} is no list")
    return value


def _mapping(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise TypeError(f"{value!r} is no mapping")
    return cast("dict[str, object]", value)


def _texts(value: object) -> dict[str, str]:
    return {key: _text(one) for key, one in _mapping(value).items()}
