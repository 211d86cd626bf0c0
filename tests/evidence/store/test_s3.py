"""What only S3 can do to a store: locks, versions, lost answers, refusals; and how often it is asked."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from datetime import UTC, datetime
from hashlib import sha256
from threading import Event
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from moto import mock_aws

from slactl.aws.failures import AwsFailure
from slactl.evidence.store import ObjectLock, open_archive
from slactl.evidence.store.layout import MARKER, manifest_path
from slactl.evidence.store.s3 import FOREVER
from slactl.model.evidence import EvidenceSettings, Kind
from slactl.ports.archive import EvidenceFailure, Overtaken
from tests.evidence.store.stores import (
    AT,
    BUCKET,
    S3_PLACE,
    a_week,
    client_of_s3,
    counts,
    in_s3,
    shared_client,
    superseded,
)

LOCK = ObjectLock("governance", 400)
UNTIL = AT + 400 * 86_400


@pytest.fixture(autouse=True)
def _s3() -> Iterator[None]:
    with mock_aws():
        yield


def head(path: str) -> Any:
    client: Any = shared_client()
    return client.head_object(Bucket=BUCKET, Key=f"kept/{path}", ChecksumMode="ENABLED")


def test_everything_that_is_written_is_locked_and_has_its_digest() -> None:
    opener = in_s3(locked=True, lock=LOCK)
    with opener(create=True) as archive:
        [item] = archive.commit("run", AT, [counts()])
        for listed in archive.shelf.list():
            answer = head(listed.path)
            assert answer["ObjectLockMode"] == "GOVERNANCE"
            assert answer["ObjectLockRetainUntilDate"] == datetime.fromtimestamp(UNTIL, UTC)
            assert answer["ChecksumSHA256"] == b64encode(sha256(archive.shelf.get(listed.path)).digest()).decode()
            assert archive.shelf.held_until(listed.path) == UNTIL
        assert archive.shelf.held_until(item.path) == UNTIL


def test_what_is_locked_survives_its_own_deletion() -> None:
    """Who supersedes a file hides it; who wants to destroy it is refused."""
    client: Any = shared_client()
    kept = a_week(in_s3(locked=True, lock=ObjectLock("compliance", 400)))
    versions = client.list_object_versions(Bucket=BUCKET, Prefix="kept/counts")
    assert len(versions["Versions"]) == 6
    assert len(versions["DeleteMarkers"]) == 1
    key, version = versions["Versions"][0]["Key"], versions["Versions"][0]["VersionId"]
    with pytest.raises(ClientError, match="AccessDenied"):
        client.delete_object(Bucket=BUCKET, Key=key, VersionId=version)
    with open_archive(S3_PLACE, create=False, s3=lambda: client) as archive:
        assert archive.items(Kind.COUNTS) == tuple(kept)


def test_a_legal_hold_holds_for_ever() -> None:
    client: Any = shared_client()
    with in_s3(locked=True)(create=True) as archive:
        [item] = archive.commit("run", AT, [counts()])
        assert archive.shelf.held_until(item.path) is None
        client.put_object_legal_hold(Bucket=BUCKET, Key=f"kept/{item.path}", LegalHold={"Status": "ON"})
        assert archive.shelf.held_until(item.path) == FOREVER


def test_a_lock_needs_a_bucket_that_locks() -> None:
    with in_s3(lock=LOCK)(create=True) as archive, pytest.raises(EvidenceFailure, match="could not be written") as told:
        archive.commit("run", AT, [counts()])
    assert told.value.hint == "make the bucket with Object Lock, or leave evidence.lock out"


def test_the_lock_of_the_configuration() -> None:
    assert ObjectLock.of(EvidenceSettings("s3://x", lock="governance", lock_days=400)) == LOCK
    assert ObjectLock.of(EvidenceSettings("s3://x")) is None


def test_a_bucket_that_is_not_there() -> None:
    client = client_of_s3()
    with pytest.raises(
        EvidenceFailure, match=r"s3://nowhere/slactl-evidence.json could not be read: .*NoSuchBucket"
    ) as told:
        open_archive("s3://nowhere", create=True, s3=lambda: client)
    assert told.value.hint == "make the bucket, or mend evidence.store"


@pytest.mark.parametrize("code", ["AccessDenied", "ExpiredToken", "SlowDown", "RequestTimeTooSkewed"])
def test_what_aws_refuses_is_told(code: str) -> None:
    client: Any = boto3.client("s3", config=Config(retries={"total_max_attempts": 1}))
    in_s3()

    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": code, "Message": "no"}}, "PutObject")

    with open_archive(S3_PLACE, create=True, s3=lambda: client) as archive:
        client.meta.events.register("before-call.s3.PutObject", refuse)
        with pytest.raises(EvidenceFailure, match=f"could not be written: PutObject answered {code}: no") as told:
            archive.commit("run", AT, [counts()])
        assert told.value.hint


def test_a_session_that_cannot_be_opened_is_told() -> None:
    def broken() -> None:
        raise AwsFailure("no AWS region is set", "set AWS_REGION")

    with pytest.raises(EvidenceFailure, match="no AWS region is set"):
        open_archive(S3_PLACE, create=False, s3=broken)


def test_a_store_in_s3_needs_a_client() -> None:
    with pytest.raises(EvidenceFailure, match="needs AWS"):
        open_archive(S3_PLACE, create=False)


@pytest.mark.parametrize("place", ["gs://bucket/x", "s3://", "s3:///x", "S3://bucket"])
def test_other_places_are_refused(place: str) -> None:
    with pytest.raises(EvidenceFailure, match="is no place for evidence"):
        open_archive(place, create=True, s3=lambda: None)


class Interposed:
    """A client whose first put of a manifest is preceded, or followed, by something else."""

    def __init__(self, client: Any, before: Any = None, after: Any = None) -> None:
        self._client, self._before, self._after = client, before, after

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def put_object(self, **wanted: Any) -> Any:
        before, after = self._before, self._after
        if "/manifest/" in wanted["Key"]:
            self._before = self._after = None
        else:
            before = after = None
        if before:
            before()
        answer = self._client.put_object(**wanted)
        if after:
            after()
        return answer


def error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code, "Message": ""}}, "PutObject")


def test_two_that_reach_for_one_number_both_get_one() -> None:
    """Another run commits between our look at the chain and our manifest: we take the next number."""
    opener = in_s3()

    def rival() -> None:
        with opener(create=True) as other:
            other.commit("other", AT, [counts("2026-10-02")])

    client = Interposed(shared_client(), before=rival)
    with open_archive(S3_PLACE, create=True, s3=lambda: client) as archive:
        archive.commit("one", AT, [counts("2026-10-01")])
        assert archive.head.number == 2
    with opener() as archive:
        assert [item.place.when for item in archive.items(Kind.COUNTS)] == ["2026-10-01", "2026-10-02"]


def test_two_that_reach_for_one_place_do_not_both_get_it() -> None:
    opener = in_s3()
    [first, *_] = a_week(opener)

    def rival() -> None:
        with opener(create=True) as other:
            other.commit("other", AT, [counts("2026-10-01", b"theirs")], [superseded(first)])

    client = Interposed(shared_client(), before=rival)
    with open_archive(S3_PLACE, create=True, s3=lambda: client) as archive, pytest.raises(Overtaken):
        archive.commit("one", AT, [counts("2026-10-01", b"ours")], [superseded(first)])
    with opener() as archive:
        [item] = archive.items(Kind.COUNTS, when="2026-10-01")
        assert archive.body(item) == b"theirs"


def test_an_answer_that_was_lost_is_no_other_run() -> None:
    """The put went through, its answer did not; the retry finds its own object there."""
    client: Any = client_of_s3()
    in_s3()

    def lost(parsed: dict[str, Any], **_: Any) -> None:
        if parsed["ResponseMetadata"]["HTTPStatusCode"] == 200:
            raise error("PreconditionFailed")

    with open_archive(S3_PLACE, create=True, s3=lambda: client) as archive:
        client.meta.events.register("after-call.s3.PutObject", lost)
        archive.commit("run", AT, [counts()])
        assert archive.head.number == 1
    with open_archive(S3_PLACE, create=False, s3=shared_client) as archive:
        assert len(archive.items(Kind.COUNTS)) == 1


def test_two_at_the_very_same_time_try_again() -> None:
    client: Any = client_of_s3()
    in_s3()
    refused: list[str] = []

    def conflict(**_: Any) -> None:
        if len(refused) < 3:
            refused.append("ConditionalRequestConflict")
            raise error(refused[-1])

    with open_archive(S3_PLACE, create=True, s3=lambda: client) as archive:
        client.meta.events.register("before-call.s3.PutObject", conflict)
        archive.commit("run", AT, [counts()])
        assert (archive.head.number, len(refused)) == (1, 3)


def test_what_was_only_just_written_is_not_swept() -> None:
    """Another run may be about to record it."""
    opener = in_s3()
    a_week(opener)
    with opener(create=True) as archive:
        archive.shelf.put("counts/service=shop/day=2026-12-01/counts-0123456789ab.parquet", b"fresh", AT)
        now = max(each.modified for each in archive.shelf.list())
        assert archive.sweep(now + 3600) == 0
        assert archive.sweep(now + 86_401) == 1


def test_a_chain_longer_than_a_page_is_read_whole() -> None:
    opener = in_s3()
    a_week(opener)
    client: Any = client_of_s3()
    pages: list[str] = []

    def small(params: dict[str, Any], **_: Any) -> None:
        params["MaxKeys"] = 4
        pages.append(params["Prefix"])

    client.meta.events.register("provide-client-params.s3.ListObjectsV2", small)
    with open_archive(S3_PLACE, create=False, s3=lambda: client) as archive:
        assert archive.head.number == 6
    assert pages.count("kept/manifest/") == 2


class FirstLast:
    """A client that answers for the first link of a chain only after it was asked for the fifth."""

    def __init__(self, client: Any) -> None:
        self._client, self._fifth = client, Event()
        self.asked: list[str] = []

    def __getattr__(self, name: str) -> Any:
        return getattr(self._client, name)

    def get_object(self, **wanted: Any) -> Any:
        key = wanted["Key"].removeprefix("kept/")
        self.asked.append(key)
        if key == manifest_path(5):
            self._fifth.set()
        if key == manifest_path(1) and not self._fifth.wait(30):
            raise AssertionError("nobody asked for another link meanwhile")
        return self._client.get_object(**wanted)


def test_the_links_of_a_chain_are_asked_for_together_once_each_and_taken_in_order() -> None:
    kept = a_week(in_s3())
    client = FirstLast(client_of_s3())
    with open_archive(S3_PLACE, create=False, s3=lambda: client) as archive:
        assert archive.items(Kind.COUNTS) == tuple(kept)
        assert archive.head.number == 6
        assert sorted(client.asked) == [*(manifest_path(number) for number in range(1, 7)), MARKER]
        archive.refresh()
    assert client.asked[7:] == [manifest_path(7)]


def test_a_body_is_fetched_once_and_its_copy_ends_with_the_store() -> None:
    a_week(in_s3())
    client: Any = client_of_s3()
    asked: list[str] = []
    client.meta.events.register("before-parameter-build.s3.GetObject", lambda params, **_: asked.append(params["Key"]))
    with open_archive(S3_PLACE, create=False, s3=lambda: client) as archive:
        [item] = archive.items(Kind.COUNTS, when="2026-10-03")
        copies = {archive.path(item) for _ in range(3)}
        assert asked.count(f"kept/{item.path}") == 1
        [copy] = copies
        assert copy.read_bytes() == b"day 3"
    assert not copy.exists()
    assert [folder for folder in copy.parents if folder.name.startswith("slactl-") and folder.exists()] == []


def test_folders_that_the_console_made_are_no_files() -> None:
    client: Any = shared_client()
    opener = in_s3()
    client.put_object(Bucket=BUCKET, Key="kept/", Body=b"")
    with opener(create=True) as archive:
        archive.commit("run", AT, [counts()])
        client.put_object(Bucket=BUCKET, Key="kept/counts/", Body=b"")
        assert [each.path for each in archive.shelf.list("manifest/")] == [manifest_path(1)]
        assert all(not each.path.endswith("/") for each in archive.shelf.list())
