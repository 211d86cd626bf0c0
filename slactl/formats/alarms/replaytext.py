"""A month played again, as text for people, Italian or English.

The one rule: what rang comes first, then what was missed, then what nobody can tell; the resolution is said before
any instant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from slactl.formats.language import speak
from slactl.formats.retelling import retold
from slactl.formats.sanitize import plain
from slactl.formats.times import local_iso
from slactl.model.replay import Agreement, Noticed, Replay, Ring, Seen
from slactl.model.span import seconds

if TYPE_CHECKING:
    from slactl.model.replay import AlarmReplay, Compared

MOST, FEW = 20, 3
COMPOSITE = "composite"
WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "What the planned alarms would have done in {month} ({zone})",
        "resolution": "{service}: seen every {step}; what rings begins up to {step} before the time printed, and what "
        "began and ended in between is not seen.",
        "unread": "{service}: {unread} of the month could not be read; nobody can tell what rang then.",
        "rings": "Rang:",
        "no-rings": "Nothing would have rung.",
        "before": "since before the month",
        "after": "still ringing at the end",
        "muted": "muted by maintenance",
        "late-told": "told {at}, when the maintenance was over",
        "measured": "Measured:",
        "no-measured": "No downtime was measured and no objective was missed.",
        "downtime": "downtime",
        "objective": "objective missed",
        "noticed": "noticed {at} by {alarm}",
        "late": "{least} to {most} after its begin",
        "gone": "{time} after the budget was gone",
        "in-time": "{time} before the budget was gone",
        "by-muted": "NOT noticed: {alarm} was muted",
        "missed": "NOT noticed: no alarm told of it",
        "unknown": "nobody can tell whether it was noticed",
        "unfit": "Not replayed:",
        "doubt": "Nobody can tell of a part of the month, because what they look at was not read (alarms):",
        "history": "Held against the kept history of alarms:",
        "no-history": "No history of alarms is kept of this month; collect keeps it.",
        "absent": "{count} planned alarms did not stand then.",
        Agreement.RIGHTLY: "rang and should have",
        Agreement.WRONGLY: "rang and should not",
        Agreement.SILENT: "silent and should have rung",
        Agreement.UNKNOWN: "rang, and nobody can tell whether it should",
        "more": "and {count} more",
    },
    "it": {
        "title": "Che cosa avrebbero fatto gli allarmi pianificati nel mese {month} ({zone})",
        "resolution": "{service}: osservato ogni {step}; ciò che suona comincia fino a {step} prima dell'ora stampata, "
        "e ciò che è cominciato e finito nel mezzo non si vede.",
        "unread": "{service}: {unread} del mese non sono leggibili; nessuno può dire che cosa suonasse allora.",
        "rings": "Hanno suonato:",
        "no-rings": "Non avrebbe suonato nulla.",
        "before": "da prima del mese",
        "after": "suona ancora alla fine",
        "muted": "silenziato dalla manutenzione",
        "late-told": "avviso alle {at}, a manutenzione finita",
        "measured": "Misurato:",
        "no-measured": "Nessun disservizio misurato e nessun obiettivo mancato.",
        "downtime": "disservizio",
        "objective": "obiettivo mancato",
        "noticed": "notato {at} da {alarm}",
        "late": "da {least} a {most} dopo l'inizio",
        "gone": "{time} dopo l'esaurimento del budget",
        "in-time": "{time} prima dell'esaurimento del budget",
        "by-muted": "NON notato: {alarm} era silenziato",
        "missed": "NON notato: nessun allarme lo ha detto",
        "unknown": "nessuno può dire se sia stato notato",
        "unfit": "Non ripetuti:",
        "doubt": "Di una parte del mese nessuno può dire, perché ciò che guardano non è stato letto (allarmi):",
        "history": "A confronto con la storia conservata:",
        "no-history": "Di questo mese non è conservata la storia degli allarmi; la conserva collect.",
        "absent": "{count} allarmi pianificati allora non esistevano.",
        Agreement.RIGHTLY: "ha suonato e doveva",
        Agreement.WRONGLY: "ha suonato e non doveva",
        Agreement.SILENT: "muto e doveva suonare",
        Agreement.UNKNOWN: "ha suonato, e nessuno può dire se dovesse",
        "more": "e altri {count}",
    },
}


WHY = {
    "statistic": "la loro statistica non si ricava dai conteggi conservati",
    "query": "nessuno conosce gli endpoint che la loro interrogazione troverebbe",
    "resolution": "le loro finestre non sono fatte degli intervalli in cui il mese è noto",
    "expression": "la loro espressione non si ripete",
    "unread": "ciò che guardano non è stato letto",
    "not-published": "dei valori di slactl check --publish non è conservato nulla di questo mese",
}
"""Why alarms are not replayed, in Italian; in English each says it in its own words."""


def text(replay: Replay, language: str) -> str:
    """The replay as text, ending with a newline."""
    spoken = speak(language)
    told = replace(replay, doubts=tuple(retold(one, spoken) for one in replay.doubts))
    return "\n".join(plain(line) for line in _lines(told, WORDS[language])) + "\n"


def length(amount: int) -> str:
    """Seconds as days, hours, minutes; the same in both languages."""
    parts = [(amount // 86_400, "d"), (amount // 3600 % 24, "h"), (amount // 60 % 60, "min"), (amount % 60, "s")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"


def _lines(replay: Replay, say: dict[str, str]) -> Iterator[str]:
    zone = ZoneInfo(replay.timezone)
    yield say["title"].format(month=replay.month, zone=replay.timezone)
    for one in replay.coarse:
        yield say["resolution"].format(service=one.service, step=length(one.step))
        if one.unread:
            yield say["unread"].format(service=one.service, unread=length(seconds(one.unread)))
    yield from (f"! {doubt}" for doubt in replay.doubts)
    yield ""
    yield say["rings" if replay.rings else "no-rings"]
    yield from (f"  {_ring(one, zone, say)}" for one in replay.rings)
    yield ""
    yield say["measured" if replay.noticed else "no-measured"]
    yield from (f"  {_noticed(one, zone, say)}" for one in replay.noticed)
    yield from _unfit(replay, say)
    yield ""
    yield from _history(replay, zone, say)


def _ring(one: Ring, zone: ZoneInfo, say: dict[str, str]) -> str:
    notes = [say["before"]] * one.before + [say["after"]] * one.after
    if one.told_at is None:
        notes.append(say["muted"])
    elif one.told_at > one.span.start:
        notes.append(say["late-told"].format(at=local_iso(one.told_at, zone)))
    why = Counter(_cause_text(cause.kind, cause.objective, cause.operation) for cause in one.causes)
    told = ", ".join(list(why)[:3]) + (f", {say['more'].format(count=len(why) - 3)}" if len(why) > 3 else "")
    ends = f"{local_iso(one.span.start, zone)} \N{EN DASH} {local_iso(one.span.end, zone)}"
    return "; ".join([f"{one.severity.value:<6} {ends} ({length(one.span.seconds)}) {one.alarm}: {told}", *notes])


def _cause_text(kind: str, objective: str | None, operation: str | None) -> str:
    return " ".join(part for part in (kind, objective, operation) if part)


def _noticed(one: Noticed, zone: ZoneInfo, say: dict[str, str]) -> str:
    if one.span:
        ends = f"{local_iso(one.span.start, zone)} \N{EN DASH} {local_iso(one.span.end, zone)}"
        what = f"{say['downtime']} {one.service} {ends} ({length(one.span.seconds)})"
    else:
        what = f"{say['objective']} {'/'.join(part for part in (one.service, one.objective, one.operation) if part)}"
    return f"{what}: {_verdict(one, zone, say)}"


def _verdict(one: Noticed, zone: ZoneInfo, say: dict[str, str]) -> str:
    if one.seen is Seen.NOTICED and one.at is not None:
        told = say["noticed"].format(at=local_iso(one.at, zone), alarm=one.alarm)
        return f"{told}{_late(one, say)}"
    word = {Seen.MUTED: "by-muted", Seen.MISSED: "missed"}.get(one.seen, "unknown")
    return say[word].format(alarm=one.alarm)


def _late(one: Noticed, say: dict[str, str]) -> str:
    late = one.late
    if late is None:
        return ""
    if one.span:
        return ", " + say["late"].format(least=length(max(0, late - one.step)), most=length(late))
    return ", " + say["gone" if late >= 0 else "in-time"].format(time=length(abs(late)))


def _unfit(replay: Replay, say: dict[str, str]) -> Iterator[str]:
    why: dict[str, list[str]] = {}
    for one in replay.unfit:
        why.setdefault(_why(one, say), []).append(one.name)
    if why:
        yield ""
        yield say["unfit"]
    for reason, names in why.items():
        rest = f", {say['more'].format(count=len(names) - FEW)}" if len(names) > FEW else ""
        yield f"  {reason}: {', '.join(names[:FEW])}{rest}"
    yield from _doubts(replay, say)


def _why(one: AlarmReplay, say: dict[str, str]) -> str:
    if one.unfit is None:
        return ""
    return WHY[one.unfit.code] if say is WORDS["it"] else one.unfit.text


def _doubts(replay: Replay, say: dict[str, str]) -> Iterator[str]:
    """Of which alarms nobody can tell for a part of the month whether they rang."""
    kinds: dict[str, list[int]] = {}
    for one in replay.alarms:
        if one.unfit is None and one.rung.doubt and one.kind != COMPOSITE:
            kinds.setdefault(f"{one.service} {one.kind}".strip(), []).append(seconds(one.rung.doubt))
    if kinds:
        yield ""
        yield say["doubt"]
    yield from (f"  {kind}: {length(max(amounts))} ({len(amounts)})" for kind, amounts in kinds.items())


def _history(replay: Replay, zone: ZoneInfo, say: dict[str, str]) -> Iterator[str]:
    history = replay.history
    if history is None:
        yield say["no-history"]
        return
    yield say["history"]
    counted = Counter(one.agreement for one in history.compared)
    yield from (f"  {say[agreement]}: {counted[agreement]}" for agreement in Agreement)
    loud = [one for one in history.compared if one.agreement is not Agreement.RIGHTLY]
    yield from (f"  {_compared(one, zone, say)}" for one in loud[:MOST])
    if len(loud) > MOST:
        yield f"  {say['more'].format(count=len(loud) - MOST)}"
    if history.absent:
        yield "  " + say["absent"].format(count=len(history.absent))


def _compared(one: Compared, zone: ZoneInfo, say: dict[str, str]) -> str:
    ends = f"{local_iso(one.span.start, zone)} \N{EN DASH} {local_iso(one.span.end, zone)}"
    return f"{one.alarm} {ends}: {say[one.agreement]}"
