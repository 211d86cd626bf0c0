"""Texts for readers in both languages.

The one rule: one text stands for both languages, and one language for the other; a title is never empty.
"""

from __future__ import annotations

from slactl.configuration import patterns as p
from slactl.configuration.fields import Fields, prose
from slactl.configuration.nodes import Table
from slactl.configuration.settings import LANGUAGES


def bilingual(fields: Fields, key: str, default: str | None = None) -> dict[str, str]:
    """A text by language; empty where nothing is said and there is no default."""
    entry = fields.table.entry(key)
    if entry is None or not isinstance(entry.value, Table):
        said = fields.get(key, prose) if default is None else fields.get(key, prose, default)
        return dict.fromkeys(LANGUAGES, said) if said else {}
    inner = fields.mapping(key)
    texts = {}
    if inner:
        inner.only(LANGUAGES)
        given = [language for language in LANGUAGES if inner.has(language)]
        texts = {language: said for language in given if (said := inner.get(language, prose))}
    fallback = next(iter(texts.values()), default)
    return {language: texts.get(language, fallback) for language in LANGUAGES} if fallback else {}


def bilingual_schema(description: str) -> dict[str, object]:
    """What an editor can check of it."""
    said = p.text(description)
    return {"oneOf": [said, p.table(dict.fromkeys(LANGUAGES, said)) | {"minProperties": 1}]}
