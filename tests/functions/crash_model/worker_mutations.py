"""Faults to put into the worker."""

import uuid
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from functions.common.errors import EventNotPublished
from functions.events import outcome_events
from functions.events.outcome_events import Announcement, OutcomeEvents
from functions.idempotency.claims import Claim, Claims, Verdicts
from functions.idempotency.state_item import KeyStatus, StateItem
from functions.worker import batch
from functions.worker import handler as worker
from functions.worker.attempt import Processed, RecordAttempts
from functions.worker.records import WorkerRecord


def verdict_before_event(patch: pytest.MonkeyPatch) -> None:
    settle = RecordAttempts.settle

    def hasty(self: RecordAttempts, attempts: Sequence[Processed]) -> list[WorkerRecord]:
        for attempt in attempts:
            now = self.clock()
            self.verdicts.succeeded(attempt.claim, now, now)
        return settle(self, attempts)

    patch.setattr(RecordAttempts, "settle", hasty)


def refused_entry_counts_as_published(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(outcome_events, "_refusal", lambda _: None)


def refusal_fails_another_record(patch: pytest.MonkeyPatch) -> None:
    successes = OutcomeEvents.successes

    def shifted(self: OutcomeEvents, events: Sequence[Announcement]) -> list[EventNotPublished | None]:
        [*first, last] = successes(self, events)
        return [last, *first]

    patch.setattr(OutcomeEvents, "successes", shifted)


def what_came_back_waits(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(batch, "_came_back", lambda _: False)


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
    run = worker.run

    def hushed(*arguments: Any) -> list[WorkerRecord]:
        run(*arguments)
        return []

    patch.setattr(worker, "run", hushed)


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
