"""slactl with a notebook beside its reader of CloudWatch: ``python -m tests.bench.rounds report ...``.

The one rule: nothing is replaced; of each round of each region it is noted what was asked and in how many calls.
The last line on stderr says as JSON a list of queries, datapoints and calls, one a round and region.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence

from slactl.cli.app import run
from slactl.model.metric import Query, Series
from slactl.sources.cloudwatch import CloudWatchReader


def main(arguments: list[str]) -> int:
    rounds: list[tuple[int, int, int]] = []
    read = CloudWatchReader.read

    def noted(self: CloudWatchReader, queries: Sequence[Query]) -> list[Series]:
        before = self._calls
        answers = read(self, queries)
        entries, points = sum(one.entries for one in queries), sum(one.datapoints for one in queries)
        rounds.append((entries, points, self._calls - before))
        return answers

    CloudWatchReader.read = noted  # type: ignore[method-assign]
    code = run(arguments)
    sys.stderr.write(json.dumps(rounds) + "\n")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
