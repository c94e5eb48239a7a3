"""Traffic and its outcome: each event is posted under its own key, and accounted for by the table."""

import time
from collections.abc import Callable

import pytest

from ops.lab.app.api import Api
from ops.lab.app.state_table import read_items
from ops.lab.app.target import Target
from ops.lab.app.traffic import events_of_run, send_events
from ops.lab.app.traffic_outcome import UnsettledTraffic, wait_for_outcome
from tests.ops.api_stub import Accept, ApiStub

PutItem = Callable[..., None]


@pytest.fixture
def send_through(target: Target, monkeypatch: pytest.MonkeyPatch) -> Callable[[ApiStub], None]:
    def use(stub: ApiStub) -> None:
        target.stacks().outputs["ApiUrl"] = stub.url

    return use


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A real account's queue counts are believed after 5 reads of 2 s; moto's are exact."""
    monkeypatch.setattr("ops.lab.app.queue_depth.AWS_PACE", (2, 0.01))


def _succeeding(put_item: PutItem) -> Accept:
    def accept(key: str) -> int:
        put_item(key)
        return 202

    return accept


def test_a_run_of_the_same_name_has_the_same_keys_and_bodies() -> None:
    assert events_of_run("alpha", 3) == events_of_run("alpha", 3)
    assert len({event.key for event in [*events_of_run("alpha", 3), *events_of_run("beta", 3)]}) == 6


def test_every_event_is_posted_once_under_its_own_key(
    target: Target, put_item: PutItem, send_through: Callable[[ApiStub], None]
) -> None:
    with ApiStub(_succeeding(put_item)).serving() as stub:
        send_through(stub)
        sent = send_events(target, 20, run="alpha", concurrency=4)
    assert sorted(stub.keys) == [event.key for event in events_of_run("alpha", 20)]
    assert sent.statuses == {"202": 20}


@pytest.mark.usefixtures("quick")
def test_new_events_succeed_and_the_same_again_are_duplicates(
    target: Target, put_item: PutItem, send_through: Callable[[ApiStub], None]
) -> None:
    with ApiStub(_succeeding(put_item)).serving() as stub:
        send_through(stub)
        first = wait_for_outcome(target, send_events(target, 5, run="alpha"), within=30)
        second = wait_for_outcome(target, send_events(target, 5, run="alpha"), within=30)
    assert (first.succeeded, first.duplicates, first.failed) == (5, 0, 0)
    assert (second.succeeded, second.duplicates, second.changed) == (0, 5, 0)
    assert second.good


@pytest.mark.usefixtures("quick")
def test_a_duplicate_that_had_its_effect_twice_is_not_good(
    target: Target, put_item: PutItem, send_through: Callable[[ApiStub], None]
) -> None:
    put_item("alpha-000001")

    def process_again(key: str) -> int:
        put_item(key, attempts=2)
        return 202

    with ApiStub(process_again).serving() as stub:
        send_through(stub)
        outcome = wait_for_outcome(target, send_events(target, 1, run="alpha"), within=30)
    assert (outcome.duplicates, outcome.changed, outcome.good) == (1, 1, False)


@pytest.mark.usefixtures("quick")
def test_what_has_not_succeeded_when_the_queue_is_drained_has_failed(
    target: Target, put_item: PutItem, send_through: Callable[[ApiStub], None]
) -> None:
    def poison_every_other(key: str) -> int:
        put_item(key, status="FAILED" if int(key[-1]) % 2 else "SUCCEEDED")
        return 202

    with ApiStub(poison_every_other).serving() as stub:
        send_through(stub)
        outcome = wait_for_outcome(target, send_events(target, 4, run="alpha"), within=30)
    assert (outcome.succeeded, outcome.failed, outcome.pending) == (2, 2, 0)


def test_a_message_still_in_the_queue_leaves_its_event_without_an_outcome(
    target: Target, send_through: Callable[[ApiStub], None]
) -> None:
    def enqueue(key: str) -> int:
        target.sqs.send_message(QueueUrl=target.output("QueueUrl"), MessageBody=key)
        return 202

    with ApiStub(enqueue).serving() as stub:
        send_through(stub)
        sent = send_events(target, 2, run="alpha")
        with pytest.raises(UnsettledTraffic, match=r"2 of 2 events have no outcome.*2 waiting") as failure:
            wait_for_outcome(target, sent, within=0)
    assert failure.value.outcome.pending == 2


@pytest.mark.usefixtures("quick")
def test_an_event_is_waited_for_while_its_function_works(
    target: Target, put_item: PutItem, send_through: Callable[[ApiStub], None]
) -> None:
    sent_at: list[float] = []

    def enqueue(key: str) -> int:
        target.sqs.send_message(QueueUrl=target.output("QueueUrl"), MessageBody=key)
        sent_at.append(time.monotonic())
        return 202

    def work() -> int:
        """Of a worker that starts for a second, and then is done."""
        seconds = time.monotonic() - sent_at[0]
        if seconds > 1:
            put_item("alpha-000001")
        return int(10 * seconds)

    with ApiStub(enqueue).serving() as stub:
        send_through(stub)
        outcome = wait_for_outcome(target, send_events(target, 1, run="alpha"), within=0.5, moves=work)
    assert outcome.good


@pytest.mark.usefixtures("quick")
def test_refused_events_count_as_failed_and_are_not_sent_again(
    target: Target, put_item: PutItem, send_through: Callable[[ApiStub], None]
) -> None:
    accept = _succeeding(put_item)
    with ApiStub(lambda key: 400 if key.endswith("2") else accept(key)).serving() as stub:
        send_through(stub)
        sent = send_events(target, 3, run="alpha")
        outcome = wait_for_outcome(target, sent, within=30)
    assert sent.statuses == {"202": 2, "400": 1}
    assert sent.first_problem == "answered 400"
    assert (outcome.succeeded, outcome.failed) == (2, 1)
    assert len(stub.keys) == 3


def test_an_unavailable_api_is_asked_again_under_the_same_key(
    target: Target, put_item: PutItem, send_through: Callable[[ApiStub], None]
) -> None:
    answers = iter([503, 503, 202])
    with ApiStub(lambda _key: next(answers)).serving() as stub:
        send_through(stub)
        sent = send_events(target, 1, run="alpha")
    assert stub.keys == ["alpha-000001"] * 3
    assert sent.statuses == {"202": 1}


def test_no_answer_is_an_answer_of_its_own() -> None:
    answer = Api("http://127.0.0.1:9", {}).request("GET", "/health")
    assert answer.status == 0
    assert not answer.accepted
    assert "127.0.0.1" in answer.body["detail"]


def test_more_items_than_one_read_takes_are_all_read(target: Target, put_item: PutItem) -> None:
    keys = [f"k{number}" for number in range(230)]
    for key in keys:
        put_item(key)
    assert read_items(target, [*keys, "absent"]).keys() == set(keys)
