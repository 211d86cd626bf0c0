"""A store in S3.

The one rule: nothing is written over: every put is conditional, and which of two runs comes first is
decided by S3 alone. A digest goes with every byte, both ways.
"""

from __future__ import annotations

import tempfile
from base64 import b64encode
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any

from slactl.evidence.store.shelf import Absent, Listed
from slactl.model.evidence import EvidenceSettings
from slactl.ports.archive import EvidenceFailure

if TYPE_CHECKING:
    from slactl.aws.failures import AwsFailure

SCHEME = "s3://"
READERS = 16
TRIES = 5
FOREVER = 253_402_300_799
"""The end of the year 9999: until when a legal hold holds."""
MISSING = frozenset({"NoSuchKey", "404"})
TAKEN = frozenset({"PreconditionFailed", "412"})
AT_ONCE = frozenset({"ConditionalRequestConflict", "OperationAborted", "409"})
HINTS = {
    "NoSuchBucket": "make the bucket, or mend evidence.store",
    "403": "the caller may not look at it; the role needs s3:GetObject and s3:ListBucket",
    "PermanentRedirect": "the bucket is in another region: set AWS_REGION or aws.region",
}
NO_LOCK = "make the bucket with Object Lock, or leave evidence.lock out"


@dataclass(frozen=True, slots=True)
class ObjectLock:
    """How new objects are locked: the mode (governance or compliance), and for how many days."""

    mode: str
    days: int

    @classmethod
    def of(cls, settings: EvidenceSettings) -> ObjectLock | None:
        """The lock that the configuration wants; None leaves it to the bucket."""
        return cls(settings.lock, settings.lock_days) if settings.lock and settings.lock_days else None

    def arguments(self, at: int) -> dict[str, Any]:
        """What a put says of it; ``at`` is the instant from which it counts."""
        until = datetime.fromtimestamp(at, UTC) + timedelta(days=self.days)
        return {"ObjectLockMode": self.mode.upper(), "ObjectLockRetainUntilDate": until}


class S3Shelf:
    """Objects below a prefix of a bucket; ``make`` gives a boto3 client of S3."""

    def __init__(self, place: str, make: Callable[[], Any], lock: ObjectLock | None = None) -> None:
        self._bucket, _, prefix = place.removeprefix(SCHEME).strip("/").partition("/")
        self._prefix = f"{prefix}/" if prefix else ""
        self._make, self._lock = make, lock
        self._guard = Lock()
        self._copies: tempfile.TemporaryDirectory[str] | None = None

    @property
    def name(self) -> str:
        return f"{SCHEME}{self._bucket}/{self._prefix}".rstrip("/")

    @cached_property
    def _client(self) -> Any:
        with self._told("opened"):
            return self._make()

    def exists(self) -> bool:
        with self._told("listed"):
            found = self._client.list_objects_v2(Bucket=self._bucket, Prefix=self._prefix, MaxKeys=10)
        return any(not each["Key"].endswith("/") for each in found.get("Contents", ()))

    def get(self, path: str) -> bytes:
        with self._told("read", path):
            answer = self._client.get_object(**self._object(path), ChecksumMode="ENABLED")
            body: bytes = answer["Body"].read()
            return body

    def get_all(self, paths: Sequence[str]) -> Iterator[bytes]:
        if len(paths) < 2:
            return map(self.get, paths)
        with ThreadPoolExecutor(READERS) as pool:
            return iter(list(pool.map(self.get, paths)))

    def file(self, path: str) -> Path:
        with self._guard:
            if self._copies is None:
                self._copies = tempfile.TemporaryDirectory(prefix="slactl-")
            folder = Path(self._copies.name)
        copy = folder / path
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(self.get(path))
        return copy

    def put(self, path: str, body: bytes, at: int) -> None:
        if not self._put(path, body, at, IfNoneMatch="*") and not self._holds(path, body):
            self._put(path, body, at)

    def create(self, path: str, body: bytes, at: int) -> bool:
        """A put whose answer was lost is tried again and finds its own object there: that is no other run's."""
        return self._put(path, body, at, IfNoneMatch="*") or self._holds(path, body)

    def delete(self, path: str) -> None:
        """In a bucket with versions this leaves the old version where it is, under a marker."""
        with self._told("deleted", path):
            self._client.delete_object(**self._object(path))

    def list(self, prefix: str = "") -> Iterable[Listed]:
        with self._told("listed"):
            pages = self._client.get_paginator("list_objects_v2")
            found = [
                Listed(each["Key"][len(self._prefix) :], each["Size"], int(each["LastModified"].timestamp()))
                for page in pages.paginate(Bucket=self._bucket, Prefix=self._prefix + prefix)
                for each in page.get("Contents", ())
                if not each["Key"].endswith("/")
            ]
        return sorted(found)

    def held_until(self, path: str) -> int | None:
        try:
            with self._told("looked at", path):
                head = self._client.head_object(**self._object(path))
        except Absent:
            return None
        if head.get("ObjectLockLegalHoldStatus") == "ON":
            return FOREVER
        until = head.get("ObjectLockRetainUntilDate")
        return int(until.timestamp()) if until else None

    def exclusive(self, patience: float) -> AbstractContextManager[None]:
        return nullcontext()

    def sweep(self, orphans: Iterable[Listed], before: int) -> int:
        """Another run may have written a file and not yet recorded it: only old ones go."""
        old = [each for each in orphans if each.modified < before]
        for each in old:
            self.delete(each.path)
        return len(old)

    def close(self) -> None:
        with self._guard:
            if self._copies is not None:
                self._copies.cleanup()
                self._copies = None

    def _object(self, path: str) -> dict[str, str]:
        return {"Bucket": self._bucket, "Key": self._prefix + path}

    def _put(self, path: str, body: bytes, at: int, **only: str) -> bool:
        """Whether the object was written; False if one was there."""
        from botocore.exceptions import ClientError

        wanted = self._object(path) | (self._lock.arguments(at) if self._lock else {}) | only
        with self._told("written", path):
            for last in (False,) * TRIES + (True,):
                try:
                    self._client.put_object(**wanted, Body=body, ChecksumAlgorithm="SHA256")
                except ClientError as error:
                    code = error.response.get("Error", {}).get("Code")
                    if code in TAKEN:
                        return False
                    if code not in AT_ONCE or last:
                        raise
                else:
                    return True
        raise AssertionError("the last try returns or raises")

    def _holds(self, path: str, body: bytes) -> bool:
        """Whether just this is there; objects that somebody wrote without a digest are read."""
        with self._told("looked at", path):
            head = self._client.head_object(**self._object(path), ChecksumMode="ENABLED")
        said = head.get("ChecksumSHA256")
        return said == b64encode(sha256(body).digest()).decode() if said else self.get(path) == body

    @contextmanager
    def _told(self, done: str, path: str = "") -> Iterator[None]:
        """An error of AWS, or of the disk that holds copies, in words."""
        from botocore.exceptions import BotoCoreError, ClientError

        from slactl.aws.failures import AwsFailure, translate

        where = f"{self.name}/{path}".rstrip("/")
        try:
            yield
        except (BotoCoreError, ClientError) as error:
            failure = translate(error, f"{where} could not be {done}")
            if failure.code in MISSING and path:
                raise Absent(path) from None
            raise EvidenceFailure(failure.message, self._hint(failure)) from error
        except AwsFailure as failure:
            raise EvidenceFailure(failure.message, failure.hint) from failure

    def _hint(self, failure: AwsFailure) -> str:
        if self._lock and failure.code == "InvalidRequest":
            return NO_LOCK
        return HINTS.get(failure.code, failure.hint)
