"""Reads every column of some Parquet files and adds it up: ``python -m tests.bench.columns FILE...``.

The one rule: DuckDB does it alone, in one thread as slactl's does; the seconds of the query are printed.
"""

from __future__ import annotations

import sys
import time

import duckdb


def main() -> None:
    paths = ", ".join(f"'{path}'" for path in sys.argv[1:])
    source = f"read_parquet([{paths}], hive_partitioning = false)"
    with duckdb.connect(config={"threads": 1}) as engine:
        described = engine.execute(f"DESCRIBE SELECT * EXCLUDE (time, source, operation) FROM {source}").fetchall()
        sums = ", ".join(f'sum("{row[0]}")' for row in described)
        begun = time.perf_counter()
        engine.execute(f"SELECT {sums} FROM {source}").fetchall()
    print(time.perf_counter() - begun)


if __name__ == "__main__":
    main()
