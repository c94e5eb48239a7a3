"""Claims and verdicts: who may work on a key, and what is kept of it, whatever answer was lost."""

from typing import Any

import pytest

from functions.common.clock import iso8601
from functions.common.errors import IdempotencyKeyReused, LeaseHeld, LeaseLost, TransientFailure
from functions.idempotency.claims import Claim, Claims, Verdicts
from functions.ingestion.identity import Identity, identify
from tests.functions.conftest import LEASE_SECONDS, ORDER, TTL_DAYS, Aws
from tests.functions.doubles import FakeClock, StubClient, client_error, raising

IDENTITY = identify(ORDER, "key-1")
OTHER_PAYLOAD = identify('{"amount":1,"orderId":"other"}', "key-1")
TTL_SECONDS = TTL_DAYS * 86_400
FAILURE = TransientFailure("x")


def claimed(claims: Claims, clock: FakeClock, identity: Identity = IDENTITY) -> Claim:
    claim = claims.claim(identity, clock())
    assert claim is not None
    return claim


def test_a_new_key_is_leased(claims: Claims, aws: Aws, clock: FakeClock) -> None:
    claim = claimed(claims, clock)
    item = aws.item("key-1")
    assert item is not None
    assert (item["status"]["S"], item["attempts"]["N"]) == ("INFLIGHT", "1")
    assert item["checksum"]["S"] == IDENTITY.checksum
    assert item["leaseOwner"]["S"] == claim.owner
    assert float(item["leaseExpiresAt"]["N"]) == clock() + LEASE_SECONDS
    assert int(item["expiresAt"]["N"]) == clock() + TTL_SECONDS


def test_a_live_lease_blocks_and_a_lapsed_one_does_not(claims: Claims, clock: FakeClock) -> None:
    first = claimed(claims, clock)
    clock.advance(LEASE_SECONDS - 0.001)
    with pytest.raises(LeaseHeld):
        claims.claim(IDENTITY, clock())
    clock.advance(0.001)
    second = claimed(claims, clock)
    assert (second.attempts, second.owner != first.owner) == (2, True)


def test_a_failed_key_is_claimed_again_and_its_error_forgotten(
    claims: Claims, verdicts: Verdicts, aws: Aws, clock: FakeClock
) -> None:
    first_seen_at = iso8601(clock())
    verdicts.failed(claimed(claims, clock), FAILURE, clock())
    clock.advance(1)
    assert claimed(claims, clock).attempts == 2
    item = aws.item("key-1")
    assert item is not None
    assert {"errorType", "errorCategory", "processedAt"}.isdisjoint(item)
    assert item["status"]["S"] == "INFLIGHT"
    assert item["firstSeenAt"]["S"] == first_seen_at


def test_a_succeeded_key_is_a_duplicate(
    claims: Claims, verdicts: Verdicts, aws: Aws, clock: FakeClock
) -> None:
    verdicts.succeeded(claimed(claims, clock), clock(), clock())
    before = aws.item("key-1")
    assert claims.claim(IDENTITY, clock() + 10) is None
    assert aws.item("key-1") == before


@pytest.mark.parametrize("status", ["INFLIGHT", "FAILED", "SUCCEEDED"])
def test_another_payload_under_the_key_is_refused_and_changes_nothing(
    claims: Claims, verdicts: Verdicts, aws: Aws, clock: FakeClock, status: str
) -> None:
    claim = claimed(claims, clock)
    if status == "FAILED":
        verdicts.failed(claim, FAILURE, clock())
    elif status == "SUCCEEDED":
        verdicts.succeeded(claim, clock(), clock())
    before = aws.item("key-1")
    with pytest.raises(IdempotencyKeyReused):
        claims.claim(OTHER_PAYLOAD, clock() + LEASE_SECONDS)
    assert aws.item("key-1") == before


@pytest.mark.parametrize("identity", [IDENTITY, OTHER_PAYLOAD])
def test_an_expired_item_counts_as_absent_though_ttl_has_not_deleted_it(
    claims: Claims, verdicts: Verdicts, aws: Aws, clock: FakeClock, identity: Identity
) -> None:
    verdicts.succeeded(claimed(claims, clock), clock(), clock())
    clock.advance(TTL_SECONDS - 1)
    with pytest.raises(IdempotencyKeyReused):
        claims.claim(Identity("key-1", "neither"), clock())
    clock.advance(1)
    assert claimed(claims, clock, identity).attempts == 1
    item = aws.item("key-1")
    assert item is not None
    assert "eventEmittedAt" not in item


