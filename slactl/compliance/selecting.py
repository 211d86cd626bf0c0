"""JMESPath: whether an expression parses, and what it selects.

The one rule: what is selected is JSON, and everything else of a document is left behind.
"""

from __future__ import annotations

from functools import cache
from typing import Any


def flaw(expression: str) -> str | None:
    """What is wrong with an expression, in one line; None where it parses and its functions are known."""
    from jmespath.exceptions import JMESPathError, JMESPathTypeError

    try:
        _parsed(expression).search({})
    except JMESPathTypeError:
        return None  # an empty document is not what it is made for
    except JMESPathError as error:
        return " ".join(str(error).split())
    return None


class NothingSelectable(ValueError):
    """An expression cannot be applied to a document, a function being given what it does not take."""


def selected(expression: str, document: object) -> object:
    """What an expression selects of a document.

    Raises:
        NothingSelectable: if it does not parse, or cannot be applied.
    """
    from jmespath.exceptions import JMESPathError

    try:
        return _parsed(expression).search(document)
    except JMESPathError as error:
        raise NothingSelectable(" ".join(str(error).split())) from error


def tree(expression: str) -> dict[str, Any]:
    """The parts of an expression that parses, as its library has them: type, children, value."""
    found: dict[str, Any] = _parsed(expression).parsed
    return found


@cache
def _parsed(expression: str) -> Any:
    import jmespath

    return jmespath.compile(expression)
