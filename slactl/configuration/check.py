"""The ``check`` section: where states are remembered, who is told of changes, what is published.

The one rule: an address that lets anybody post is a secret: it is refused here, and what is told of the
mistake does not repeat it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import urlsplit

from slactl.configuration.evidence import topic
from slactl.configuration.fields import Fields, choice, text, word_of
from slactl.configuration.mistakes import Origin, Refused, one_of, quoted
from slactl.configuration.names import identifier
from slactl.configuration.nodes import Broken, Node, Scalar
from slactl.configuration.settings import LANGUAGES
from slactl.model.checking import ChannelKind, CheckSettings, Destination, Happening, Keeper, Publishing

CHECK_KEYS = ("state", "notify", "publish", "language", "burn_rates")
KINDS = tuple(kind.value for kind in ChannelKind)
DESTINATION_KEYS = (*KINDS, "name", "on", "services")
CHAT_KEYS = ("url_env", "secret")
WEBHOOK_KEYS = ("url_env", "secret", "url", "headers_env")
PUBLISH_KEYS = ("namespace", "dimensions")
DEFAULT_STATE = ".slactl/check-state.json"
VARIABLE = r"[A-Za-z_][A-Za-z0-9_]{0,127}"
ARN_OF_ONE = r"arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]{1,512}"
SECRET = rf"({ARN_OF_ONE}|[A-Za-z0-9/_+=.@-]{{1,512}})(#[A-Za-z0-9_.-]{{1,128}})?"
NAMESPACE = r"[0-9A-Za-z._/#-][0-9A-Za-z._/#:-]{0,254}"
DIMENSION = r"[ -9;-~]{1,255}"
OWN_DIMENSIONS = ("Service", "Objective", "Class", "Operation", "Window")
MOST_DIMENSIONS = 30 - len(OWN_DIMENSIONS)
HOSTS_OF_CHATS = (
    "hooks.slack.com",
    "hooks.slack-gov.com",
    "webhook.office.com",
    "logic.azure.com",
    "api.powerplatform.com",
    "discord.com",
    "chat.googleapis.com",
)
LOCAL = ("localhost", "127.0.0.1", "::1")
HIDDEN = "whoever knows it can post: keep it in a variable (url_env: NAME) or in AWS Secrets Manager (secret: name)"


def read_check(fields: Fields, beside: Callable[[str], str], services: frozenset[str] | None) -> CheckSettings:
    """The settings; mistakes go to the notes.

    Args:
        fields: the section.
        beside: the path of a name that is relative to the file.
        services: the keys of the services; None where they could not be read.
    """
    fields.only(CHECK_KEYS)
    return CheckSettings(
        state=beside(fields.get("state", state_name, DEFAULT_STATE)),
        notify=_destinations(fields, services),
        publish=_publishing(fields),
        language=fields.get("language", word_of(*LANGUAGES)),
    )


def state_name(scalar: Scalar) -> str:
    """The path of a file.

    Raises:
        Refused: if it names a directory, or a home.
    """
    name = text(scalar)
    if name.startswith("~"):
        raise Refused("must be a path, ~ is not the home directory here", "write the path in full")
    if "://" in name or name.endswith("/") or not name.strip("./"):
        raise Refused("must be a file", f"for example {DEFAULT_STATE}")
    return name


def namespace(scalar: Scalar) -> str:
    """A namespace of CloudWatch.

    Raises:
        Refused: if it is AWS's own, or cannot be one.
    """
    name = text(scalar)
    if not re.fullmatch(NAMESPACE, name):
        raise Refused("must be a namespace such as Slactl", "letters, digits and . - _ / # :, at most 255")
    if name.startswith("AWS/"):
        raise Refused("must not begin with AWS/", "these namespaces are AWS's own")
    return name


def web_address(written: str) -> bool:
    """Whether it is an address that a webhook may have: https, or http on this machine, without a user."""
    try:
        parts = urlsplit(written)
        parts.port  # noqa: B018 - a port that is none is found out by looking
    except ValueError:
        return False
    if not parts.hostname or parts.username or re.search(r"[\s\x00-\x1f\x7f]", written):
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOCAL)


def of_a_chat(written: str) -> bool:
    """Whether an address is that of a chat, which is a secret."""
    host = urlsplit(written).hostname or ""
    return any(host == chat or host.endswith(f".{chat}") for chat in HOSTS_OF_CHATS)


def _destinations(fields: Fields, services: frozenset[str] | None) -> tuple[Destination, ...]:
    if not fields.has("notify"):
        fields.notes.origins.append(Origin("check.notify", None))
        return ()
    items = fields.items("notify", "a list of destinations")
    if items is not None and not items:
        fields.mistake("notify", "is an empty list, found []", "leave the key out if nobody is told")
    found = [_destination(fields, node, number, services) for number, node in enumerate(items or (), 1)]
    known: set[str] = set()
    for node, one in zip(items or (), found, strict=True):
        if one and one.name in known:
            what = f"check.notify names two destinations alike, found {quoted(one.name)}"
            fields.notes.mistake(fields.file, node.line, what, "give each a name of its own: name: on-call")
        known |= {one.name} if one else set()
    return tuple(one for one in found if one)


def _destination(fields: Fields, node: Node, number: int, services: frozenset[str] | None) -> Destination | None:
    one = fields.as_fields(node, f"check.notify[{number}]")
    if one is None:
        return None
    one.only(DESTINATION_KEYS)
    kinds = [kind for kind in KINDS if one.has(kind)]
    if len(kinds) != 1:
        what = f"{one.where} must have one of {one_of(KINDS)}, found {len(kinds)}"
        one.notes.mistake(one.file, one.line, what, "a destination each; name, on and services may stand beside it")
        return None
    kind = ChannelKind(kinds[0])
    arn = one.must("sns", topic) if kind is ChannelKind.SNS else None
    keeper, headers = (None, None) if kind is ChannelKind.SNS else _kept(one, kind)
    name = one.get("name", identifier) or _name_of(kind, arn, keeper)
    return Destination(name, kind, arn, keeper, headers, _on(one), _services(one, services))


def _name_of(kind: ChannelKind, arn: str | None, keeper: Keeper | None) -> str:
    """What a destination without a name is called: something that stays when others come and go."""
    if arn:
        return f"{kind}:{arn.rpartition(':')[2]}"
    if keeper is None:
        return f"{kind}:"
    kept = keeper.variable or keeper.secret or urlsplit(keeper.address or "").hostname
    return f"{kind}:{kept}" + (f"#{keeper.field}" if keeper.field else "")


def _kept(one: Fields, kind: ChannelKind) -> tuple[Keeper | None, str | None]:
    """Where the address is kept, and the variable of further headers."""
    keys = WEBHOOK_KEYS if kind is ChannelKind.WEBHOOK else CHAT_KEYS
    entry = one.table.entry(kind)
    assert entry is not None
    if isinstance(entry.value, Scalar) and entry.value.value is not None:
        one.mistake(kind, "must be a mapping, found a single value", HIDDEN)
        return None, None
    inner = one.as_fields(entry.value, one.name(kind), entry.line)
    if inner is None:
        return None, None
    if kind is not ChannelKind.WEBHOOK and inner.has("url"):
        inner.mistake("url", "does not belong in a file, found an address", HIDDEN)
        return None, None
    inner.only(keys)
    headers = _discreet(inner, "headers_env", VARIABLE, "must be the name of a variable such as SLACTL_HEADERS")
    named = [key for key in keys if key != "headers_env" and inner.has(key)]
    if len(named) != 1:
        wanted = one_of([key for key in keys if key != "headers_env"])
        inner.notes.mistake(inner.file, inner.line, f"{inner.where} must have one of {wanted}, found {len(named)}")
        return None, None
    return _keeper(inner), headers


def _keeper(inner: Fields) -> Keeper | None:
    variable = _discreet(inner, "url_env", VARIABLE, "must be the name of a variable such as SLACK_URL")
    secret = _discreet(inner, "secret", SECRET, "must be the name or ARN of a secret, with #key where it is JSON")
    address = _address(inner)
    if secret:
        name, _, field = secret.partition("#")
        return Keeper(secret=name, field=field or None)
    return Keeper(variable=variable, address=address) if variable or address else None


def _address(inner: Fields) -> str | None:
    entry = inner.table.entry("url")
    if entry is None:
        return None
    if not isinstance(entry.value, Scalar) or not web_address(entry.value.text):
        inner.mistake("url", "must be an address that begins with https://", "without a user and a password")
        return None
    if of_a_chat(entry.value.text):
        inner.mistake("url", "does not belong in a file, found the address of a chat", HIDDEN)
        return None
    return inner.get("url", text)


def _discreet(inner: Fields, key: str, pattern: str, what: str) -> str | None:
    """A name; what was written instead is not repeated, because it may be the secret itself."""
    entry = inner.table.entry(key)
    if entry is None or isinstance(entry.value, Broken):
        return None
    if not isinstance(entry.value, Scalar) or not re.fullmatch(pattern, entry.value.text):
        inner.mistake(key, what, HIDDEN)
        return None
    return inner.get(key, text)


def _on(one: Fields) -> tuple[Happening, ...]:
    known = choice(Happening)
    words = one.words("on", lambda scalar: known(scalar).value)
    return tuple(Happening) if words is None else tuple(Happening(word) for word in words)


def _services(one: Fields, services: frozenset[str] | None) -> tuple[str, ...]:
    named = one.words("services", identifier) or ()
    for name in (name for name in named if services is not None and name not in services):
        one.mistake(
            "services", f"names an unknown service, found {quoted(name)}", f"known: {one_of(sorted(services or ()))}"
        )
    return named


def _publishing(fields: Fields) -> Publishing:
    inner = fields.mapping("publish")
    if inner is None:
        return Publishing()
    inner.only(PUBLISH_KEYS)
    return Publishing(inner.get("namespace", namespace, Publishing().namespace), _dimensions(inner))


def _dimensions(inner: Fields) -> tuple[tuple[str, str], ...]:
    given = inner.mapping("dimensions")
    if given is None:
        return ()
    found = [(entry.key, given.get(entry.key, _dimension)) for entry in given.table.entries]
    for name in (name for name, _ in found if name in OWN_DIMENSIONS or not re.fullmatch(DIMENSION, name)):
        given.mistake(name, "cannot be a dimension", f"{one_of(OWN_DIMENSIONS)} are slactl's own")
    if len(found) > MOST_DIMENSIONS:
        inner.mistake("dimensions", f"must not be more than {MOST_DIMENSIONS}, found {len(found)}")
    return tuple((name, value) for name, value in found if value)


def _dimension(scalar: Scalar) -> str:
    value = text(scalar)
    if not re.fullmatch(r"[!-~]([ -~]{0,253}[!-~])?", value):
        raise Refused("must be a dimension's value of ASCII characters, at most 255")
    return value
