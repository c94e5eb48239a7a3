"""The files pipeline's resources in moto, and what its functions would write into the files table."""

import json
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import pytest
from boto3.dynamodb.types import TypeSerializer
from typer.testing import CliRunner, Result

from functions.common.environment import to_variables
from functions.files.environment import CsvProcessorEnvironment, ScalerEnvironment
from functions.files.rounds.files_table import CHECKPOINT, attempt_entry, batch_entry
from ops.lab.app.target import Target
from ops.lab.cli import app
from ops.lab.files.upload import Upload
from ops.lab.local.directory import LabDirectory
from tests.ops.conftest import create_table
from tests.ops.shared_clients import SharedClients

BUCKET, TABLE, SCALER, PROCESSOR = "incoming", "files", "scaler", "processor"
_SCALER = ScalerEnvironment(
    control_table_name="control",
    queue_url="csv",
    function_name=PROCESSOR,
    concurrency=3,
    min_concurrency=1,
    max_concurrency=10,
    files_per_slot=10,
    scale_down_readings=3,
)
_PROCESSOR = CsvProcessorEnvironment(
    files_table_name=TABLE,
    simulated_api_parameter="/csv/simulated_api",
    simulated_api_cache_seconds=2,
    batch_rows=25,
    row_concurrency=10,
    lease_seconds=25,
    ttl_days=7,
)
QUEUES = {
    "CsvQueueUrl": "csv",
    "CsvDlqUrl": "csv-dlq",
    "CsvUndeliveredUrl": "csv-undelivered",
    "CsvFailedInvocationsUrl": "csv-failed-invocations",
}


@pytest.fixture
def files_target(target: Target, monkeypatch: pytest.MonkeyPatch) -> Target:
    """A versioned bucket, the queues, the files table; a scaler that stays between 1 and 10."""
    target.s3.create_bucket(Bucket=BUCKET)
    target.s3.put_bucket_versioning(Bucket=BUCKET, VersioningConfiguration={"Status": "Enabled"})
    target.dynamodb.create_table(
        TableName=TABLE,
        KeySchema=[
            {"AttributeName": "file", "KeyType": "HASH"},
            {"AttributeName": "entry", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "file", "AttributeType": "S"},
            {"AttributeName": "entry", "AttributeType": "S"},
        ],
        BillingMode="PAY_PER_REQUEST",
    )
    urls = {output: target.sqs.create_queue(QueueName=name)["QueueUrl"] for output, name in QUEUES.items()}
    target.stacks().outputs.update(urls, CsvBucketName=BUCKET, CsvFilesTableName=TABLE)
    target.stacks().outputs["CsvScalerFunctionName"] = SCALER
    target.stacks().outputs["CsvFunctionName"] = PROCESSOR
    variables = {SCALER: to_variables(_SCALER), PROCESSOR: to_variables(_PROCESSOR)}
    monkeypatch.setattr("ops.lab.app.queue_walk._WAIT_SECONDS", 0)  # moto is one server
    monkeypatch.setattr(
        target.functions,
        "get_function_configuration",
        lambda FunctionName: {"Environment": {"Variables": variables[FunctionName]}},
    )
    target.stacks().outputs.update(CsvDlqArn="arn:dlq", CsvQueueArn="arn:queue")
    # moto has no move tasks.
    monkeypatch.setattr(target.sqs, "list_message_move_tasks", lambda **_: {"Results": []})
    return target


@pytest.fixture
def lab_files(
    files_target: Target, directory: LabDirectory, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """`lab files …` against moto."""
    monkeypatch.setattr("ops.lab.commands.files.file_options.choose", lambda *_: files_target)
    return lambda *arguments: CliRunner(env={"COLUMNS": "160"}).invoke(app, ["files", *arguments])


def create_control_table(target: Target) -> None:
    """Empty, as before the first round."""
    create_table(target, "control", "name")
    target.stacks().outputs["CsvControlTableName"] = "control"


class Functions:
    """Writes what the processing function writes, as the contract of the files table has it."""

    def __init__(self, target: Target, clients: SharedClients) -> None:
        self._table = clients.table(target.output("CsvFilesTableName"))

    def checkpoint(self, identity: str, status: str = "INFLIGHT", **values: Any) -> None:
        self._put(identity, CHECKPOINT, {"status": status, "key": identity.partition("#")[0]} | values)

    def batch(self, identity: str, first: int, last: int, state: str = "DELIVERED", **values: Any) -> None:
        times = {"startedAt": 1000 + first, "endedAt": 1000 + last, "repeated": 0}
        entry = batch_entry(first, values.pop("attempt", 1))
        self._put(identity, entry, {"firstRow": first, "lastRow": last, "state": state} | times | values)

    def attempt(self, identity: str, started: int, ended: int | None, outcome: str = "SUCCEEDED") -> None:
        times = {"startedAt": started} | ({} if ended is None else {"endedAt": ended})
        self._put(identity, attempt_entry(started, "request"), times | {"outcome": outcome, "rows": 0})

    def succeed(self, upload: Upload) -> None:
        """One attempt, one batch; bad rows are rejected."""
        file, began = upload.file, int(upload.began * 1000)
        self.attempt(upload.identity, began, began + 500)
        self.batch(upload.identity, 1, file.rows)
        delivered = {"rowsDelivered": file.rows - file.bad_rows, "rowsRejected": file.bad_rows}
        self.checkpoint(
            upload.identity, "SUCCEEDED", nextRow=file.rows + 1, finishedAt=_iso(began + 500), **delivered
        )

    def succeed_all(self, uploads: Iterable[Upload]) -> None:
        for upload in uploads:
            self.succeed(upload)

    def _put(self, identity: str, entry: str, values: dict[str, Any]) -> None:
        self._table.put_item(Item={"file": identity, "entry": entry, **values})


@pytest.fixture
def functions(files_target: Target, aws_clients: SharedClients) -> Functions:
    return Functions(files_target, aws_clients)


def _iso(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).isoformat()


def typed(values: dict[str, Any]) -> dict[str, Any]:
    """An item as DynamoDB answers it."""
    return {name: TypeSerializer().serialize(value) for name, value in values.items()}


def bury(target: Target, identities: Iterable[str], **attributes: str) -> None:
    """Put messages of these files into the DLQ, as a round does."""
    for identity in identities:
        key, _, version = identity.partition("#")
        object_ = {"key": key, "version-id": version, "etag": "e", "size": 1}
        body = {"detail": {"bucket": {"name": BUCKET}, "object": object_}}
        given: Any = {
            name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
        }
        target.sqs.send_message(
            QueueUrl=target.output("CsvDlqUrl"), MessageBody=json.dumps(body), MessageAttributes=given
        )
