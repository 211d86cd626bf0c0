"""Numbers of a CBOR answer (RFC 8949, as far as smithy-rpc-v2-cbor goes).

The one rule: numbers of one encoding that stand side by side are read in one go; a length that was
told is kept to, an encoding that is not known here is odd.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Callable, Iterator
from functools import partial

from slactl.aws.fastparse.numbers import Checker, Numbers, Odd, Taken

BYTES, TEXT, LIST, MAP, TAG = 2, 3, 4, 5, 6
BREAK = 0xFF
EMPTY_LIST = b"\x80"
_SIZES = {24: 1, 25: 2, 26: 4, 27: 8}


class _Runs:
    """Numbers of one encoding, one behind the other."""

    def __init__(self, first: bytes, form: str) -> None:
        self._struct = struct.Struct(f">{len(first) * 'x'}{form}")
        self.width = self._struct.size
        body = b".{%d}" % (self.width - len(first))
        self._pattern = re.compile(b"(?:%b%b)+" % (re.escape(first), body), re.DOTALL)

    def read(self, data: bytes, at: int, most: int | None) -> list[float]:
        found = self._pattern.match(data, at)
        if not found:
            raise Odd
        end = found.end() if most is None else min(found.end(), at + most * self.width)
        return [value for (value,) in self._struct.iter_unpack(memoryview(data)[at:end])]


class _Small(_Runs):
    """Whole numbers below 24: a byte each."""

    width = 1

    def __init__(self) -> None:
        self._pattern = re.compile(b"[\x00-\x17]+")

    def read(self, data: bytes, at: int, most: int | None) -> list[float]:
        found = self._pattern.match(data, at)
        assert found is not None
        return list(found[0][:most])


_FORMS = {0xFB: "d", 0xFA: "f", 0xF9: "e", 0x18: "B", 0x19: "H", 0x1A: "I", 0x1B: "Q"}
_VALUES: dict[int, _Runs] = dict.fromkeys(range(24), _Small()) | {
    first: _Runs(bytes([first]), form) for first, form in _FORMS.items()
}
_STAMPS = {first: _Runs(bytes([0xC1, first]), form) for first, form in _FORMS.items()}


def take(body: bytes) -> Taken:
    """The numbers of an answer, and the answer without them.

    Raises:
        Odd, ValueError, LookupError: if it does not look as expected.
    """
    return _Walk(body).take()


class _Walk:
    """One pass over an answer."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0
        self._kept, self._from = list[bytes](), 0
        self._numbers, self._checker = list[Numbers](), Checker()

    def take(self) -> Taken:
        self._map({b"MetricDataResults": self._results})
        if self._at != len(self._data):
            raise Odd
        return Taken(b"".join([*self._kept, self._data[self._from :]]), self._numbers)

    def _results(self) -> None:
        for _ in self._each(LIST):
            stamps, values = list[float](), list[float]()
            self._map(
                {
                    b"Timestamps": partial(self._list, _STAMPS, 1, stamps),
                    b"Values": partial(self._list, _VALUES, 0, values),
                }
            )
            self._numbers.append(self._checker.checked(stamps, values))

    def _list(self, table: dict[int, _Runs], offset: int, into: list[float]) -> None:
        """Reads a list of numbers and leaves an empty one in its place."""
        self._kept.append(self._data[self._from : self._at])
        length = self._head(LIST)
        while len(into) != length:
            if length is None and self._ended():
                break
            runs = table[self._data[self._at + offset]]
            found = runs.read(self._data, self._at, None if length is None else length - len(into))
            into += found
            self._at += len(found) * runs.width
        self._kept.append(EMPTY_LIST)
        self._from = self._at

    def _map(self, readers: dict[bytes, Callable[[], None]]) -> None:
        """Reads a map in which each key that has a reader stands once."""
        seen = list[bytes]()
        for _ in self._each(MAP):
            key = self._text()
            if key in readers:
                seen.append(key)
            readers.get(key, self._skip)()
        if sorted(seen) != sorted(readers):
            raise Odd

    def _each(self, major: int) -> Iterator[int]:
        length, number = self._head(major), 0
        while number != length and not (length is None and self._ended()):
            yield number
            number += 1

    def _ended(self) -> bool:
        ended = self._data[self._at] == BREAK
        self._at += ended
        return ended

    def _text(self) -> bytes:
        return self._bytes(self._head(TEXT))

    def _bytes(self, length: int | None) -> bytes:
        if length is None or self._at + length > len(self._data):
            raise Odd
        self._at += length
        return self._data[self._at - length : self._at]

    def _head(self, major: int) -> int | None:
        """The length or number of an item; None for one without a told end."""
        first = self._data[self._at]
        self._at += 1
        info = first & 31
        if first >> 5 != major:
            raise Odd
        if info in _SIZES:
            return int.from_bytes(self._bytes(_SIZES[info]))
        if info > 23 and (info != 31 or major not in (LIST, MAP)):
            raise Odd
        return None if info == 31 else info

    def _skip(self) -> None:
        """Passes over whatever stands here."""
        major = self._data[self._at] >> 5
        if major in (LIST, MAP):
            for _ in self._each(major):
                self._skip()
                if major == MAP:
                    self._skip()
            return
        length = self._head(major)
        if major in (BYTES, TEXT):
            self._bytes(length)
        elif major == TAG:
            self._skip()
