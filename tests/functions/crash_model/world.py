"""The pipeline, in one process and on virtual time."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from functions.common.environment import IngestEnvironment, WorkerEnvironment
from functions.common.message import IDEMPOTENCY_KEY, text_attribute
from functions.ingest import handler as ingest
from functions.worker import handler as worker
from tests.functions.crash_model import warm_clients
from tests.functions.crash_model.client import Client
from tests.functions.crash_model.crash import Crash
from tests.functions.crash_model.effects import Effects
from tests.functions.crash_model.event_source import EventSource
from tests.functions.crash_model.function import Function
from tests.functions.crash_model.modules import cold_start
from tests.functions.crash_model.resources import MAX_RECEIVE_COUNT, VISIBILITY_SECONDS, Resources
from tests.functions.crash_model.stand_ins import StandIns
from tests.functions.crash_model.virtual_clock import VirtualClock
from tests.functions.crash_model.warm_clients import warm_client
from tests.functions.crash_model.wire import Wire

_PARAMETER = "/ingestion/failure_mode"
# As in infra/settings.py; the lease ends before the message is visible again.
LEASE_SECONDS = 60
_TIMEOUT_SECONDS, _TTL_DAYS = 30, 7
_CACHE_SECONDS = 5
_MAX_ROUNDS = 50


class World:
    """Everything that a scenario may touch."""

    def __init__(self, crash: Crash | None = None) -> None:
        self.clock = VirtualClock()
        self.resources = Resources()
        self.failure_mode = "none"
        self.effects = Effects()
        self._stand_ins = StandIns()
        self._stand_ins.add("ssm.GetParameter", lambda *_: (200, {"Parameter": {"Value": self.failure_mode}}))
        self.wire = Wire(self.clock, self._stand_ins, crash)
        self.worker = Function(
            "worker", worker.handler, self._worker_environment(), _TIMEOUT_SECONDS, self.clock, self.wire
        )
        self.ingest = Function(
            "ingest", ingest.handler, self._ingest_environment(), 20, self.clock, self.wire
        )
        self.client = Client(self.ingest, self.clock)
        self.event_source = EventSource(self.resources.queue_url, self.worker)

    @classmethod
    @contextmanager
    def open(cls, crash: Crash | None = None) -> Iterator["World"]:
        """A world that is in force within the block."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
            world = cls(crash)
            world.resources.create()
            for part in (warm_clients, world.clock, world.effects, world.wire):
                part.install(patch)
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

    def settle(self) -> None:
        """Let leases and visibility timeouts run out until nothing is left to retry."""
        for _ in range(_MAX_ROUNDS):
            while self.event_source.poll():
                pass
            if not self._waiting():
                return
            self.clock.advance(VISIBILITY_SECONDS + 1)
        raise AssertionError("the retries never come to rest")

    def _waiting(self) -> int:
        """Messages of the main queue that are delayed or were received and not deleted."""
        names: Any = [
            "ApproximateNumberOfMessages",
            "ApproximateNumberOfMessagesNotVisible",
            "ApproximateNumberOfMessagesDelayed",
        ]
        answer = warm_client("sqs").get_queue_attributes(
            QueueUrl=self.resources.queue_url, AttributeNames=names
        )
        return sum(map(int, answer["Attributes"].values()))

    def _ingest_environment(self) -> IngestEnvironment:
        return IngestEnvironment(
            queue_url=self.resources.queue_url,
            failure_mode_parameter=_PARAMETER,
            failure_mode_cache_seconds=_CACHE_SECONDS,
        )

    def _worker_environment(self) -> WorkerEnvironment:
        return WorkerEnvironment(
            table_name=self.resources.table,
            bus_name=self.resources.bus,
            failure_mode_parameter=_PARAMETER,
            failure_mode_cache_seconds=_CACHE_SECONDS,
            ttl_days=_TTL_DAYS,
            event_schema="v1",
            lease_seconds=LEASE_SECONDS,
            max_receive_count=MAX_RECEIVE_COUNT,
        )
