"""The shop of these tests: a day of traffic, two promises, and topics to tell.

The one rule: it is the real command line over a sandbox that answers over HTTP.
"""

from __future__ import annotations

import json
from typing import Any

from slactl.sandbox.alarmbook import Alarm
from slactl.sandbox.server import Server
from tests.failures.small import configuration, world
from tests.failures.stage import Outcome, Stage

TOPIC = "arn:aws:sns:eu-west-1:123456789012:on-call"
ALARMS = f"""notify: {{page: [{TOPIC}], ticket: [{TOPIC}]}}
kinds: {{silent-checks: none, budget-left: none}}
"""


class Shop:
    """A stage with a configuration of alarms; ``alarms`` is the sandbox's book."""

    def __init__(self, stage: Stage, edge: bool = False) -> None:
        self.stage = stage
        self.server: Server = stage.show(world(edge=edge))
        self.files = configuration(edge=edge)
        self.files["slactl.yaml"] += "alarms: alarms.yaml\n"
        self.say(ALARMS)

    def say(self, alarms: str, **more: str) -> None:
        """Configures what alarms.yaml, or another file by its stem, says."""
        self.files |= {"alarms.yaml": alarms, **{f"{name}.yaml": text for name, text in more.items()}}
        self.stage.configure(self.files)

    @property
    def alarms(self) -> dict[str, Alarm]:
        return self.server.world.alarms.alarms

    def run(self, *arguments: str) -> Outcome:
        return self.stage.run("--quiet", "alarms", *arguments)

    def json(self, *arguments: str) -> dict[str, Any]:
        done = self.run(*arguments, "--format", "json")
        assert done.code == 0, done.err
        found: dict[str, Any] = json.loads(done.out)
        return found

    def calls(self) -> list[str]:
        """The operations that were asked for since this was last called."""
        found = [one.operation for one in self.server.calls]
        self.server.calls.clear()
        return found
