"""The functions that speak to services outside AWS, each against the sink that `lab sinks` starts."""

from collections.abc import Iterator

import pytest

from functions.common.environment import Environment, to_variables
from ops.lab.sinks.access import Access
from ops.lab.sinks.failure import FailureKind
from ops.lab.sinks.local_sinks import LocalSinks
from tests.functions.stand_ins.outages import OUTAGES


@pytest.fixture
def stand_ins() -> Iterator[LocalSinks]:
    with LocalSinks() as started:
        yield started


@pytest.fixture
def access(stand_ins: LocalSinks) -> Access:
    return stand_ins.access()


@pytest.fixture(params=OUTAGES)
def outage(request: pytest.FixtureRequest) -> FailureKind:
    """Each way in which nothing gets through."""
    kind: FailureKind = request.param
    return kind


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """The functions wait as they do on AWS, only not so long."""
    monkeypatch.setattr("functions.integrations.http_post.READ_TIMEOUT_SECONDS", 0.3)
    monkeypatch.setattr("functions.integrations.splunk_forwarder.hec.BACKOFF_SECONDS", 0)
    monkeypatch.setattr("functions.integrations.smtp_notifier.mailer.TIMEOUT_SECONDS", 0.5)


def export(environment: Environment, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the variables that the CDK app would have set."""
    for name, value in to_variables(environment).items():
        monkeypatch.setenv(name, value)
