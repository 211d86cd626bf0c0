"""The reader's language: its catalogue of texts, its signs for numbers, its calendar words.

English is the source language, Italian a gettext catalogue. The one rule: a language is an object
that is handed on; the machine's locale is never asked. Only ``.po`` files are kept, and read when a
report is rendered: there is no compiled copy that could be older than its source, none to build
before a test, and the wheel and a checkout work alike (reading it takes some hundredths of a second).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache
from gettext import GNUTranslations, NullTranslations
from importlib.resources import files
from io import BytesIO

from babel import Locale
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import get_decimal_symbol, get_group_symbol

LOCALES = {"it": "it_IT", "en": "en_GB"}
SOURCE = "en"


def mark(text: str) -> str:
    """Mark a text for the catalogue where it is written; it is translated where it is said."""
    return text


def mark_many(one: str, many: str) -> tuple[str, str]:
    """Mark a text with its plural for the catalogue."""
    return one, many


@dataclass(frozen=True)
class Language:
    """One language of the reader, with everything a format needs of it."""

    code: str
    locale: Locale
    translations: NullTranslations = field(repr=False)
    decimal_sign: str
    group_sign: str

    def gettext(self, text: str) -> str:
        """The text in this language."""
        return self.translations.gettext(text)

    def ngettext(self, one: str, many: str, count: int) -> str:
        """The text for so many; ``{n}`` in it is left for the caller."""
        return self.translations.ngettext(one, many, count)

    def count(self, one: str, many: str, count: int) -> str:
        """``3 requests``: the text for so many, the number grouped in the place of ``{n}``."""
        grouped = f"{count:,}".replace(",", self.group_sign)
        return self.translations.ngettext(one, many, count).replace("{n}", grouped)


def translations_of(code: str) -> NullTranslations:
    """The catalogue of a language; the source language has none."""
    if code == SOURCE:
        return NullTranslations()
    text = files("slactl").joinpath(f"locale/{code}/LC_MESSAGES/slactl.po").read_bytes()
    compiled = BytesIO()
    write_mo(compiled, read_po(BytesIO(text), locale=code))
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def speak(code: str) -> Language:
    """The language of a code.

    Raises:
        ValueError: if the code is neither ``it`` nor ``en``.
    """
    if code not in LOCALES:
        raise ValueError(f"no such language: {code!r}; there are {', '.join(LOCALES)}")
    locale = Locale.parse(LOCALES[code])
    return Language(code, locale, translations_of(code), get_decimal_symbol(locale), get_group_symbol(locale))
