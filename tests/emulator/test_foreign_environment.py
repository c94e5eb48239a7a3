"""LocalStack, started from a shell that is full of other projects' variables, behind a proxy."""

import os
from pathlib import Path

import boto3
import pytest

from ops.lab.app.target import LOCAL_REGION
from ops.lab.local import emulator_process
from ops.lab.local.ports import free_port
from ops.lab.loopback import past_proxies

FOREIGN = {
    "SERVICES": "s3",
    "STRICT_SERVICE_LOADING": "1",
    "EAGER_SERVICE_LOADING": "1",
    "GATEWAY_LISTEN": "0.0.0.0:9999",
    "LOCALSTACK_HOST": "elsewhere:9999",
    "PROVIDER_OVERRIDE_SQS": "missing",
    "USE_SSL": "1",
    "AWS_PROFILE": "of-another-project",
    "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
    "POWERTOOLS_DEV": "1",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "ALL_PROXY": "http://127.0.0.1:9",
}


def test_none_of_them_changes_what_is_started(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other_code = tmp_path / "other" / "localstack"
    other_code.mkdir(parents=True)
    (other_code / "__init__.py").write_text("raise SystemExit('this is the package of another project')")
    for name, value in (FOREIGN | {"PYTHONPATH": str(other_code.parent)}).items():
        monkeypatch.setenv(name, value)
    # A `lab` that is called with them has done so for itself when it was imported.
    for name, value in past_proxies(os.environ).items():
        monkeypatch.setenv(name, value)
    emulator = emulator_process.start(free_port(), tmp_path / "state")
    try:
        emulator_process.wait_until_ready(emulator)
        monkeypatch.delenv("AWS_PROFILE")
        session = boto3.Session("test", "test", region_name=LOCAL_REGION)
        sqs = session.client("sqs", endpoint_url=emulator.endpoint)
        url = sqs.create_queue(QueueName="orders")["QueueUrl"]
        assert url == f"{emulator.endpoint}/queue/{LOCAL_REGION}/000000000000/orders"
        # As a client that was given the URL alone.
        sqs.send_message(QueueUrl=url, MessageBody="hello")
        # A service that moto answers: it makes a client of its own, without credentials.
        apis = session.client("apigatewayv2", endpoint_url=emulator.endpoint)
        assert apis.create_api(Name="orders", ProtocolType="HTTP")["ProtocolType"] == "HTTP"
    finally:
        emulator_process.stop(emulator)
