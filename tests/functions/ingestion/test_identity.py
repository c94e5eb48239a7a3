"""Idempotency keys and checksums: what is a key, and what a message without one gets."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.ingestion.identity import identify, is_malformed, is_valid_key


@pytest.mark.parametrize("key", ["a", "x" * 128, "order-1:~!", "8e03978e-40d5-43dd-bc93-6894a57f9324"])
def test_visible_ascii_is_a_key(key: str) -> None:
    assert is_valid_key(key)


@pytest.mark.parametrize("key", ["", "x" * 129, "a b", "a\n", "é", "\x7f", "\0"])
def test_no_other_text_is_a_key(key: str) -> None:
    assert not is_valid_key(key)


@given(st.text())
def test_the_checksum_is_the_bodys_sha256(body: str) -> None:
    expected = hashlib.sha256(body.encode()).hexdigest()
    assert identify(body, "key").checksum == expected


@pytest.mark.parametrize("key", [None, "", "with space"])
def test_a_message_without_a_usable_key_gets_a_lasting_one_of_its_own(key: str | None) -> None:
    identity = identify("body", key)
    assert is_malformed(identity)
    assert identity == identify("body", None)
    assert identity.key != identity.checksum  # which ingest derives for the same text
    assert not is_malformed(identify("body", identity.checksum))
