"""Mappings that AWS refuses."""

from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError

from tests.emulator.conftest import Emulator
from tests.emulator.sqs_event_source.bench import bench

SHORT_VISIBILITY = "Queue visibility timeout: 5 seconds is less than Function timeout: 10 seconds"


def test_a_function_may_not_run_longer_than_its_messages_are_invisible(
    emulator: Emulator, tmp_path: Path
) -> None:
    with (
        bench(emulator, tmp_path, visibility_seconds=5, timeout_seconds=10) as queue,
        pytest.raises(ClientError, match=SHORT_VISIBILITY) as refusal,
    ):
        queue.map(BatchSize=1)
    assert refusal.value.response["Error"]["Code"] == "InvalidParameterValueException"


def test_an_update_is_held_to_the_same_rule(emulator: Emulator, tmp_path: Path) -> None:
    with bench(emulator, tmp_path, visibility_seconds=60, timeout_seconds=10) as queue:
        queue.map(BatchSize=1)
        emulator.client("sqs").set_queue_attributes(
            QueueUrl=queue.queue_url, Attributes={"VisibilityTimeout": "5"}
        )
        with pytest.raises(ClientError, match=SHORT_VISIBILITY):
            queue.update(BatchSize=2)
        assert queue.state() == "Enabled"


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({"BatchSize": 11}, "Maximum batch window in seconds must be greater than 0"),
        ({"ScalingConfig": {"MaximumConcurrency": 1001}}, "less than or equal to 1000"),
        ({"MaximumBatchingWindowInSeconds": 301}, "less than or equal to 300"),
    ],
    ids=["batch size without a window", "concurrency", "window"],
)
def test_a_number_out_of_range_is_refused(
    emulator: Emulator, tmp_path: Path, options: dict[str, Any], reason: str
) -> None:
    with bench(emulator, tmp_path) as queue, pytest.raises(ClientError, match=reason):
        queue.map(**options)


def test_maximum_concurrency_starts_at_two(emulator: Emulator, tmp_path: Path) -> None:
    with bench(emulator, tmp_path) as queue:
        unchecked = unchecked_lambda_client(emulator)
        with pytest.raises(ClientError, match="greater than or equal to 2"):
            unchecked.create_event_source_mapping(
                FunctionName=queue.name,
                EventSourceArn=queue.queue_arn,
                ScalingConfig={"MaximumConcurrency": 1},
            )


def unchecked_lambda_client(emulator: Emulator) -> Any:
    """A client that sends what botocore would refuse by itself."""
    return boto3.client(
        "lambda",
        endpoint_url=emulator.endpoint,
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(parameter_validation=False),
    )
