"""API key of the authorizer: read once in a while, compared in constant time, kept through an outage."""

import hmac
from typing import Any

import pytest

from functions.authorizer.api_key import MAX_AGE_SECONDS, ApiKey
from tests.functions.doubles import FakeClock, StubClient, client_error


class Secret:
    """A Secrets Manager that answers with `value`, or raises it."""

    def __init__(self, value: str | Exception) -> None:
        self.value = value
        self.client = StubClient(get_secret_value=self._get)

    def _get(self, **_: Any) -> Any:
        if isinstance(self.value, Exception):
            raise self.value
        return {"SecretString": self.value}


def test_reads_the_secret_once_within_the_cache_age_and_a_new_key_after_it(clock: FakeClock) -> None:
    secret = Secret("old")
    key = ApiKey(secret.client, "arn", clock)
    assert key.matches("old")
    secret.value = "new"
    clock.advance(MAX_AGE_SECONDS - 1)
    assert not key.matches("new")
    assert len(secret.client.calls) == 1
    clock.advance(1)
    assert key.matches("new")


def test_compares_in_constant_time(clock: FakeClock, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[bytes, bytes]] = []

    def compare_digest(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return False

    monkeypatch.setattr(hmac, "compare_digest", compare_digest)
    assert not ApiKey(Secret("key").client, "arn", clock).matches("key")
    assert compared == [(b"key", b"key")]


def test_an_outage_keeps_the_last_known_key_and_opens_to_nobody_without_one(clock: FakeClock) -> None:
    secret = Secret("key")
    key = ApiKey(secret.client, "arn", clock)
    key.matches("key")
    error = client_error("InternalServiceError", 500)
    secret.value = error
    clock.advance(MAX_AGE_SECONDS)
    assert key.matches("key")
    with pytest.raises(type(error)):
        ApiKey(secret.client, "arn", clock).matches("key")
