"""slactl with a stopwatch around its formats: ``python -m tests.bench.timed report ...``.

The one rule: nothing is replaced but the function that finds a renderer, and that only to measure it;
the last line on stderr says the seconds of each format as JSON.
"""

from __future__ import annotations

import json
import sys
import time

from slactl import formats
from slactl.cli.app import run
from slactl.model.report import Report


def main() -> int:
    seconds: dict[str, float] = {}
    load = formats.load

    def timed(chosen: formats.Format) -> formats.Render:
        def render(report: Report, language: str) -> str | bytes:
            begun = time.perf_counter()
            text = load(chosen)(report, language)
            seconds[chosen.name] = time.perf_counter() - begun
            return text

        return render

    formats.load = timed
    code = run(sys.argv[1:])
    sys.stderr.write(json.dumps(seconds) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
