"""Domains of buckets, against a server of this machine."""

from __future__ import annotations

import pytest

from slactl.model.status import Code
from slactl.sandbox.cloudflare import Bucket
from slactl.sandbox.packs.base import Plan
from slactl.sandbox.packs.r2 import ACCOUNT, HOST, cloudflare
from slactl.sources.cloudflare.buckets import look
from slactl.sources.cloudflare.client import CloudflareFailure
from tests.sources.cloudflare.server import Serve

MEDIA = {"AccountId": ACCOUNT, "BucketName": "media"}


def test_domains_and_the_public_address(serve: Serve) -> None:
    served = serve(cloudflare(Plan()), 0)
    found = look(served.client(), "ListCustomDomains", MEDIA)
    assert isinstance(found, dict)
    assert [(one["domain"], one["enabled"]) for one in found["domains"]] == [(HOST, True)]
    managed = look(served.client(), "GetManagedDomain", MEDIA)
    assert isinstance(managed, dict)
    assert managed["enabled"] is False


def test_a_jurisdiction_goes_as_a_header(serve: Serve) -> None:
    served = serve(cloudflare(Plan()), 0)
    look(served.client(), "GetManagedDomain", {"AccountId": ACCOUNT, "BucketName": "eu_documents"})
    (request,) = served.asked
    assert request.headers["cf-r2-jurisdiction"] == "eu"
    assert request.path.endswith("/buckets/documents/domains/managed")


@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("DeleteBucket", MEDIA),
        ("ListCustomDomains", {"AccountId": ACCOUNT}),
        ("ListCustomDomains", {**MEDIA, "Domain": "x"}),
        ("GetManagedDomain", {"AccountId": "", "BucketName": "media"}),
        ("ListAccounts", MEDIA),
        ("ListBuckets", {"AccountId": ACCOUNT}),
    ],
)
def test_anything_else_is_refused_before_it_is_sent(
    serve: Serve, operation: str, parameters: dict[str, object]
) -> None:
    served = serve(cloudflare(Plan()), 0)
    with pytest.raises(CloudflareFailure, match=operation):
        look(served.client(), operation, parameters)
    assert not served.asked


def test_accounts_and_buckets_are_listed_page_by_page(serve: Serve) -> None:
    served = serve(cloudflare(Plan()), 0)
    page = {"success": True, "result": [{"id": "a"}], "result_info": {"page": 1, "total_pages": 2}}
    served.answers(200, page)
    served.answers(200, page | {"result": [{"id": "b"}], "result_info": {"page": 2, "total_pages": 2}})
    assert look(served.client(), "ListAccounts", {}) == {"Accounts": [{"id": "a"}, {"id": "b"}]}
    buckets = {"success": True, "result": {"buckets": [{"name": "media"}]}, "result_info": {"cursor": "x/y"}}
    served.answers(200, buckets)
    wanted: dict[str, object] = {"AccountId": ACCOUNT, "Jurisdiction": ""}
    found = look(served.client(), "ListBuckets", wanted)
    assert found == {"Buckets": [{"name": "media"}, {"name": "media", "jurisdiction": "default"}]}
    queries = [one.path.partition("?")[2] for one in served.asked]
    assert queries == ["per_page=50", "per_page=50&page=2", "per_page=50", "per_page=50&cursor=x%2Fy"]


def test_buckets_of_a_jurisdiction_are_asked_for_by_a_header(serve: Serve) -> None:
    served = serve(cloudflare(Plan()), 0)
    found = look(served.client(), "ListBuckets", {"AccountId": ACCOUNT, "Jurisdiction": "eu"})
    assert found == {"Buckets": [{"name": "documents", "jurisdiction": "eu"}]}


@pytest.mark.parametrize("result", [None, {"buckets": None}, {"buckets": ["media"]}, ["media"]])
def test_a_list_of_another_form_is_a_failure_and_no_empty_one(serve: Serve, result: object) -> None:
    served = serve(cloudflare(Plan()), 0)
    served.answers(200, {"success": True, "result": result})
    with pytest.raises(CloudflareFailure):
        look(served.client(), "ListBuckets", {"AccountId": ACCOUNT, "Jurisdiction": ""})


def test_a_list_without_an_end_is_a_failure(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("slactl.sources.cloudflare.client.MOST_PAGES", 2)
    served = serve(cloudflare(Plan()), 0)
    for _ in range(2):
        served.answers(200, {"success": True, "result": [], "result_info": {"total_pages": 9}})
    with pytest.raises(CloudflareFailure, match="without an end"):
        look(served.client(), "ListAccounts", {})


def test_a_name_stays_within_its_place(serve: Serve) -> None:
    served = serve(cloudflare(Plan()), 0)
    with pytest.raises(CloudflareFailure, match="404"):
        look(served.client(), "GetManagedDomain", {"AccountId": ACCOUNT, "BucketName": "../../../tokens?x#y"})
    assert served.asked[0].path.endswith("/buckets/..%2F..%2F..%2Ftokens%3Fx%23y/domains/managed")


@pytest.mark.parametrize(
    ("token", "account", "code"),
    [
        ("expired", ACCOUNT, Code.ACCESS_DENIED),
        ("sandbox", "another", Code.ACCESS_DENIED),
        ("", ACCOUNT, Code.ACCESS_DENIED),
    ],
)
def test_refusals_are_no_pass(serve: Serve, token: str, account: str, code: Code) -> None:
    served = serve(cloudflare(Plan()), 0)
    with pytest.raises(CloudflareFailure) as refused:
        look(served.client(token), "GetManagedDomain", {"AccountId": account, "BucketName": "media"})
    assert refused.value.reason.code is code


def test_an_answer_without_success_is_none(serve: Serve) -> None:
    shown = cloudflare(Plan())
    shown.buckets = {"media": Bucket()}
    served = serve(shown, 0)
    served.answers(200, {"success": False, "errors": [{"code": 1, "message": "no"}], "result": {"enabled": False}})
    with pytest.raises(CloudflareFailure, match="no"):
        look(served.client(), "GetManagedDomain", MEDIA)
