"""``slactl maintenance list``: which windows, when, how proved, and what is applied for whom."""

from __future__ import annotations

import json
from importlib.resources import files

from jsonschema import Draft202012Validator
from referencing import Registry, Resource

from tests.maintenance.place import Place

WINDOWS = """notice: 48h
max_per_month: 3h
windows:
  - {id: LATE, start: 2026-10-05T02:00, end: 2026-10-05T03:00, announced: 2026-10-04T10:00, reason: Late}
  - {id: GONE, start: 2026-10-06T02:00, end: 2026-10-06T03:00, announced: 2026-09-01T10:00, reason: x, cancelled: true}
  - {id: UNTOLD, start: 2026-10-07T02:00, end: 2026-10-07T03:00, reason: Never told, services: [shop], mute: false}
  - {id: TURN, start: 2026-10-31T23:00, end: 2026-11-01T01:00, announced: 2026-09-01T10:00, reason: Over midnight}
  - {id: SUN, start: 2026-10-04T02:30, end: 2026-10-04T03:30, rrule: "FREQ=WEEKLY", until: 2026-12-31,
     announced: 2026-09-01T10:00, reason: Patching}
"""


def told(place: Place, *arguments: str) -> dict[str, dict[str, object]]:
    done = place.run("list", "--format", "json", *arguments)
    assert done.code == 0, done.err
    return {one["window"]["id"]: one for one in done.json["windows"]}


def test_each_window_says_what_is_applied_of_it_and_why_not_the_rest(place: Place) -> None:
    place.write("maintenance.yaml", WINDOWS)
    done = place.run("list", "--month", "2026-10")
    assert done.code == 0
    lines = {line.split()[0]: line for line in done.out.splitlines()}
    assert list(lines) == [
        "window", "SUN@2026-10-04", "LATE", "GONE", "UNTOLD",
        "SUN@2026-10-11", "SUN@2026-10-18", "SUN@2026-10-25", "TURN",
    ]  # fmt: skip
    assert "2026-10-05 02:00+02:00  2026-10-05 03:00+02:00  2026-10-04 10:00+02:00  declared" in lines["LATE"]
    assert "  no " in lines["LATE"]
    assert "shop, search" in lines["LATE"]
    assert "never" in lines["UNTOLD"]
    assert "search" not in lines["UNTOLD"]
    assert "  yes" in lines["SUN@2026-10-11"]
    # Three hours are the most: the fourth hour of Sundays, and the month's last hour, are over the cap.
    assert "  no " in lines["TURN"] or "in part" in lines["TURN"]


def test_a_window_at_the_turn_of_the_month_is_the_sum_of_both(place: Place) -> None:
    place.write("maintenance.yaml", WINDOWS.replace("max_per_month: 3h\n", ""))
    asked: tuple[str, str]
    for asked in (("--month", "2026-10"), ("--month", "2026-11"), ("--days", "40")):
        part = told(place, *asked)["TURN"]["window"]["services"][0]  # type: ignore[index]
        whole = 7200 if asked[0] == "--days" else 3600
        assert (part["requested_seconds"], part["excluded_seconds"], part["applied"]) == (whole, whole, True)


def test_the_json_keeps_its_published_form_and_tells_dst_and_mute(place: Place) -> None:
    place.write("maintenance.yaml", WINDOWS)
    done = place.run("list", "--month", "2026-10", "--format", "json")
    forms = [
        json.loads((files("slactl.formats") / f"{name}.schema.json").read_text(encoding="utf-8"))
        for name in ("report", "maintenance")
    ]
    known = Registry().with_resources((form["$id"], Resource.from_contents(form)) for form in forms)
    Draft202012Validator(forms[1], registry=known).validate(done.json)
    found = {one["window"]["id"]: one for one in done.json["windows"]}
    assert (found["UNTOLD"]["mute"], found["LATE"]["mute"]) == (False, True)
    # 02:30 comes twice that night; the reading that excludes less is the second.
    assert found["SUN@2026-10-25"]["local_start"] == "2026-10-25T02:30+01:00"
    assert found["SUN@2026-10-25"]["window"]["note"]["code"] == "ambiguous-local-time"


def test_the_report_s_language_is_that_of_the_list(place: Place) -> None:
    place.write("maintenance.yaml", WINDOWS)
    place.write("slactl.yaml", place.read("slactl.yaml").replace("report: {", "report: {language: it, "))
    done = place.run("list", "--month", "2026-10").out.splitlines()
    assert done[0].split() == [
        "finestra", "inizio", "fine", "annunciata", "prova", "servizio", "applicata", "spiegazione",
    ]  # fmt: skip
    lines = {line.split()[0]: line for line in done}
    assert "dichiarata" in lines["LATE"]
    assert "mai" in lines["UNTOLD"]
    assert "  sì" in lines["SUN@2026-10-11"]
    assert "richiede un preavviso di 48 h" in lines["LATE"]
    assert place.run("list", "--month", "2027-02").err == "nessuna finestra di manutenzione\n"
    assert place.run("list", "--month", "2026-10", "--lang", "en").out.startswith("window ")


def test_the_next_days_begin_now(place: Place) -> None:
    place.write("maintenance.yaml", WINDOWS)
    place.now("2026-10-05T00:30:00Z")
    assert list(told(place, "--days", "1")) == ["LATE", "GONE"]
    assert "no window" in place.run("list", "--month", "2027-02").err


def test_wrong_months_and_options_are_refused(place: Place) -> None:
    for asked in (("--month", "october"), ("--month", "2026-10", "--days", "3"), ("--days", "0"), ("--days", "9999")):
        assert place.run("list", *asked).code == 2
    place.write("maintenance.yaml", "windows: [{id: A}]\n")
    assert place.run("list").code == 2
