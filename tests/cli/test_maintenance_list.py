"""``slactl maintenance list`` where evidence is kept: windows that records prove are told so."""

from __future__ import annotations

import json

from tests.failures.stage import Stage


def proofs(stage: Stage) -> dict[str, str]:
    done = stage.run("maintenance", "list", "--month", "2026-10", "--format", "json")
    assert done.code == 0, done.err
    return {one["window"]["id"]: one["window"]["proof"] for one in json.loads(done.out)["windows"]}


def test_a_window_that_a_collect_saw_before_its_start_is_recorded(kept: Stage) -> None:
    assert kept.server
    assert proofs(kept) == {"CHG-1": "recorded"}
    # Moved since: the record no longer proves it, and speaks against it.
    text = (kept.directory / "maintenance.yaml").read_text(encoding="utf-8")
    kept.configure({"maintenance.yaml": text.replace("02:32", "03:32")})
    assert proofs(kept) == {"CHG-1": "declared"}
    assert "2026-10-30" in kept.run("maintenance", "list", "--month", "2026-10").out
    assert kept.server.tally.total() == 0


def test_a_store_that_cannot_be_read_is_a_failure_in_words(kept: Stage) -> None:
    for path in (kept.directory / "evidence" / "manifest").iterdir():
        path.write_text("{}", encoding="utf-8")
    done = kept.run("maintenance", "list", "--month", "2026-10")
    assert (done.code, done.out) == (1, "")
    assert "slactl: error:" in done.err
