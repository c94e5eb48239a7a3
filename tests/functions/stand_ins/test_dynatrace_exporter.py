"""Dynatrace exporter against the sink of Dynatrace: valid lines, and no minute lost or counted twice."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest

from functions.common import clients
from functions.integrations.dynatrace_exporter import handler as exporter
from functions.integrations.dynatrace_exporter.dynatrace_api import NotAccepted
from functions.integrations.dynatrace_exporter.metrics import Kind, LabMetric
from functions.integrations.dynatrace_exporter.resources import Resources
from functions.integrations.environment import DynatraceExporterEnvironment
from functions.integrations.http_post import NotSent
from ops.lab.sinks.access import Access, SinkName
from ops.lab.sinks.failure import FailureKind, SinkFailure
from ops.lab.sinks.local_sinks import LocalSinks, Sink
from tests.functions.conftest import Aws, _table
from tests.functions.doubles import FakeClock
from tests.functions.stand_ins.conftest import export

MINUTE = 60
Put = Callable[..., None]


@pytest.fixture
def dynatrace(stand_ins: LocalSinks) -> Sink:
    return stand_ins.sinks[SinkName.DYNATRACE]


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> FakeClock:
    """Five seconds into a minute: the stand-in judges timestamps by the time of day."""
    clock = FakeClock(datetime.now(UTC).timestamp() // MINUTE * MINUTE + 5)
    monkeypatch.setattr(exporter, "system_clock", clock)
    return clock


@pytest.fixture
def put(aws: Aws, clock: FakeClock) -> Put:
    """Write a value of so many minutes ago into CloudWatch."""

    def put(name: str, value: float, minutes_ago: int = 1) -> None:
        moment = datetime.fromtimestamp(clock.now - minutes_ago * MINUTE, UTC)
        datum: Any = {"MetricName": name, "Value": value, "Timestamp": moment}
        boto3.client("cloudwatch").put_metric_data(Namespace=aws.table_name, MetricData=[datum])

    return put


def _give_secret(aws: Aws, access: Access, **other: str) -> None:
    secret = {"token": access.credentials.dynatrace_token, "caCertificate": access.ca_certificate} | other
    clients.secretsmanager().put_secret_value(SecretId=aws.secret_arn, SecretString=json.dumps(secret))
    for wired in (exporter.environment, exporter.dynatrace, exporter.resources):
        wired.cache_clear()


@pytest.fixture
def run(
    aws: Aws, access: Access, clock: FakeClock, context: Any, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], Any]:
    """One export of a count, a gauge and a summary."""
    lab = [LabMetric(aws.table_name, kind.name, kind) for kind in Kind]
    parameter = f"/{aws.table_name}/resources"
    value = Resources(pipeline='say "csv"\\', lab=lab).to_json()
    aws.ssm.put_parameter(Name=parameter, Value=value, Type="String")
    environment = DynatraceExporterEnvironment(
        url=access.dynatrace_url,
        secret_name=aws.secret_arn,
        table_name=_table(f"{aws.table_name}-ledger", key="name"),
        resource_parameters=parameter,
        env_name="dev",
        lease_seconds=50,
    )
    export(environment, monkeypatch)
    _give_secret(aws, access)
    return lambda: exporter.handler({}, context)


def _counted(dynatrace: Sink) -> list[float]:
    """The deltas of the count, as they arrived."""
    return [
        arrival.document["values"]["delta"]
        for arrival in dynatrace.ledger.arrivals()
        if arrival.document.get("kind") == "count"
    ]


def test_every_kind_of_line_parses(run: Callable[[], Any], put: Put, dynatrace: Sink) -> None:
    for kind in Kind:
        put(kind.name, 3)
        put(kind.name, 0.1)
    assert run()["linesAccepted"] == len(Kind)
    arrivals = dynatrace.ledger.arrivals()
    assert [arrival.problem for arrival in arrivals] == [""] * len(Kind)
    assert {arrival.document["dimensions"]["pipeline"] for arrival in arrivals} == {'say "csv"\\'}


def test_an_outage_loses_no_minute_and_counts_none_twice(
    run: Callable[[], Any], put: Put, dynatrace: Sink, clock: FakeClock, outage: FailureKind
) -> None:
    put("COUNT", 1)
    run()
    dynatrace.failures.fail(SinkFailure(outage))
    for value in (10, 100):
        clock.advance(MINUTE)
        put("COUNT", value)
        with pytest.raises((NotAccepted, NotSent)):  # what the function's alarm shows
            run()
    assert _counted(dynatrace) == [1]
    dynatrace.failures.heal()
    assert run()["linesAccepted"] == 2
    run()
    assert _counted(dynatrace) == [1, 10, 100]


def test_minutes_wait_until_the_token_is_repaired(
    run: Callable[[], Any], put: Put, dynatrace: Sink, aws: Aws, access: Access
) -> None:
    _give_secret(aws, access, token="revoked")
    put("COUNT", 7)
    with pytest.raises(NotAccepted, match="Token Authentication failed"):
        run()
    _give_secret(aws, access)
    run()
    assert _counted(dynatrace) == [7]
