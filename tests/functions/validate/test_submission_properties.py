"""However a client spells an event and wherever it puts the key, it is the same submission."""

import json
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from functions.ingestion.api_http import ApiRequest
from functions.ingestion.canonical_json import canonical_json
from functions.ingestion.identity import checksum, is_valid_key
from functions.ingestion.strict_json import JsonObject, parse_json
from functions.validate.submission import Submission, read_submission

text = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=20)
amounts = st.decimals(0, 10**20, places=9)
orders: st.SearchStrategy[JsonObject] = st.builds(
    lambda order_id, amount, more: more | {"orderId": f"o{order_id}", "amount": amount},
    text,
    amounts,
    st.dictionaries(text.map("x-{}".format), text | amounts | st.booleans() | st.none(), max_size=4),
)
keys = st.text(st.characters(min_codepoint=0x21, max_codepoint=0x7E), min_size=1, max_size=128)


def submit(body: str, header: str | None = None) -> Submission:
    headers = {} if header is None else {"idempotency-key": header}
    request = ApiRequest("POST /events", headers, query={}, path={}, body=body.encode())
    return read_submission(request, max_body_bytes=1_000_000)


def another_spelling(order: JsonObject) -> str:
    """Members in reverse order, escapes instead of characters, zeros that say nothing, white space."""
    members = [
        f"{json.dumps(name)} : {f'{value:.12f}' if isinstance(value, Decimal) else json.dumps(value)}"
        for name, value in reversed(order.items())
    ]
    return "{\n" + " ,\t".join(members) + "}"


@given(orders)
def test_spelling_changes_neither_body_nor_derived_key(order: JsonObject) -> None:
    assert submit(another_spelling(order)) == submit(canonical_json(order))


@given(orders)
def test_the_derived_key_is_valid_and_the_checksum_of_what_is_queued(order: JsonObject) -> None:
    submission = submit(canonical_json(order))
    assert is_valid_key(submission.idempotency_key)
    assert submission.idempotency_key == checksum(submission.body)
    assert parse_json(submission.body) == order


@given(orders, keys)
def test_a_key_in_the_header_or_in_the_body_is_the_same_submission(order: JsonObject, key: str) -> None:
    in_header = submit(canonical_json(order), header=key)
    in_body = submit(canonical_json(order | {"idempotencyKey": key}))
    assert in_header == in_body == Submission(submit(canonical_json(order)).body, key)
