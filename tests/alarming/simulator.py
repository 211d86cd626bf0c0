"""An account's alarms as CloudWatch keeps them, as far as a plan's changes touch them.

It refuses what CloudWatch refuses: a put over another shape, a rule that names nobody, the deletion of an alarm that
a composite looks at.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from slactl.alarming.form import form_of, shape_of
from slactl.alarming.ruletext import names_in
from slactl.model.alarm import DesiredAlarm
from slactl.model.alarmplan import Create, Delete, Plan, Shape, Standing, Update


def stands(one: DesiredAlarm) -> Standing:
    """A desired alarm as it stands once it was put, in the words of CloudWatch."""
    told: dict[str, object] = {"ActionsEnabled": True, "StateValue": "INSUFFICIENT_DATA", "AlarmArn": f"arn:{one.name}"}
    return Standing(one.name, shape_of(one.alarm), told | form_of(one.alarm), dict(one.tags), f"arn:{one.name}")


class Account:
    """What stands, by name."""

    def __init__(self, standing: Iterable[Standing] = ()) -> None:
        self.alarms = {one.name: one for one in standing}

    @property
    def standing(self) -> tuple[Standing, ...]:
        return tuple(self.alarms.values())

    def apply(self, plan: Plan) -> None:
        """Carry out every change, in order."""
        for change in plan.to_do:
            match change:
                case Create():
                    self._put(change.name, change.shape, dict(change.fields), dict(change.tags))
                case Update():
                    self._update(change)
                case Delete():
                    self._delete(change.name)

    def _put(self, name: str, shape: Shape, fields: dict[str, object], tags: dict[str, str]) -> None:
        there = self.alarms.get(name)
        assert there is None or there.shape is shape, f"{name} is of another shape"
        missing = names_in(str(fields.get("AlarmRule", ""))) - self.alarms.keys()
        assert not missing, f"{name} looks at {missing}, which do not stand"
        told: dict[str, object] = {"ActionsEnabled": True, "StateValue": "OK", "AlarmArn": f"arn:{name}"}
        kept = there.tags if there else tags
        self.alarms[name] = Standing(name, shape, told | fields, kept, f"arn:{name}")

    def _update(self, change: Update) -> None:
        if change.fields is not None:
            self._put(change.name, change.shape, dict(change.fields), {})
        there = self.alarms[change.name]
        tags = {key: value for key, value in (there.tags or {}).items() if key not in change.untag}
        self.alarms[change.name] = replace(there, tags=tags | dict(change.tags))

    def _delete(self, name: str) -> None:
        for one in self.standing:
            looked_at = names_in(str(one.fields.get("AlarmRule", "")))
            assert name not in looked_at, f"{name} cannot go while {one.name} looks at it"
        del self.alarms[name]
