"""Secret of an integration: its age, its rotation, and what is said of a malformed one."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from functions.integrations.secret import MAX_AGE_SECONDS, MalformedSecret, ServiceSecret
from tests.functions.doubles import FakeClock, StubClient, client_error


class Stored:
    """A Secrets Manager that answers with `text`, or raises it."""

    def __init__(self, text: str | Exception) -> None:
        self.text = text
        self.client = StubClient(get_secret_value=self._get)

    def _get(self, **_: Any) -> Any:
        if isinstance(self.text, Exception):
            raise self.text
        return {"SecretString": self.text}


def test_a_rotated_secret_takes_over_after_its_age(clock: FakeClock) -> None:
    stored = Stored('{"token": "old"}')
    secret = ServiceSecret(stored.client, "name", clock)
    assert secret.require("token") == "old"
    stored.text = '{"token": "new"}'
    clock.advance(MAX_AGE_SECONDS - 1)
    assert secret.require("token") == "old"
    clock.advance(1)
    assert secret.require("token") == "new"
    assert len(stored.client.calls) == 2


def test_an_outage_keeps_what_was_read_and_shows_where_nothing_was(clock: FakeClock) -> None:
    stored = Stored('{"token": "old"}')
    secret = ServiceSecret(stored.client, "name", clock)
    secret.require("token")
    stored.text = client_error("InternalServiceError", 500)
    clock.advance(MAX_AGE_SECONDS)
    assert secret.require("token") == "old"
    with pytest.raises(ClientError):
        ServiceSecret(stored.client, "name", clock).require("token")


@pytest.mark.parametrize("text", ["s3cret{", '["s3cret"]', '{"token": 3, "note": "s3cret"}'])
def test_a_malformed_secret_is_named_and_not_told(text: str, clock: FakeClock) -> None:
    with pytest.raises(MalformedSecret, match="lab/splunk") as caught:
        ServiceSecret(Stored(text).client, "lab/splunk", clock).require("token")
    assert "s3cret" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_key_may_be_missing_where_it_is_optional_alone(clock: FakeClock) -> None:
    secret = ServiceSecret(Stored(json.dumps({"token": "", "user": "u"})).client, "name", clock)
    assert secret.optional("caCertificate") is None
    with pytest.raises(MalformedSecret, match="'token'"):
        secret.require("token")
