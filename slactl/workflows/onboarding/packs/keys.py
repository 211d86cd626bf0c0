"""The pack idempotency: a table of keys, told by its name or by how its rows expire.

The one rule: it is a guess, and said so; no table tells what it is for.
"""

from __future__ import annotations

from slactl.ports.platform import BrowserApi, KeyTable, Platform, Seen
from slactl.workflows.onboarding.packs.nouns import Given, Sketch, Use, given, refused, some

EXPIRES = "expiration"
"""The attribute by which Powertools has its keys expire."""


def idempotency(platform: Platform) -> Sketch:
    """A use for each table that looks like one of keys; tables that are named so come before those that expire so."""
    tables = platform.tables
    likely = [one for one in tables.keys.found if one.by_name]
    likely = likely or [one for one in tables.keys.found if one.expires == EXPIRES]
    browser, notes = _browser(tables.browsers)
    uses = tuple(_use(one, browser, notes) for one in likely)
    nothing = f"no table is named as if it held idempotency keys, and none expires by {EXPIRES!r}, as Powertools has it"
    if not tables.all_asked:
        nothing += " (there are many tables: only those were asked that are named so, or had rows expire lately)"
    return Sketch(uses, nothing, refused(tables.named, tables.keys))


def _use(table: KeyTable, browser: tuple[Given, ...], notes: tuple[str, ...]) -> Use:
    how = f"its rows expire by {table.expires!r}" if table.expires else "it could not be told that its rows expire"
    why = f"a guess by its name; {how}" if table.by_name else f"a guess: {how}, as Powertools has it"
    values = (*given(table=table.name), *browser)
    return Use("idempotency", why, values, 1, table.name, notes=notes, guess=True)


def _browser(seen: Seen[BrowserApi]) -> tuple[tuple[Given, ...], tuple[str, ...]]:
    """The HTTP API that browsers write through, where there is no doubt which."""
    known = [one for one in seen.found if one.with_key] or list(seen.found)
    if len(known) == 1:
        why = f"{known[0].name}: " + ("it allows X-Idempotency-Key" if known[0].with_key else "browsers may call it")
        return (Given("http_api", known[0].id, why),), ()
    if known:
        shown = some(f"{one.id} ({one.name})" for one in known)
        return (), (f"browsers may call several HTTP APIs; name the one that they write through, http_api: {shown}",)
    if seen.refusals:
        return (), ("HTTP APIs could not be listed: without http_api the header is not looked for",)
    return (), ("no HTTP API with CORS was seen: without http_api the header is not looked for",)
