"""slactl with a stopwatch around the parsing of GetMetricData.

``python -m tests.bench.stopwatch [--plain] collect ...``; with ``--plain`` botocore parses. The one rule:
nothing else is replaced; two handlers note the thread's CPU time before an answer is parsed and after.
The last line on stderr says as JSON: seconds of parsing, seconds of the process, answers.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from typing import Any

from slactl.aws.session import AwsWorld
from slactl.cli.app import run


class Stopwatch:
    """CPU seconds that went into parsing, over all threads."""

    def __init__(self) -> None:
        self.seconds, self.answers = 0.0, 0
        self._begun, self._lock = threading.local(), threading.Lock()

    def attach(self, events: Any) -> None:
        events.register_first("before-parse.cloudwatch.GetMetricData", self._begin)
        events.register_last("after-call.cloudwatch.GetMetricData", self._end)

    def _begin(self, **_: Any) -> None:
        self._begun.at = time.thread_time()

    def _end(self, **_: Any) -> None:
        spent = time.thread_time() - self._begun.at
        with self._lock:
            self.seconds += spent
            self.answers += 1


def main(arguments: list[str]) -> int:
    plain = arguments[:1] == ["--plain"]
    watch, build = Stopwatch(), AwsWorld._build

    def watched(self: AwsWorld, name: str, region: str | None) -> Any:
        client = build(self, name, region)
        if name == "cloudwatch":
            watch.attach(client.meta.events)
        if name == "cloudwatch" and plain:
            client.meta.events.unregister("before-parse.cloudwatch.GetMetricData", unique_id="slactl-take")
        return client

    AwsWorld._build = watched  # type: ignore[method-assign]
    code = run(arguments[1:] if plain else arguments)
    told = {"parsing": watch.seconds, "all": time.process_time(), "answers": watch.answers}
    sys.stderr.write(json.dumps(told) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
