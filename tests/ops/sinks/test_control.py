"""Control server of the sinks: arrivals, failures, heals, as its client asks for them."""

import json
from collections.abc import Iterator

import pytest

from ops.lab.errors import NotUp, Refused
from ops.lab.local.ports import free_port
from ops.lab.sinks.access import SinkName
from ops.lab.sinks.client import SinksClient
from ops.lab.sinks.control import ControlServer
from ops.lab.sinks.failure import FailureKind, SinkFailure
from ops.lab.sinks.local_sinks import LocalSinks
from ops.lab.waiting import eventually
from tests.ops.sinks.clients import HttpClient


@pytest.fixture
def control(sinks: LocalSinks) -> Iterator[SinksClient]:
    with ControlServer(sinks) as server:
        yield SinksClient(server.port)


def test_the_access_is_told_whole(control: SinksClient, sinks: LocalSinks) -> None:
    told = control.access()
    assert told == sinks.access(told.ports.control)


def test_what_arrived_is_told_since_a_number(control: SinksClient, client: HttpClient) -> None:
    for number in range(3):
        client.post_events(json.dumps({"event": number}))
    client.post_events("broken")
    later = control.received(SinkName.HEC, after=2)
    assert [arrival.document for arrival in later] == [{"event": 2}, {}]
    assert "Invalid data format" in later[1].problem


def test_a_failure_is_set_told_and_healed(control: SinksClient, client: HttpClient) -> None:
    control.fail(SinkName.HEC, SinkFailure(FailureKind.SERVER_ERROR))
    assert client.post_events('{"event": 1}').status == 500
    assert control.status()["hec"] | {"port": 0} == {
        "port": 0,
        "valid": 0,
        "invalid": 0,
        "failed": 1,
        "failure": {"kind": "500", "delay_seconds": 5.0},
    }
    control.heal()
    assert control.status()["hec"]["failure"] is None
    assert client.post_events('{"event": 1}').status == 200


def test_a_failure_for_a_time_heals_by_itself(control: SinksClient) -> None:
    control.fail(SinkName.SMTP, SinkFailure(FailureKind.REFUSED), for_seconds=0.1)
    assert control.status()["smtp"]["failure"]["kind"] == "refused"
    eventually(lambda: control.status()["smtp"]["failure"] is None, within=30, every=0.05)


def test_healing_one_leaves_the_others_failing(control: SinksClient) -> None:
    for name in SinkName:
        control.fail(name, SinkFailure(FailureKind.SERVER_ERROR))
    control.heal(SinkName.HEC)
    healed = {name: each["failure"] is None for name, each in control.status().items()}
    assert healed == {"smtp": False, "hec": True, "dynatrace": False}


def test_they_forget_what_arrived_and_begin_anew(control: SinksClient, client: HttpClient) -> None:
    client.post_events('{"event": "old"}')
    client.post_events("broken")
    control.fail(SinkName.HEC, SinkFailure(FailureKind.SERVER_ERROR))
    client.post_events('{"event": "refused"}')
    control.forget()
    hec = control.status()["hec"]
    assert (hec["valid"], hec["invalid"], hec["failed"], hec["failure"]) == (0, 0, 0, None)
    client.post_events('{"event": "new"}')
    assert [(arrival.number, arrival.document) for arrival in control.received(SinkName.HEC)] == [
        (1, {"event": "new"})
    ]


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/"), ("GET", "/received/fax"), ("PUT", "/failures/fax"), ("DELETE", "/failures/fax")],
)
def test_other_resources_are_not_found(control: SinksClient, method: str, path: str) -> None:
    with pytest.raises(Refused, match="404"):
        control._ask(method, path)


def test_where_nothing_answers_it_says_how_to_start_them() -> None:
    with pytest.raises(NotUp) as failure:
        SinksClient(free_port()).status()
    assert "lab sinks start" in failure.value.hint
