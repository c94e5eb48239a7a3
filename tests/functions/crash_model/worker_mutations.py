"""Faults to put into the worker."""

import uuid
from dataclasses import replace
from typing import Any

import pytest

from functions.events import outcome_events
from functions.idempotency.claims import Claim, Claims, Verdicts
from functions.idempotency.state_item import KeyStatus, StateItem
from functions.worker import handler as worker
from functions.worker.attempt import RecordAttempts
from functions.worker.records import WorkerRecord, process_batch


def verdict_before_event(patch: pytest.MonkeyPatch) -> None:
    def ingest(self: RecordAttempts, record: WorkerRecord, claim: Claim, deadline: Any) -> None:
        order = self.processing.process(record.identity, record.body, deadline)
        now = self.clock()
        self.verdicts.succeeded(claim, now, now)
        self.events.success(record.identity, order, claim.attempts, now)

    patch.setattr(RecordAttempts, "_ingest", ingest)


def existing_key_is_done(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(StateItem, "allows_attempt", lambda *_: False)


def lease_is_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(StateItem, "allows_attempt", lambda self, *_: self.status is not KeyStatus.SUCCEEDED)


def new_event_id_each_time(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(outcome_events, "_event_id", lambda *_: str(uuid.uuid4()))


def take_over_is_not_counted(patch: pytest.MonkeyPatch) -> None:
    take_over = Claims._take_over

    def uncounted(self: Claims, claim: Claim, existing: StateItem, now: float) -> None:
        take_over(self, replace(claim, attempts=existing.attempts), existing, now)

    patch.setattr(Claims, "_take_over", uncounted)


def nothing_is_reported_as_failed(patch: pytest.MonkeyPatch) -> None:
    def hushed(*arguments: Any) -> Any:
        process_batch(*arguments)
        return {"batchItemFailures": []}

    patch.setattr(worker, "process_batch", hushed)


class Unfenced:
    """DynamoDB, as if each update stated no more than that the item exists."""

    def __init__(self, dynamodb: Any) -> None:
        self._dynamodb = dynamodb

    def update_item(self, **parameters: Any) -> Any:
        condition = f"attribute_exists(idempotencyKey) OR {parameters.pop('ConditionExpression')}"
        return self._dynamodb.update_item(ConditionExpression=condition, **parameters)


def verdict_without_fence(patch: pytest.MonkeyPatch) -> None:
    init = Verdicts.__init__

    def unfenced(self: Verdicts, dynamodb: Any, *rest: Any, **settings: Any) -> None:
        init(self, Unfenced(dynamodb), *rest, **settings)  # type: ignore[arg-type]

    patch.setattr(Verdicts, "__init__", unfenced)
