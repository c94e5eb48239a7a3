"""What is kept of a credential scope is what the whole header says, and no request gets another's service."""

import re
from collections.abc import Mapping
from types import SimpleNamespace
from typing import Any

import pytest

from lab_emulator.http_server.credential_scope import kept_by_scope, scope_of, service_finder

SCOPE = "AWS4-HMAC-SHA256 Credential=LSIAQAAAAAAAEXAMPLE1/20261128/eu-west-1/dynamodb/aws4_request"
REST = ", SignedHeaders=host;x-amz-date;x-amz-target, Signature=0123abcd"
SIGNED = f"{SCOPE}{REST}"
# None of these begins as SDKs begin it, or says one thing alone.
OTHERWISE = [
    None,
    "",
    "Bearer Credential=a/b/eu-west-1/sqs/aws4_request",
    "AWS AKIDEXAMPLE:c2lnbmF0dXJl",
    f"AWS4-HMAC-SHA256 SignedHeaders=host, {SCOPE.partition(' ')[2]}, Signature=0",
    f"{SIGNED}, Credential=test/20261128/us-west-2/sqs/aws4_request",
    "AWS4-HMAC-SHA256 Credential=test/20261128/eu-west-1/dynamodb, SignedHeaders=host, Signature=0",
    "AWS4-HMAC-SHA256 Credential=test, SignedHeaders=a/b/c/d/e, Signature=0",
    "AWS4-HMAC-SHA256 Credential=/20261128//dynamodb/aws4_request, SignedHeaders=host, Signature=0",
    "aws4-hmac-sha256 Credential=test/20261128/us-west-2/dynamodb/aws4_request, SignedHeaders=host",
]


def request(
    target: str | None = None, *, path: str = "/", body: str = "", service: str = "dynamodb", **more: Any
) -> Any:
    """As much of a request as is looked at; headers by their names in lower case."""
    signed = SIGNED.replace("dynamodb", service)
    headers = {"authorization": signed, "x-amz-target": target} | more.pop("headers", {})
    return SimpleNamespace(
        headers={name: value for name, value in headers.items() if value is not None},
        path=path,
        host=more.pop("host", "127.0.0.1:4566"),
        body=body,
        shallow=False,
    )


class Finder:
    """Finds a service by the target, or else, where there is a body, by the action in it."""

    def __init__(self) -> None:
        self.asked: list[Any] = []

    def __call__(self, given: Any) -> Any:
        self.asked.append(given)
        said = given.headers.get("x-amz-target") or (None if given.shallow else given.body) or None
        scope = given.headers.get("authorization", "").split("/")[3:4]
        return said and f"{said} at {given.host} of {scope}"


def region(headers: Mapping[str, Any]) -> str | None:
    """As LocalStack reads it (utils/aws/request_context.py, 4.13.1)."""
    auth = headers.get("Authorization") or headers.get("authorization") or ""
    found = re.sub(r".*Credential=[^/]+/[^/]+/([^/]+)/.*", r"\1", auth)
    return None if found == auth else found


def access_key(headers: Mapping[str, Any]) -> str | None:
    auth = headers.get("Authorization") or headers.get("authorization") or ""
    keys = re.findall(r".*Credential=([^/]+)/[^/]+/[^/]+/.*", auth) if auth.startswith("AWS4-") else []
    return keys[0] if keys else None


def test_the_scope_is_what_stays_the_same_from_one_signature_to_the_next() -> None:
    assert scope_of({"authorization": SIGNED}) == SCOPE
    assert scope_of({"authorization": SIGNED.replace("0123", "4567")}) == SCOPE
    assert [scope_of({"authorization": text}) for text in OTHERWISE] == [None] * len(OTHERWISE)


@pytest.mark.parametrize("authorization", [SIGNED, *OTHERWISE])
@pytest.mark.parametrize("read", [region, access_key])
def test_what_is_read_is_what_the_whole_header_says(read: Any, authorization: str | None) -> None:
    kept, headers = kept_by_scope(read), {"authorization": authorization}

    assert [kept(headers), kept(headers)] == [read(headers)] * 2


def test_a_scope_is_read_once() -> None:
    asked: list[Any] = []
    kept = kept_by_scope(lambda headers: asked.append(headers))

    for signature in ("1", "2", "3"):
        kept({"authorization": SIGNED.replace("0123abcd", signature)})
    assert asked == [{"Authorization": SCOPE}]


@pytest.mark.parametrize(
    "given",
    [
        request("DynamoDB_20120810.PutItem"),
        request("DynamoDBStreams_20120810.ListStreams"),
        request("DynamoDB_20120810.PutItem", host="other.example"),
        request("DynamoDB_20120810.PutItem", service="sqs"),
        request("DynamoDB_20120810.PutItem", path="/000000000000/queue"),
        request("DynamoDB_20120810.PutItem", headers={"authorization": None}),
        request(body="Action=SendMessage"),
        request(body="Action=ReceiveMessage"),
        request(),
    ],
)
def test_the_service_is_that_of_the_whole_request(given: Any) -> None:
    find = service_finder(Finder())
    find(request("Another.Call"))
    find(request(body="Action=AnotherCall"))

    assert [find(given), find(given)] == [Finder()(given)] * 2


def test_a_service_is_found_once_but_where_it_takes_the_body() -> None:
    finder = Finder()
    find = service_finder(finder)

    for _ in range(3):
        find(request("DynamoDB_20120810.PutItem"))
    assert len(finder.asked) == 1
    find(request(body="Action=SendMessage"))
    find(request(body="Action=SendMessage"))
    assert [given.shallow for given in finder.asked[1:]] == [True, False, False]


def test_another_protocol_is_another_request() -> None:
    finder = Finder()
    find = service_finder(finder)

    for protocol in ("", "rpc-v2-cbor"):
        find(request("T.Op", headers={"Smithy-Protocol": protocol}))
    assert [given.headers["Smithy-Protocol"] for given in finder.asked] == ["", "rpc-v2-cbor"]


def test_a_refusal_is_not_kept() -> None:
    def unknown(_given: Any) -> Any:
        raise LookupError("no such service")

    find = service_finder(unknown)
    for _ in range(2):
        with pytest.raises(LookupError):
            find(request("T.Op"))
