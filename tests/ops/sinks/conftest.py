"""The stand-ins on free ports, and clients that trust their certificate."""

from collections.abc import Iterator

import pytest

from ops.lab.sinks.access import Access
from ops.lab.sinks.name import SinkName
from ops.lab.sinks.stand_ins import Sink, StandIns
from tests.ops.sinks.clients import HttpClient, MailClient


@pytest.fixture
def stand_ins() -> Iterator[StandIns]:
    with StandIns() as started:
        yield started


@pytest.fixture
def access(stand_ins: StandIns) -> Access:
    return stand_ins.access()


@pytest.fixture
def smtp(stand_ins: StandIns) -> Sink:
    return stand_ins.sinks[SinkName.SMTP]


@pytest.fixture
def hec(stand_ins: StandIns) -> Sink:
    return stand_ins.sinks[SinkName.HEC]


@pytest.fixture
def dynatrace(stand_ins: StandIns) -> Sink:
    return stand_ins.sinks[SinkName.DYNATRACE]


@pytest.fixture
def client(access: Access) -> HttpClient:
    return HttpClient(access)


@pytest.fixture
def mail(access: Access) -> MailClient:
    return MailClient(access)
