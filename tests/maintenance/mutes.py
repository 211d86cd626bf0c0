"""A place that keeps mute rules, and whether an alarm is muted there at an instant, as the sandbox mutes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from slactl.alarming.schedules import duration
from slactl.model.alarmplan import Shape, Standing
from slactl.model.muting import MuteForm, StandingMute
from slactl.ports.enforcing import NotDone, Seen
from slactl.sandbox.muterules import MuteRule, is_muted, read_rule

TOPIC = "arn:aws:sns:eu-west-1:123456789012:on-call"


class Mutes:
    """A ``MuteStore`` in memory; puts and deletes of the names in ``refused`` fail."""

    def __init__(self) -> None:
        self.forms: dict[str, MuteForm] = {}
        self.tags: dict[str, Mapping[str, str]] = {}
        self.refused: set[str] = set()
        self.done: list[str] = []
        self.now = 0

    def rules(self, prefix: str) -> tuple[StandingMute, ...]:
        return tuple(
            StandingMute(form, f"arn:{name}", self.tags[name], self._rule(form).status(self.now) == "EXPIRED")
            for name, form in sorted(self.forms.items())
            if name.startswith(f"{prefix} ")
        )

    def put(self, form: MuteForm, tags: Mapping[str, str]) -> None:
        self._change("put", form.name)
        self._rule(form)
        self.forms[form.name] = form
        self.tags.setdefault(form.name, dict(tags))

    def delete(self, name: str) -> None:
        self._change("delete", name)
        self.forms.pop(name, None)
        self.tags.pop(name, None)

    def muted(self, alarm: str, at: int) -> bool:
        return is_muted([self._rule(form) for form in self.forms.values()], alarm, at)

    def _change(self, what: str, name: str) -> None:
        if name in self.refused:
            raise NotDone("refused")
        self.done.append(f"{what} {name}")

    @staticmethod
    def _rule(form: MuteForm) -> MuteRule:
        bounds = {"StartDate": form.starts, "ExpireDate": form.expires}
        told: dict[str, Any] = {
            "Name": form.name,
            "Rule": {
                "Schedule": {
                    "Expression": form.expression,
                    "Duration": duration(form.minutes),
                    "Timezone": form.timezone,
                }
            },
            "MuteTargets": {"AlarmNames": list(form.targets)},
            **{name: at for name, at in bounds.items() if at is not None},
        }
        assert len(form.targets) <= 100
        assert len(form.expression) <= 256
        assert len(form.name) <= 255
        assert len(form.description) <= 1024
        return read_rule(told, 0)


class Alarms:
    """An ``AlarmStore`` that only tells what stands."""

    account, region = "123456789012", "eu-west-1"

    def __init__(self, alarms: Iterable[Standing]) -> None:
        self._alarms = tuple(alarms)

    def standing(self, prefix: str) -> Seen:
        return Seen(self._alarms)

    def __getattr__(self, name: str) -> Any:
        raise AssertionError(f"{name} is not asked of it")


def alarm(
    name: str, service: str | None = "shop", tags: Mapping[str, str] | None = None, *, acts: bool = True
) -> Standing:
    """An alarm of ours with actions."""
    own = {"slactl:managed": "true", **({"slactl:service": service} if service else {}), **(tags or {})}
    return Standing(name, Shape.COMPOSITE, {"AlarmActions": [TOPIC] if acts else []}, own, f"arn:{name}")
