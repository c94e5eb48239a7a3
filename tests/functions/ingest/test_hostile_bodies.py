"""Hostile bodies and headers: each is a problem of the client's, and never an error of ours."""

import pytest

from scenarios.hostile_bodies import HOSTILE_BODIES, HostileBody
from tests.functions.conftest import Aws
from tests.functions.ingest.conftest import Post


@pytest.mark.parametrize("body", HOSTILE_BODIES, ids=lambda body: body.name)
def test_a_hostile_body_is_a_problem_of_the_clients(post: Post, aws: Aws, body: HostileBody) -> None:
    answer = post(body.as_base64(), base64=True)
    assert answer.status == body.status
    assert answer.content_type == "application/problem+json"
    assert answer.document["status"] == body.status
    assert {"type", "title", "detail"} <= answer.document.keys()
    assert aws.receive_all(aws.queue_url) == []


def test_a_string_with_lone_surrogates_in_the_event_itself_is_refused(post: Post) -> None:
    assert post('{"orderId":"\ud800","amount":1}').status == 400


def test_a_body_that_only_claims_to_be_base64_is_refused(post: Post) -> None:
    assert post("{not base64}", base64=True).status == 400


def test_a_missing_body_is_refused(post: Post) -> None:
    assert post(None).status == 400


@pytest.mark.parametrize("key", ["", " ", "a b", "k" * 129, "é", "a\x00", "\ud800"])
def test_a_hostile_key_header_is_refused(post: Post, key: str) -> None:
    answer = post('{"orderId":"o","amount":1}', {"idempotency-key": key})
    assert (answer.status, answer.document["parameter"]) == (400, "Idempotency-Key")