def test_who_lost_its_lease_cannot_write_a_verdict(
    claims: Claims, verdicts: Verdicts, aws: Aws, clock: FakeClock
) -> None:
    slow = claimed(claims, clock)
    clock.advance(LEASE_SECONDS)
    fast = claimed(claims, clock)
    with pytest.raises(LeaseLost):
        verdicts.succeeded(slow, clock(), clock())
    with pytest.raises(LeaseLost):
        verdicts.failed(slow, FAILURE, clock())
    verdicts.succeeded(fast, clock(), clock())
    with pytest.raises(LeaseLost):
        verdicts.failed(slow, FAILURE, clock())
    item = aws.item("key-1")
    assert item is not None
    assert item["status"]["S"] == "SUCCEEDED"


def _seen(status: str, attempts: int, **extra: object) -> dict[str, object]:
    return {
        "status": {"S": status},
        "attempts": {"N": str(attempts)},
        "checksum": {"S": IDENTITY.checksum},
        **extra,
    }


def claims_over(client: StubClient) -> Claims:
    return Claims(client, "state", lease_seconds=LEASE_SECONDS, ttl_days=TTL_DAYS)  # type: ignore[arg-type]


def test_losing_the_race_for_a_failed_key_is_a_held_lease(clock: FakeClock) -> None:
    winner = _seen("INFLIGHT", 2, leaseOwner={"S": "another"})
    lost = client_error("ConditionalCheckFailedException", Item=winner)
    seen = client_error("ConditionalCheckFailedException", Item=_seen("FAILED", 1))
    client = StubClient(put_item=raising(seen), update_item=raising(lost))
    with pytest.raises(LeaseHeld):
        claims_over(client).claim(IDENTITY, clock())


def test_a_claim_whose_answer_was_lost_is_recognized_as_ones_own(clock: FakeClock) -> None:
    def put_item(**parameters: object) -> None:
        raise client_error("ConditionalCheckFailedException", Item=parameters["Item"])

    client = StubClient(put_item=put_item)
    claim = claims_over(client).claim(IDENTITY, clock())
    assert claim is not None
    assert claim.attempts == 1
    assert [name for name, _ in client.calls] == ["put_item"]


class Repeating:
    """DynamoDB behind a network that loses the answer to an update, so that the SDK sends it once more."""

    def __init__(self, dynamodb: Any) -> None:
        self.put_item = dynamodb.put_item
        self._update_item = dynamodb.update_item

    def update_item(self, **parameters: Any) -> Any:
        self._update_item(**parameters)
        return self._update_item(**parameters)


def test_a_take_over_whose_answer_was_lost_is_recognized_as_ones_own(
    claims: Claims, aws: Aws, clock: FakeClock
) -> None:
    claimed(claims, clock)
    clock.advance(LEASE_SECONDS)
    repeating = Claims(
        Repeating(aws.dynamodb),  # type: ignore[arg-type]
        aws.table_name,
        lease_seconds=LEASE_SECONDS,
        ttl_days=TTL_DAYS,
    )
    assert claimed(repeating, clock).attempts == 2


@pytest.mark.parametrize("verdict", ["SUCCEEDED", "FAILED"])
def test_a_verdict_whose_answer_was_lost_stands(
    claims: Claims, aws: Aws, clock: FakeClock, verdict: str
) -> None:
    claim = claimed(claims, clock)
    verdicts = Verdicts(Repeating(aws.dynamodb), aws.table_name, ttl_days=TTL_DAYS)  # type: ignore[arg-type]
    if verdict == "SUCCEEDED":
        verdicts.succeeded(claim, clock(), clock())
    else:
        verdicts.failed(claim, FAILURE, clock())
    item = aws.item("key-1")
    assert item is not None
    assert item["status"]["S"] == verdict


@pytest.mark.parametrize("operation", ["put_item", "update_item"])
def test_other_errors_of_dynamodb_pass_through(operation: str, clock: FakeClock) -> None:
    throttled = client_error("ThrottlingException")
    seen = client_error("ConditionalCheckFailedException", Item=_seen("FAILED", 1))
    operations = {"put_item": raising(seen), "update_item": raising(throttled)}
    operations[operation] = raising(throttled)
    with pytest.raises(type(throttled), match="ThrottlingException"):
        claims_over(StubClient(**operations)).claim(IDENTITY, clock())


def test_other_errors_of_dynamodb_pass_through_verdicts(clock: FakeClock) -> None:
    throttled = client_error("ThrottlingException")
    verdicts = Verdicts(StubClient(update_item=raising(throttled)), "state", ttl_days=TTL_DAYS)  # type: ignore[arg-type]
    with pytest.raises(type(throttled), match="ThrottlingException"):
        verdicts.succeeded(Claim(IDENTITY, "me", 1), clock(), clock())
