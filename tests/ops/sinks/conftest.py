"""The sinks on free ports, and clients that trust their certificate."""

from collections.abc import Iterator

import pytest

from ops.lab.sinks.access import Access, SinkName
from ops.lab.sinks.local_sinks import LocalSinks, Sink
from tests.ops.sinks.clients import HttpClient, MailClient


@pytest.fixture
def sinks() -> Iterator[LocalSinks]:
    with LocalSinks() as started:
        yield started


@pytest.fixture
def access(sinks: LocalSinks) -> Access:
    return sinks.access()


@pytest.fixture
def smtp(sinks: LocalSinks) -> Sink:
    return sinks.sinks[SinkName.SMTP]


@pytest.fixture
def hec(sinks: LocalSinks) -> Sink:
    return sinks.sinks[SinkName.HEC]


@pytest.fixture
def dynatrace(sinks: LocalSinks) -> Sink:
    return sinks.sinks[SinkName.DYNATRACE]


@pytest.fixture
def client(access: Access) -> HttpClient:
    return HttpClient(access)


@pytest.fixture
def mail(access: Access) -> MailClient:
    return MailClient(access)
