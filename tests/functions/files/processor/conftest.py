"""A bucket, a files table, and files to process."""

import json
import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import pytest

from functions.common import clients
from functions.common.dynamodb_items import from_item
from functions.common.environment import to_variables
from functions.files.environment import CsvProcessorEnvironment
from functions.files.processor import handler as csv_handler
from functions.files.processor.rejects import rejects_key
from functions.files.rounds.files_table import BATCH_PREFIX, CHECKPOINT, ENTRY, FILE
from functions.files.rounds.task import Task
from tests.functions.conftest import Context
from tests.functions.files.processor.resources import create_bucket, create_files_table

HEADER = "order_id,customer,amount"
QUICK = {"latencyMinMilliseconds": 0, "latencyMaxMilliseconds": 0}


def table_of(rows: Iterable[str], header: str = HEADER) -> bytes:
    """A file's bytes."""
    return "".join(f"{line}\n" for line in (header, *rows)).encode()


def good_rows(count: int) -> list[str]:
    return [f"o{number},Ann,{number}.50" for number in range(1, count + 1)]


@dataclass
class Files:
    """The resources that the CSV stack would have made, and the function with them."""

    environment: CsvProcessorEnvironment
    bucket: str
    handle: Callable[[dict[str, Any], Any], dict[str, Any]] = csv_handler.handler
    s3: Any = field(default_factory=clients.s3)
    dynamodb: Any = field(default_factory=clients.dynamodb)

    def put(self, content: bytes, key: str = "incoming/a.csv") -> Task:
        """Upload a file; the task that its event becomes."""
        answer = self.s3.put_object(Bucket=self.bucket, Key=key, Body=content)
        return Task(
            bucket=self.bucket,
            key=key,
            version_id=answer.get("VersionId"),
            etag=answer["ETag"].strip('"'),
            size_bytes=len(content),
            message_id="message-1",
            receive_count=1,
            round_id="round-1",
        )

    def process(self, task: Task, remaining_ms: int = 30_000) -> dict[str, Any]:
        """Invoke the function."""
        return self.handle(task.as_document(), Context(remaining_ms=remaining_ms))

    def simulate(self, **behaviour: Any) -> None:
        """Set how the API behaves, for a new execution environment."""
        clients.ssm().put_parameter(
            Name=self.environment.simulated_api_parameter,
            Value=json.dumps(QUICK | behaviour),
            Type="String",
            Overwrite=True,
        )
        csv_handler.api.cache_clear()
        csv_handler.attempts.cache_clear()

    def entries(self, task: Task) -> list[dict[str, Any]]:
        """Everything that the table tells of a file, as plain values."""
        answer = self.dynamodb.query(
            TableName=self.environment.files_table_name,
            KeyConditionExpression=f"{FILE} = :file",
            ExpressionAttributeValues={":file": {"S": task.file}},
            ConsistentRead=True,
        )
        return [from_item(item) for item in answer["Items"]]

    def checkpoint(self, task: Task) -> dict[str, Any]:
        (entry,) = (entry for entry in self.entries(task) if entry[ENTRY] == CHECKPOINT)
        return entry

    def batches(self, task: Task) -> list[dict[str, Any]]:
        return [entry for entry in self.entries(task) if entry[ENTRY].startswith(BATCH_PREFIX)]

    def rejects(self, task: Task) -> list[dict[str, Any]]:
        """The lines of the merged rejects."""
        body = self.s3.get_object(Bucket=self.bucket, Key=rejects_key(task))["Body"].read()
        return [json.loads(line) for line in body.decode().splitlines()]

    def names(self, prefix: str) -> list[str]:
        """The keys in the bucket."""
        answer = self.s3.list_objects_v2(Bucket=self.bucket, Prefix=prefix)
        return [found["Key"] for found in answer.get("Contents", [])]


@pytest.fixture
def files(cold_start: None, monkeypatch: pytest.MonkeyPatch) -> Files:
    suffix = uuid.uuid4().hex
    environment = CsvProcessorEnvironment(
        files_table_name=f"files-{suffix}",
        simulated_api_parameter=f"/{suffix}/simulated_api",
        simulated_api_cache_seconds=5,
        batch_rows=25,
        row_concurrency=4,
        lease_seconds=35,
        ttl_days=7,
    )
    for name, value in to_variables(environment).items():
        monkeypatch.setenv(name, value)
    bucket = f"bucket-{suffix}"
    create_bucket(clients.s3(), bucket)
    create_files_table(clients.dynamodb(), environment.files_table_name)
    files = Files(environment, bucket)
    files.simulate()
    return files
