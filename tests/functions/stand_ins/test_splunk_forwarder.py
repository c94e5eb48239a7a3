"""Splunk forwarder against the sink of HEC: valid events, and no line lost."""

import json
from typing import Any

import pytest

from functions.common import clients
from functions.integrations.environment import SplunkForwarderEnvironment
from functions.integrations.splunk_forwarder import handler as splunk
from ops.lab.sinks.access import INDEX, Access, SinkName
from ops.lab.sinks.failure import FailureKind, SinkFailure
from ops.lab.sinks.local_sinks import LocalSinks, Sink
from tests.functions.conftest import Aws
from tests.functions.integrations.splunk_forwarder.events import subscription_event
from tests.functions.stand_ins.conftest import export
from tests.functions.stand_ins.event_source import Handler, deliver

_ODD = ("", "   ", "null", "0", "{}", '{"depth": NaN}', '{"broken', "tab\tand \x00", "ü 🙂 \ud83d", "[1]")


@pytest.fixture
def hec(stand_ins: LocalSinks) -> Sink:
    return stand_ins.sinks[SinkName.HEC]


def _give_secret(aws: Aws, access: Access, **other: str) -> None:
    secret = {"token": access.credentials.hec_token, "caCertificate": access.ca_certificate} | other
    clients.secretsmanager().put_secret_value(SecretId=aws.secret_arn, SecretString=json.dumps(secret))
    for wired in (splunk.environment, splunk.source, splunk.forwarder):
        wired.cache_clear()


@pytest.fixture
def forward(aws: Aws, access: Access, context: Any, monkeypatch: pytest.MonkeyPatch) -> Handler:
    environment = SplunkForwarderEnvironment(
        retry_queue_url=aws.queue_url,
        retry_seconds=1,
        hec_url=access.hec_url,
        secret_name=aws.secret_arn,
        index=INDEX,
    )
    export(environment, monkeypatch)
    _give_secret(aws, access)
    context.remaining_ms = 60_000
    return lambda event: splunk.handler(event, context)


def _arrived(hec: Sink) -> list[Any]:
    return [arrival.document["event"] for arrival in hec.ledger.arrivals() if arrival.valid]


def test_whatever_functions_log_is_a_valid_event(forward: Handler, hec: Sink, aws: Aws) -> None:
    structured = ['{"level": "INFO", "message": "file done", "rows": 50}'] * 2_000
    forward(subscription_event(*structured, *_ODD))
    said = [line for line in _ODD if line.strip()]
    assert (hec.ledger.counts().valid, hec.ledger.counts().invalid) == (2_000 + len(said), 0)
    assert aws.receive_all(aws.queue_url) == []


def test_an_outage_loses_and_repeats_no_line(
    forward: Handler, hec: Sink, aws: Aws, outage: FailureKind
) -> None:
    hec.failures.fail(SinkFailure(outage))
    forward(subscription_event("one", "two"))
    forward(subscription_event("three"))
    assert deliver(aws, aws.queue_url, forward) == 2  # what waits comes back while the outage lasts
    assert _arrived(hec) == []
    hec.failures.heal()
    assert deliver(aws, aws.queue_url, forward) == 0
    assert sorted(_arrived(hec)) == ["one", "three", "two"]
    assert aws.receive_all(aws.queue_url) == []


def test_a_slow_collector_gets_every_line_once(forward: Handler, hec: Sink, aws: Aws) -> None:
    hec.failures.fail(SinkFailure(FailureKind.SLOW, delay_seconds=0.1))
    forward(subscription_event("one", "two"))
    assert _arrived(hec) == ["one", "two"]
    assert aws.receive_all(aws.queue_url) == []


@pytest.mark.parametrize("other", [{"token": "revoked"}, {"caCertificate": ""}])
def test_lines_wait_until_the_secret_is_repaired(
    forward: Handler, hec: Sink, aws: Aws, access: Access, other: dict[str, str]
) -> None:
    _give_secret(aws, access, **other)
    forward(subscription_event("one"))
    assert _arrived(hec) == []
    _give_secret(aws, access)
    assert deliver(aws, aws.queue_url, forward) == 0
    assert _arrived(hec) == ["one"]
