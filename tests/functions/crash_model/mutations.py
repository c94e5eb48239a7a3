"""Faults put into the functions on purpose: a model that does not catch them would prove nothing."""

import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from functions.events import outcome_events
from functions.idempotency.claims import Claim, Claims
from functions.idempotency.state_item import StateItem, Status
from functions.idempotency.verdicts import Verdicts
from functions.worker import handler as worker
from functions.worker.attempt import Attempts
from functions.worker.batch import process_batch
from functions.worker.record import Record
from tests.functions.crash_model import scenarios
from tests.functions.crash_model.interleaving import Plot, interleavings

Runs = Callable[[], Iterator[list[str]]]
"""The violations of one run after the other."""


@dataclass(frozen=True)
class Mutation:
    """`apply` breaks the code; one of `runs` must then show the `symptom`."""

    name: str
    apply: Callable[[pytest.MonkeyPatch], None]
    runs: Runs
    symptom: str


def runs_of(name: str) -> Runs:
    """A scenario by its name, without a crash and with each."""
    [scenario] = [scenario for scenario in scenarios.SCENARIOS if scenario.name == name]
    crashes = [None, *scenario.crashes().values()]  # numbered before the code is broken
    return lambda: (scenario.run(crash) for crash in crashes)


def runs_with(plot: Plot) -> Runs:
    """Every interleaving in which the same goes wrong."""
    return lambda: (interleaving.run() for interleaving in interleavings() if interleaving.plot is plot)


def verdict_before_event(patch: pytest.MonkeyPatch) -> None:
    def ingest(self: Attempts, record: Record, claim: Claim, deadline: Any) -> None:
        order = self.processing.process(record.identity, record.body, deadline)
        now = self.clock()
        self.verdicts.succeeded(claim, now, now)
        self.events.success(record.identity, order, claim.attempts, now)

    patch.setattr(Attempts, "_ingest", ingest)


def existing_key_is_done(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(StateItem, "allows_attempt", lambda *_: False)


def lease_is_ignored(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(StateItem, "allows_attempt", lambda self, *_: self.status is not Status.SUCCEEDED)


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


MUTATIONS = [
    Mutation("verdict-before-event", verdict_before_event, runs_of("happy"), "without a success event"),
    Mutation("existing-key-is-done", existing_key_is_done, runs_of("happy"), "is lost"),
    Mutation("lease-is-ignored", lease_is_ignored, runs_with(Plot.NOTHING), "under one lease"),
    Mutation("new-event-id-each-time", new_event_id_each_time, runs_of("happy"), "under 2 ids"),
    Mutation("take-over-is-not-counted", take_over_is_not_counted, runs_of("happy"), "1 recorded"),
    Mutation("nothing-reported", nothing_is_reported_as_failed, runs_of("first-attempt-fails"), "is lost"),
    Mutation("verdict-without-fence", verdict_without_fence, runs_with(Plot.FIRST_FAILS), "is lost"),
]
