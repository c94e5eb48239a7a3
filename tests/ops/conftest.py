"""A lab directory of its own for each test, and an account that only moto answers for."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from ops.lab.app.sdk_session import ClientSession
from ops.lab.app.stacks import Stacks
from ops.lab.app.target import Target
from ops.lab.local.directory import LabDirectory
from tests.ops.shared_clients import SharedClients

REGION = "us-east-1"


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LabDirectory:
    """A new .lab that every command of the test uses, and a port where nothing listens.

    For every test: in the checkout's own a lab may be up, and a drill hold the lock of commands.
    """
    monkeypatch.setenv("LAB_PORT", "9")
    monkeypatch.setenv("LAB_DIR", str(tmp_path / "lab"))
    return LabDirectory(tmp_path / "lab")


@pytest.fixture
def no_aws_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the developer's own AWS settings; credentials of no account."""
    for name in ("AWS_PROFILE", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_DEFAULT_REGION", REGION)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "nobody")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "nothing")


@pytest.fixture(scope="session")
def aws_clients() -> SharedClients:
    """Those of an account that only moto answers for."""
    return SharedClients(
        boto3.Session(aws_access_key_id="nobody", aws_secret_access_key="nothing", region_name=REGION)
    )


@pytest.fixture
def target(no_aws_settings: None, aws_clients: SharedClients) -> Iterator[Target]:
    """The app's table, queues and parameter in moto, found by stack outputs as on AWS."""
    with mock_aws():
        target = _WithOutputs(
            aws_clients,
            {
                "ApiUrl": "http://127.0.0.1:9/api",
                "TableName": "state",
                "TopicArn": "arn:aws:sns:us-east-1:123456789012:topic",
                "BusName": "bus",
                "FailureModeParameter": "/ingestion/failure_mode",
                "DashboardName": "board",
            },
        )
        for output, name in {"QueueUrl": "main", "DlqUrl": "dlq", "ParkedUrl": "parked"}.items():
            target.stacks().outputs[output] = target.sqs.create_queue(QueueName=name)["QueueUrl"]
        create_table(target, "state", "idempotencyKey")
        target.ssm.put_parameter(Name="/ingestion/failure_mode", Value="none", Type="String")
        yield target


class _WithOutputs(Target):
    """A target whose stack outputs are given instead of deployed."""

    def __init__(self, session: ClientSession, outputs: dict[str, str]) -> None:
        super().__init__(session, endpoint=None, env_name="dev")
        self._given = Stacks("dev", {"IngestionLab-dev-Queue": "CREATE_COMPLETE"}, outputs)

    def stacks(self) -> Stacks:
        return self._given


@pytest.fixture
def put_item(target: Target) -> Callable[..., None]:
    """Write an item as the worker would."""

    def put(key: str, status: str = "SUCCEEDED", attempts: int = 1) -> None:
        item: dict[str, Any] = {
            "idempotencyKey": {"S": key},
            "status": {"S": status},
            "attempts": {"N": str(attempts)},
        }
        target.dynamodb.put_item(TableName="state", Item=item)

    return put


@pytest.fixture
def redrive_jobs(target: Target) -> str:
    """The name of the app's table of redrive jobs, in moto and empty."""
    create_table(target, "jobs", "jobId")
    outputs: Any = target.stacks().outputs
    outputs["RedriveJobsTableName"] = "jobs"
    return "jobs"


def create_table(target: Target, name: str, key: str) -> None:
    """Create a table in moto, whose items one text attribute tells apart."""
    target.dynamodb.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": key, "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
