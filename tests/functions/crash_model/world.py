"""The pipeline, in one process and on virtual time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from botocore.awsrequest import AWSPreparedRequest

from functions.common.sqs_message import IDEMPOTENCY_KEY, MAX_BATCH_ENTRIES, text_attribute
from functions.redrive_runner.pace import Pace
from tests.functions.crash_model import warm_clients
from tests.functions.crash_model.async_invocations import AsyncInvocations
from tests.functions.crash_model.client import Client
from tests.functions.crash_model.crash import Crash
from tests.functions.crash_model.deployment import RUNNER, Deployment
from tests.functions.crash_model.effects import Effects
from tests.functions.crash_model.event_source import EventSource
from tests.functions.crash_model.lanes import Lanes
from tests.functions.crash_model.modules import cold_start
from tests.functions.crash_model.redrive_operator import Operator
from tests.functions.crash_model.resources import VISIBILITY_SECONDS, Resources, depth
from tests.functions.crash_model.stand_ins import StandIns
from tests.functions.crash_model.virtual_clock import VirtualClock
from tests.functions.crash_model.warm_clients import warm_client
from tests.functions.crash_model.wire import Wire

_MAX_ROUNDS = 20


class NeverAtRest(Exception):
    """Something is tried again for ever."""


class World:
    """Everything that a scenario may touch."""

    def __init__(self, crash: Crash | None = None) -> None:
        self.clock = VirtualClock()
        self.resources = Resources()
        self.failure_mode = "none"
        self.effects = Effects()
        self.buried: set[str] = set()  # keys whose failure happened before the story begins
        self.redrive_batch_size = MAX_BATCH_ENTRIES  # a small one makes many batches of a few letters
        self.unsendable: set[str] = set()  # keys whose messages make SQS refuse a batch, until the repair
        stand_ins = StandIns()
        self.wire = Wire(self.clock, stand_ins, crash)
        self.lanes = Lanes(self.wire)
        deployment = Deployment(self.resources, self.clock, self.wire)
        self.worker = deployment.worker()
        self.runner = deployment.redrive_runner()
        self.client = Client(deployment.ingest(), self.clock)
        self.operator = Operator(deployment.redrive(), self.clock)
        self.event_source = EventSource(self.resources.queue_url, self.worker)
        self._invocations = AsyncInvocations(self.clock, {RUNNER: self.runner})
        stand_ins.add("ssm.GetParameter", lambda *_: (200, {"Parameter": {"Value": self.failure_mode}}))
        stand_ins.add("lambda.Invoke", self._invocations.accept)
        stand_ins.add("sqs.SendMessageBatch", self._refuse_unsendable)

    @classmethod
    @contextmanager
    def open(cls, crash: Crash | None = None) -> Iterator["World"]:
        """A world that is in force within the block."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
            world = cls(crash)
            world.resources.create()
            for part in (warm_clients, world.clock, world.effects, world.wire, world.lanes):
                part.install(patch)
            patch.setattr(Pace, "batch_size", property(world._batch_size))
            cold_start()
            yield world
        cold_start()  # nothing that was wired on virtual time is left behind

    def produce_poison(self, key: str) -> None:
        """Queue an event that ingest would refuse, as another producer may."""
        warm_client("sqs").send_message(
            QueueUrl=self.resources.queue_url,
            MessageBody='{"orderId":"poison"}',
            MessageAttributes={IDEMPOTENCY_KEY: text_attribute(key)},
        )

    def repair(self) -> None:
        """What went wrong goes wrong no more."""
        self.failure_mode = "none"
        self.unsendable.clear()

    def settle(self) -> None:
        """Let leases, holds and visibility timeouts run out until nothing is left to retry."""
        for _ in range(_MAX_ROUNDS):
            while self._invocations.run_due() or self.event_source.poll():
                pass
            if not self._invocations.pending and not depth(self.resources.queue_url):
                return
            self.clock.advance(self._invocations.next_in_seconds() or VISIBILITY_SECONDS + 1)
        raise NeverAtRest("the retries never come to rest")

    def recover(self) -> None:
        """Redrive until the dead-letter queue is empty, as an operator does after the repair."""
        for _ in range(_MAX_ROUNDS):
            if not depth(self.resources.dlq_url):
                return
            self.clock.advance(VISIBILITY_SECONDS + 1)  # whatever a dead runner held is visible
            self.operator.start()
            self.settle()
        raise NeverAtRest("the dead-letter queue is never empty")

    def _batch_size(self, pace: Pace) -> int:
        return min(self.redrive_batch_size, pace.per_second or self.redrive_batch_size)

    def _refuse_unsendable(
        self, batch: dict[str, Any], _: AWSPreparedRequest
    ) -> tuple[int, dict[str, Any]] | None:
        """Refuse the whole batch, of whatever size, for one entry of it (SQS API reference, SendMessageBatch,
        "Errors")."""
        keys = {entry["MessageAttributes"][IDEMPOTENCY_KEY]["StringValue"] for entry in batch["Entries"]}
        if keys.isdisjoint(self.unsendable):
            return None
        return 400, {"__type": "com.amazonaws.sqs#InvalidMessageContents", "message": "refused"}
