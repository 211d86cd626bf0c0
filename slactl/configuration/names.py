"""Names that stand in reports, file names and keys: identifiers, accounts, regions, addresses.

The one rule: an identifier has only letters, digits, ``.``, ``_`` and ``-``, so it is safe wherever
it is printed and never needs quoting.
"""

from __future__ import annotations

import re

from slactl.configuration.fields import text
from slactl.configuration.mistakes import Refused
from slactl.configuration.nodes import Scalar

IDENTIFIER = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
ACCOUNT = r"[0-9]{12}"
REGION = r"[a-z]{2,3}(-[a-z]+)+-[0-9]{1,2}"
ROLE = r"arn:aws[a-z-]*:iam::[0-9]{12}:role/[A-Za-z0-9+=,.@_/-]{1,576}"
URL = r"https?://[^\s@<>\"]+"
REPORT_ID = r"([A-Za-z0-9 ._/:-]|\{month\})+"


def identifier(scalar: Scalar) -> str:
    """An id.

    Raises:
        Refused: for other characters, ``@`` among them, or more than 64.
    """
    if isinstance(scalar.value, int) and not isinstance(scalar.value, bool):
        raise Refused("must be text", f'put it in quotes: "{scalar.text}"')
    return identifier_text(text(scalar))


def identifier_text(name: str) -> str:
    """The name, if it is an id.

    Raises:
        Refused: if it is not.
    """
    if "@" in name:
        raise Refused("must not contain @", "ID@DATE names an occurrence of a recurring window")
    hint = "at most 64, the first one a letter or a digit"
    return _fitting(name, IDENTIFIER, "must be an id of letters, digits, '.', '_' and '-'", hint)


def account(scalar: Scalar) -> str:
    """An account number.

    Raises:
        Refused: if it is not text of twelve digits.
    """
    if isinstance(scalar.value, int) and not isinstance(scalar.value, bool):
        raise Refused("must be text", f'put it in quotes, a leading 0 counts: "{scalar.text}"')
    return _fitting(text(scalar), ACCOUNT, "must be an account number of twelve digits")


def region(scalar: Scalar) -> str:
    """An AWS region.

    Raises:
        Refused: if it does not look like ``eu-west-1``.
    """
    return _fitting(text(scalar), REGION, "must be a region such as eu-west-1")


def role(scalar: Scalar) -> str:
    """The ARN of a role.

    Raises:
        Refused: if it is none.
    """
    return _fitting(text(scalar), ROLE, "must be a role's ARN such as arn:aws:iam::123456789012:role/slactl-report")


def url(scalar: Scalar) -> str:
    """An address of the web, without credentials.

    Raises:
        Refused: if it is none.
    """
    return _fitting(text(scalar), URL, "must be an address such as https://status.example.com/incidents/1042")


def report_id(scalar: Scalar) -> str:
    """The report's number; ``{month}`` stands for the month.

    Raises:
        Refused: for other braces or characters.
    """
    return _fitting(text(scalar), REPORT_ID, "must be like SLA-{month}", "only {month} may stand in braces")


def _fitting(name: str, pattern: str, what: str, hint: str | None = None) -> str:
    if not re.fullmatch(pattern, name):
        raise Refused(what, hint)
    return name
