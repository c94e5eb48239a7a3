"""The handler, over moto's services and a socket."""

from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from functions.common import clients
from functions.common.environment import to_variables
from functions.integrations.dynatrace_exporter import handler as exporter
from functions.integrations.dynatrace_exporter.handler import handler
from functions.integrations.dynatrace_exporter.metrics import LabMetric
from functions.integrations.dynatrace_exporter.resources import Resources
from functions.integrations.environment import DynatraceExporterEnvironment
from tests.functions.conftest import Aws, _table
from tests.functions.doubles import FakeClock
from tests.functions.servers.http_server import http_server


def test_it_exports_what_the_parameters_name(aws: Aws, context: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    namespace = aws.table_name
    clock = FakeClock(datetime.now(UTC).timestamp() // 60 * 60 + 5)
    _put(namespace, int(clock.now) - 65)
    resources = Resources(pipeline="ingestion", lab=[LabMetric(namespace, "Processed")])
    for name in ("one", "two"):
        value = resources.to_json().replace("ingestion", name)
        aws.ssm.put_parameter(Name=f"/{namespace}/{name}", Value=value, Type="String")
    clients.secretsmanager().put_secret_value(SecretId=aws.secret_arn, SecretString='{"token": "dt0c01.t"}')
    with http_server() as server:
        server.answer((202, {"linesOk": 2, "linesInvalid": 0}))
        environment = DynatraceExporterEnvironment(
            url=server.url,
            secret_name=aws.secret_arn,
            table_name=_table(f"{namespace}-ledger", key="name"),
            resource_parameters=f"/{namespace}/one,/{namespace}/two",
            env_name="dev",
            lease_seconds=50,
        )
        for name, value in to_variables(environment).items():
            monkeypatch.setenv(name, value)
        for wired in (exporter.environment, exporter.dynatrace, exporter.resources):
            wired.cache_clear()
        monkeypatch.setattr(exporter, "system_clock", clock)
        report = handler({}, context)
        assert report == {"linesAccepted": 2, "linesInvalid": 0, "pointsDropped": 0, "lagSeconds": 0}
        assert server.requests[0].body.split("\n") == [
            f'ingestionlab.processed.count,env="dev",pipeline="{name}" count,delta=4 '
            f"{(int(clock.now) - 65) * 1000}"
            for name in ("one", "two")
        ]
        clients.dynamodb().update_item(
            TableName=environment.table_name,
            Key={"name": {"S": "dynatrace"}},
            UpdateExpression="SET leaseUntil = :until",
            ExpressionAttributeValues={":until": {"N": str(clock.now + 10)}},
        )
        assert handler({}, context) is None


def _put(namespace: str, time: int) -> None:
    boto3.client("cloudwatch").put_metric_data(
        Namespace=namespace,
        MetricData=[{"MetricName": "Processed", "Value": 4, "Timestamp": datetime.fromtimestamp(time, UTC)}],
    )
