"""Text from outside, made harmless for each syntax that it is shown in.

Names of operations come from URLs, so whoever calls the service writes them. The one rule: what a
reader cannot see (control characters, direction overrides) is shown as its number, never dropped,
so that two different names stay different. HTML's own signs are escaped by Jinja, always on.
"""

from __future__ import annotations

import re

INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff"
    "\U000e0000-\U000e007f]"
)
MARKDOWN = re.compile(r"[<>&@\\`*_{}\[\]#|~$]|:(?![\d\s]|$)|(?<=www)\.", re.IGNORECASE)
NAMED = {"<": "&lt;", ">": "&gt;", "&": "&amp;"}
BACKSLASHED = frozenset("\\`*_{}[]|~")
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\N{FULLWIDTH EQUALS SIGN}", "\N{FULLWIDTH PLUS SIGN}",
           "\N{FULLWIDTH HYPHEN-MINUS}", "\N{FULLWIDTH COMMERCIAL AT}")  # fmt: skip


def _number(found: re.Match[str]) -> str:
    code = ord(found.group())
    return f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}" if code < 65536 else f"\\U{code:08x}"


def plain(text: str) -> str:
    """Safe for a terminal, a log line and a page: one line, nothing invisible.

    A backslash stays as it is: the text is for reading, the JSON report has the exact one.
    """
    return INVISIBLE.sub(_number, text)


def markdown(text: str) -> str:
    """Safe inside a Markdown line or table cell.

    Signs of Markdown get a backslash; what could begin markup, a link or a mention becomes a
    character entity, because some renderers make links and mentions of escaped signs too.
    """
    return MARKDOWN.sub(_markdown_sign, plain(text))


def _markdown_sign(found: re.Match[str]) -> str:
    sign = found.group()
    return f"\\{sign}" if sign in BACKSLASHED else NAMED.get(sign, f"&#{ord(sign)};")


def csv_cell(text: str) -> str:
    """Safe in a spreadsheet: a cell that would be a formula begins with an apostrophe.

    Quoting of commas, quotes and line ends is the CSV writer's.
    """
    risky = text.lstrip(" ").startswith(FORMULA)
    clean = plain(text)
    return f"'{clean}" if risky else clean


def css_string(text: str) -> str:
    """A quoted CSS string, for the page margins in print: everything but letters and digits escaped."""
    safe = "".join(sign if sign.isalnum() or sign == " " else f"\\{ord(sign):x} " for sign in plain(text))
    return f'"{safe}"'
