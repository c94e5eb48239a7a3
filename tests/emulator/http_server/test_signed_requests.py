"""Whose request it is, where and for which service: by its signature, however that is written."""

import json
import urllib.error
import urllib.request
from typing import Any

import pytest

from tests.emulator.conftest import Emulator

DYNAMODB, STREAMS = "DynamoDB_20120810", "DynamoDBStreams_20120810"


def signed(
    service: str, *, region: str = "us-east-1", key: str = "test", last: bool = False
) -> dict[str, str]:
    """Authorization as SDKs write it, or, what SigV4 allows too, with the credential at its end."""
    parts = [f"Credential={key}/20261128/{region}/{service}/aws4_request", "SignedHeaders=host"]
    text = ", ".join(reversed(parts) if last else parts)
    return {"Authorization": f"AWS4-HMAC-SHA256 {text}, Signature=0"}


def call(emulator: Emulator, headers: dict[str, str], target: str, parameters: dict[str, Any]) -> Any:
    """Call an operation of a JSON protocol; its answer, or the code of its error."""
    headers = headers | {"X-Amz-Target": target, "Content-Type": "application/x-amz-json-1.0"}
    request = urllib.request.Request(emulator.endpoint, json.dumps(parameters).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as refusal:
        return json.load(refusal)["__type"].rpartition("#")[2]


@pytest.mark.parametrize("last", [False, True])
def test_a_region_has_its_own_queues(emulator: Emulator, last: bool) -> None:
    queue = {"QueueName": f"signed-{last}"}
    for _ in range(2):
        here = signed("sqs", region="eu-west-1", last=last)
        made = call(emulator, here, "AmazonSQS.CreateQueue", queue)
        there = signed("sqs", region="eu-west-1", last=not last)
        assert call(emulator, there, "AmazonSQS.GetQueueUrl", queue) == made
        elsewhere = signed("sqs", region="us-west-2", last=last)
        assert call(emulator, elsewhere, "AmazonSQS.GetQueueUrl", queue) == "QueueDoesNotExist"


@pytest.mark.parametrize("last", [False, True])
def test_an_account_is_that_of_the_access_key(emulator: Emulator, last: bool) -> None:
    keys = {"test": "000000000000", "111122223333": "111122223333", "000000000000": "000000000000"}
    for key in [*keys, *keys]:
        headers = signed("sqs", key=key, last=last)
        made = call(emulator, headers, "AmazonSQS.CreateQueue", {"QueueName": "of-account"})
        assert f"/{keys[key]}/" in made["QueueUrl"]


def test_one_signing_name_is_of_two_services(emulator: Emulator) -> None:
    headers = signed("dynamodb")
    for _ in range(2):
        assert "TableNames" in call(emulator, headers, f"{DYNAMODB}.ListTables", {})
        assert "TableNames" not in call(emulator, headers, f"{STREAMS}.ListStreams", {})


def test_without_a_signature_the_target_tells(emulator: Emulator) -> None:
    assert "TableNames" in call(emulator, {}, f"{DYNAMODB}.ListTables", {})
