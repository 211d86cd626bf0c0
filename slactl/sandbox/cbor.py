"""The part of CBOR (RFC 8949) that AWS's RPC protocol uses.

The one rule: a whole number is written as an integer, every other number as a 64-bit float;
timestamps are tag 1 around seconds since the epoch, read as plain numbers.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import Any


class BadCbor(ValueError):
    """The bytes are no CBOR that is understood."""


class Timestamp(float):
    """Seconds since the epoch, to be written with tag 1."""


def decode(data: bytes) -> Any:
    """The value those bytes hold.

    Raises:
        BadCbor: if they hold none.
    """
    try:
        return _Reader(data).item()
    except (IndexError, struct.error, UnicodeDecodeError, TypeError) as error:
        raise BadCbor(str(error)) from error


_BREAK = object()
_SIZES = {24: ">B", 25: ">H", 26: ">I", 27: ">Q"}
_FLOATS = {25: ">e", 26: ">f", 27: ">d"}
_SIMPLE = {20: False, 21: True, 22: None, 23: None}


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def item(self) -> Any:
        major, info = divmod(self._data[self._at], 32)
        self._at += 1
        if major == 7:
            return self._simple(info)
        size = None if info == 31 else self._number(info, _SIZES)
        readers: tuple[Callable[[Any], Any], ...] = (
            self._positive,
            self._negative,
            self._bytes,
            self._text,
            self._list,
            self._map,
            self._tagged,
        )
        return readers[major](size)

    def _number(self, info: int, formats: Mapping[int, str]) -> Any:
        if info < 24:
            return info
        if info not in formats:
            raise BadCbor(f"unexpected length {info}")
        (value,) = struct.unpack_from(formats[info], self._data, self._at)
        self._at += struct.calcsize(formats[info])
        return value

    def _simple(self, info: int) -> Any:
        if info in _FLOATS:
            return self._number(info, _FLOATS)
        return _BREAK if info == 31 else _SIMPLE[info]

    def _positive(self, size: int) -> int:
        return size

    def _negative(self, size: int) -> int:
        return -1 - size

    def _bytes(self, size: int | None) -> bytes:
        if size is None:
            return b"".join(self._until_break())
        part = self._data[self._at : self._at + size]
        if len(part) < size:
            raise BadCbor("the bytes end too early")
        self._at += size
        return part

    def _text(self, size: int | None) -> str:
        if size is None:
            return "".join(self._until_break())
        return self._bytes(size).decode()

    def _list(self, size: int | None) -> list[Any]:
        return self._until_break() if size is None else [self.item() for _ in range(size)]

    def _map(self, size: int | None) -> dict[Any, Any]:
        if size is None:
            flat = self._until_break()
            return dict(zip(flat[::2], flat[1::2], strict=True))
        return {self.item(): self.item() for _ in range(size)}

    def _tagged(self, _tag: int) -> Any:
        return self.item()

    def _until_break(self) -> list[Any]:
        found = []
        while (item := self.item()) is not _BREAK:
            found.append(item)
        return found


def encode(value: Any) -> bytes:
    """The bytes of a value made of dicts, lists, text, numbers, booleans and None."""
    parts: list[bytes] = []
    _write(value, parts)
    return b"".join(parts)


def _write(value: Any, parts: list[bytes]) -> None:
    if isinstance(value, Timestamp):
        parts.append(b"\xc1\xfb" + struct.pack(">d", value))
    elif isinstance(value, float):
        parts.append(b"\xfb" + struct.pack(">d", value))
    elif isinstance(value, dict):
        parts.append(_head(5, len(value)))
        for key, item in value.items():
            _write(key, parts)
            _write(item, parts)
    elif isinstance(value, list):
        parts.append(_head(4, len(value)))
        for item in value:
            _write(item, parts)
    else:
        parts.append(_scalar(value))


def _scalar(value: Any) -> bytes:
    if value is None:
        return b"\xf6"
    if isinstance(value, bool):
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, int):
        return _head(0, value) if value >= 0 else _head(1, -1 - value)
    if isinstance(value, bytes):
        return _head(2, len(value)) + value
    text = str(value).encode()
    return _head(3, len(text)) + text


def _head(major: int, size: int) -> bytes:
    if size < 24:
        return bytes([major * 32 + size])
    for info, limit in ((24, 1 << 8), (25, 1 << 16), (26, 1 << 32)):
        if size < limit:
            return bytes([major * 32 + info]) + struct.pack(_SIZES[info], size)
    return bytes([major * 32 + 27]) + struct.pack(">Q", size)
