"""A batch over moto: what its records share, what they do not, and what waits for what."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import partial
from typing import Any

import pytest

from functions.common.circuits import Circuit
from functions.common.clock import Deadline
from functions.common.errors import DownstreamUnavailable
from functions.events.outcome_events import MAX_ENTRIES, OutcomeEvents
from functions.ingestion.identity import Identity
from functions.processor.processing import Order
from functions.worker.batch import MAX_WAIT_SECONDS, Batch
from functions.worker.records import WorkerRecord
from tests.functions.conftest import Aws
from tests.functions.doubles import FakeClock, LogSink, StubClient, client_error
from tests.functions.worker.conftest import MAX_RECEIVE_COUNT, MakeAttempts, sqs_record

_MAX_REQUEST_BYTES = 256 * 1024  # EventBridge user guide, "Calculating PutEvents event entry size"


def record(key: str, receive_count: int = 1) -> WorkerRecord:
    return WorkerRecord.from_event(
        sqs_record(key=key, message_id=f"message-{key}", receive_count=receive_count)
    )


def records(keys: Iterable[str]) -> list[WorkerRecord]:
    return [record(key) for key in keys]


class CountingBus:
    """Takes every event, but those of the keys in `refused`; `down` fails the whole call."""

    def __init__(self, refused: str = "", *, down: bool = False) -> None:
        self.refused = refused
        self.down = down
        self.client = StubClient(put_events=self._put)

    @property
    def events(self) -> OutcomeEvents:
        return OutcomeEvents(self.client, "bus")  # type: ignore[arg-type]

    @property
    def calls(self) -> list[str]:
        """The keys of each call."""
        return ["".join(map(_key, parameters["Entries"])) for _, parameters in self.client.calls]

    def _put(self, **parameters: Any) -> dict[str, Any]:
        if self.down:
            raise client_error("ThrottlingException")
        results = [
            {"ErrorCode": "ThrottlingException", "ErrorMessage": "slow down"}
            if _key(entry) in self.refused
            else {"EventId": "id"}
            for entry in parameters["Entries"]
        ]
        return {"FailedEntryCount": sum("ErrorCode" in each for each in results), "Entries": results}


def _key(entry: dict[str, Any]) -> str:
    return str(entry["Detail"]).partition('"idempotencyKey":"')[2].partition('"')[0]


Run = Callable[..., list[str]]


@pytest.fixture
def run(make_attempts: MakeAttempts, deadline: Deadline) -> Run:
    """Run a batch; the keys that failed."""

    def run(batch: list[WorkerRecord], *, until: Deadline = deadline, **parts: Any) -> list[str]:
        failed = Batch(make_attempts(**parts), until).run(batch)
        return [each.identity.key for each in failed]

    return run


def status(aws: Aws, key: str) -> tuple[str, str | None] | None:
    item = aws.item(key)
    return None if item is None else (item["status"]["S"], item.get("errorType", {}).get("S"))


def outage_of(keys: str) -> Any:
    """A downstream that fails at its calls with these numbers, from 0."""
    calls = iter(range(100))

    def downstream(_: Deadline) -> None:
        if str(next(calls)) in keys:
            raise DownstreamUnavailable("down")

    return downstream


def test_one_call_announces_a_batch(run: Run, aws: Aws) -> None:
    bus = CountingBus()
    assert run(records("abcdefghij"), events=bus.events) == []
    assert bus.calls == ["abcdefghij"]
    assert {status(aws, key) for key in "abcdefghij"} == {("SUCCEEDED", None)}


def test_a_call_takes_no_more_than_it_may(run: Run) -> None:
    bus = CountingBus()
    run(records("abcdefghijkl"), events=bus.events)
    assert bus.calls == ["abcdefghij", "kl"]


def test_a_record_that_fails_is_concluded_at_once_and_keeps_no_other_from_its_success(
    run: Run, aws: Aws
) -> None:
    bus = CountingBus()
    assert run(records("abc"), downstream=outage_of("1"), events=bus.events) == ["b"]
    assert bus.calls == ["ac"]
    assert status(aws, "b") == ("FAILED", "DownstreamUnavailable")


@pytest.mark.parametrize("refused", ["a", "b", "c", "ac", "abc"])
def test_an_entry_that_the_bus_refuses_fails_its_own_record_alone(run: Run, aws: Aws, refused: str) -> None:
    assert run(records("abc"), events=CountingBus(refused).events) == list(refused)
    for key in "abc":
        expected = ("FAILED", "EventNotPublished") if key in refused else ("SUCCEEDED", None)
        assert status(aws, key) == expected


def test_a_call_that_fails_fails_all_of_it_and_each_is_announced_at_its_next_delivery(
    run: Run, aws: Aws, sink: LogSink
) -> None:
    assert run(records("abc"), events=CountingBus(down=True).events) == ["a", "b", "c"]
    assert {status(aws, key) for key in "abc"} == {("FAILED", "ThrottlingException")}
    assert [line["errorType"] for line in sink.lines()] == ["ThrottlingException"] * 3
    bus = CountingBus()
    assert run([record(key, receive_count=2) for key in "abc"], events=bus.events) == []
    assert bus.calls == ["a", "b", "c"]


def test_the_second_record_of_a_key_sees_the_verdict_of_the_first(run: Run, sink: LogSink) -> None:
    bus = CountingBus()
    copy = WorkerRecord.from_event(sqs_record(key="a", message_id="copy"))
    assert run([record("a"), record("b"), copy, record("c")], events=bus.events) == []
    assert bus.calls == ["ab", "c"]
    assert [line.get("duplicate") for line in sink.lines()] == [None, None, True, None]


def test_what_was_delivered_before_waits_for_nothing_and_nothing_waits_for_it(run: Run) -> None:
    bus = CountingBus()
    run([record("a"), record("b"), record("s", receive_count=2), *records("cd")], events=bus.events)
    assert bus.calls == ["ab", "s", "cd"]


def test_a_last_failure_is_announced_before_the_next_record_begins(run: Run) -> None:
    bus = CountingBus()
    announced: list[list[str]] = []

    def downstream(_: Deadline) -> None:
        announced.append(bus.calls)
        if len(announced) == 1:
            raise DownstreamUnavailable("down")

    last = record("a", receive_count=MAX_RECEIVE_COUNT)
    assert run([last, record("b")], downstream=downstream, events=bus.events) == ["a"]
    assert announced == [[], ["a"]]


def test_nothing_waits_long_for_its_neighbours(run: Run, clock: FakeClock) -> None:
    bus = CountingBus()
    parts = {"events": bus.events, "downstream": lambda _: clock.advance(MAX_WAIT_SECONDS / 2)}
    run(records("abcdef"), **parts)
    assert bus.calls == ["abc", "def"]


def test_begins_nothing_more_once_the_time_is_nearly_up_and_settles_what_waits(
    run: Run, aws: Aws, sink: LogSink
) -> None:
    remaining_ms = 30_000

    def slow(_: Deadline) -> None:
        nonlocal remaining_ms
        remaining_ms -= 12_500

    bus = CountingBus()
    until = Deadline(lambda: remaining_ms)
    assert run(records("abcd"), until=until, downstream=slow, events=bus.events) == ["c", "d"]
    assert bus.calls == ["ab"]
    assert aws.item("c") is None
    untouched = [(line["errorType"], line["errorCategory"]) for line in sink.lines() if "errorType" in line]
    assert untouched == [("OutOfTime", "TIMEOUT")] * 2


def test_while_the_bus_fails_each_record_goes_by_itself_until_its_circuit_opens(
    run: Run, aws: Aws, clock: FakeClock, sink: LogSink
) -> None:
    circuit = Circuit("EventBridge", fail_max=3, reset_seconds=45, clock=clock, logger=sink.logger)
    bus = CountingBus(down=True)
    guarded_bus: Any = StubClient(put_events=partial(circuit.call, bus.client.put_events))
    parts = {"events": OutcomeEvents(guarded_bus, "bus"), "circuits": (circuit,)}
    assert run(records("ab"), **parts) == ["a", "b"]
    assert run(records("cdefg"), **parts) == list("cdefg")
    assert bus.calls == ["ab", "c", "d"]
    assert aws.item("e") is None

    clock.advance(45)
    bus.down = False
    assert run(records("efgh"), **parts) == []
    assert bus.calls[3:] == ["e", "fgh"]


def test_the_largest_events_fit_into_one_call() -> None:
    """Of the event's own content an entry holds no more than what the schema bounds."""
    order = Order("\uffff" * 128, Decimal("9" * 38), "USD")
    bus = CountingBus()
    key = '"' * 128
    bus.events.success(Identity(key, "f" * 64), order, 10**9, 1_800_000_000.0)
    [(_, parameters)] = bus.client.calls
    [entry] = parameters["Entries"]
    size = sum(len(entry[name].encode()) for name in ("Source", "DetailType", "Detail"))
    assert MAX_ENTRIES * size < _MAX_REQUEST_BYTES / 10
