"""Events are sent in the background, each answer counted; what cannot be sent is refused beforehand."""

import threading
from collections.abc import Iterator
from typing import Any

import pytest

from ops.lab.app.target import Target
from ops.lab.console.changes.background_job import BackgroundJobState
from ops.lab.console.changes.event_sending import SendingJob, SendingOrder
from ops.lab.errors import Refused
from ops.lab.waiting import eventually
from tests.ops.api_stub import ApiStub


@pytest.fixture
def answers() -> list[int]:
    """What the API answers, in turn; 202 once it is used up."""
    return []


@pytest.fixture
def api(answers: list[int]) -> Iterator[ApiStub]:
    with ApiStub(lambda _: answers.pop(0) if answers else 202).serving() as stub:
        yield stub


@pytest.fixture
def at_stub(target: Target, api: ApiStub) -> Target:
    target.stacks().outputs["ApiUrl"] = api.url
    return target


def sent(target: Target, ordered: SendingOrder) -> SendingJob:
    job = SendingJob(target, ordered)
    job.start(lambda _: None)
    job.join()
    assert not job.running
    return job


def test_every_event_has_a_key_of_its_own_and_is_counted(at_stub: Target, api: ApiStub) -> None:
    job = sent(at_stub, SendingOrder(20))
    assert sorted(api.keys) == [f"{job.run_name}-{number:06d}" for number in range(1, 21)]
    assert (job.done, job.accepted, job.refused) == (20, 20, 0)
    assert job.outcome == f"20 of 20 accepted, run {job.run_name}"


def test_what_the_api_refuses_is_counted_with_the_first_reason(at_stub: Target, answers: list[int]) -> None:
    answers += [400]
    job = sent(at_stub, SendingOrder(3, body='{"orderId": 1}', key="my-key"))
    assert (job.accepted, job.refused) == (2, 1)
    assert job.outcome.endswith("1 refused. The first that was not accepted: answered 400")


def test_a_body_of_ones_own_is_sent_under_the_key_given(at_stub: Target, api: ApiStub) -> None:
    sent(at_stub, SendingOrder(2, body='{"orderId": "a"}', key="my-key"))
    assert api.keys == ["my-key", "my-key"]


def test_without_a_key_the_api_derives_it(at_stub: Target, api: ApiStub) -> None:
    assert sent(at_stub, SendingOrder(1, body='{"orderId": "a"}')).accepted == 1
    assert api.keys == [None]


def test_a_stop_ends_the_sending_before_its_next_event(at_stub: Target) -> None:
    job = SendingJob(at_stub, SendingOrder(1000, per_second=0.01))
    ended = threading.Event()
    job.start(lambda _: ended.set())
    eventually(lambda: job.done == 1, within=10, what="the first event")
    job.stop()
    assert ended.wait(10)
    assert job.state is BackgroundJobState.STOPPED
    assert "999 not sent" in job.outcome


def test_an_api_that_stops_answering_ends_it(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    class Gone:
        def post_event(self, *_: Any) -> Any:
            from ops.lab.app.api import ApiAnswer

            return ApiAnswer(0, {"detail": "connection refused"})

    monkeypatch.setattr("ops.lab.console.changes.event_sending.Api.of", lambda *_, **__: Gone())
    job = sent(target, SendingOrder(500))
    assert job.statuses[0] >= 1
    assert job.done < 500
    assert "without an answer" in job.outcome
    assert "connection refused" in job.outcome


@pytest.mark.parametrize(
    ("order", "told"),
    [
        ({"count": 0}, "0 events"),
        ({"count": 10_001}, "10,001 events"),
        ({"count": 1, "per_second": 0.0}, "0 a second"),
        ({"count": 1, "per_second": -1.0}, "-1 a second"),
        ({"count": 1, "per_second": 1e9}, "a second"),
        ({"count": 1, "key": "a"}, "a key without a body"),
        ({"count": 1, "body": "{}", "key": "a\r\nX-Other: b"}, "no header takes"),
        ({"count": 1, "body": "{}", "key": "ü"}, "no header takes"),
        ({"count": 1, "body": "{'a': 1}"}, "no JSON"),
        ({"count": 1, "body": "[" * 100_000}, "nested too deeply"),
        ({"count": 1, "body": "1" * 1_100_000}, "characters"),
    ],
)
def test_what_cannot_be_sent_is_refused(order: dict[str, Any], told: str) -> None:
    with pytest.raises(Refused, match=told):
        SendingOrder(**order)


def test_any_json_is_sent_for_the_api_to_judge() -> None:
    assert str(SendingOrder(1, body="[]")) == "1 event with your body, as fast as the API answers"
    assert str(SendingOrder(20, per_second=2.5)) == "20 events of sample orders, 2.5 a second"
