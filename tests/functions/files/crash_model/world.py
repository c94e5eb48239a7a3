"""A bucket, the files table and the function, in one process and on virtual time."""

import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from functions.common.dynamodb_items import from_item
from functions.files.environment import CsvProcessorEnvironment
from functions.files.processor import handler as csv_processor
from functions.files.processor.rejects import rejects_key
from functions.files.rounds.files_table import BATCH_PREFIX, CHECKPOINT, ENTRY, FILE
from functions.files.rounds.task import Task
from tests.functions.crash_model import warm_clients
from tests.functions.crash_model.crash import Crash
from tests.functions.crash_model.function import Function, NoAnswer
from tests.functions.crash_model.modules import cold_start
from tests.functions.crash_model.stand_ins import StandIns
from tests.functions.crash_model.virtual_clock import VirtualClock
from tests.functions.crash_model.warm_clients import warm_client
from tests.functions.crash_model.wire import Wire
from tests.functions.files.crash_model.api import Api
from tests.functions.files.processor.resources import create_bucket, create_files_table

LEASE_SECONDS = 25
_MAX_ROUNDS = 12


class NeverSucceeds(Exception):
    """A file is tried again for ever."""


class FileWorld:
    """Everything that a story may touch. `row_concurrency` is 1, so that a run is the same each time."""

    def __init__(self, crash: Crash | None = None) -> None:
        self.clock = VirtualClock()
        self.api = Api()
        suffix = uuid.uuid4().hex
        self.bucket, self.table = f"bucket-{suffix}", f"files-{suffix}"
        stand_ins = StandIns()
        simulation = json.dumps({"latencyMinMilliseconds": 0, "latencyMaxMilliseconds": 0})
        stand_ins.add("ssm.GetParameter", lambda *_: (200, {"Parameter": {"Value": simulation}}))
        self.wire = Wire(self.clock, stand_ins, crash)
        environment = CsvProcessorEnvironment(
            files_table_name=self.table,
            simulated_api_parameter="/api",
            simulated_api_cache_seconds=5,
            batch_rows=3,
            row_concurrency=1,
            lease_seconds=LEASE_SECONDS,
            ttl_days=7,
        )
        self.function = Function(
            "csv_processor", csv_processor.handler, environment, 20, self.clock, self.wire
        )

    @classmethod
    @contextmanager
    def open(cls, crash: Crash | None = None) -> Iterator["FileWorld"]:
        """A world that is in force within the block."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("AWS_DEFAULT_REGION", "us-east-1")
            world = cls(crash)
            for part in (warm_clients, world.clock, world.api, world.wire):
                part.install(patch)
            create_bucket(warm_client("s3"), world.bucket)
            create_files_table(warm_client("dynamodb"), world.table)
            cold_start()
            yield world
        cold_start()  # nothing that was wired on virtual time is left behind

    def upload(self, content: bytes, key: str) -> Task:
        answer = warm_client("s3").put_object(Bucket=self.bucket, Key=key, Body=content)
        return Task(self.bucket, key, answer["VersionId"], answer["ETag"], len(content), "m", 1, "r")

    def process(self, task: Task) -> None:
        """Invoke until the file has succeeded, each time when the lease of a dead attempt is over."""
        for _ in range(_MAX_ROUNDS):
            try:
                if self.function.invoke(task.as_document())["status"] == "SUCCEEDED":
                    return
            except NoAnswer:
                self.clock.advance(LEASE_SECONDS + 1)
        raise NeverSucceeds(f"{task.file}: {self.function.failures}")

    def checkpoint(self, task: Task) -> dict[str, Any]:
        return self._entries(task, CHECKPOINT)[0]

    def batches(self, task: Task) -> list[dict[str, Any]]:
        return self._entries(task, BATCH_PREFIX)

    def rejected_rows(self, task: Task) -> list[int]:
        """The rows in the merged rejects; none if there is no such object."""
        if rejects_key(task) not in self.names("rejects/"):
            return []
        body = warm_client("s3").get_object(Bucket=self.bucket, Key=rejects_key(task))["Body"].read()
        return [json.loads(line)["row"] for line in body.decode().splitlines()]

    def names(self, prefix: str) -> list[str]:
        answer = warm_client("s3").list_objects_v2(Bucket=self.bucket, Prefix=prefix)
        return [found["Key"] for found in answer.get("Contents", [])]

    def _entries(self, task: Task, prefix: str) -> list[dict[str, Any]]:
        answer = warm_client("dynamodb").query(
            TableName=self.table,
            KeyConditionExpression=f"{FILE} = :file AND begins_with({ENTRY}, :prefix)",
            ExpressionAttributeValues={":file": {"S": task.file}, ":prefix": {"S": prefix}},
        )
        return [from_item(item) for item in answer["Items"]]
