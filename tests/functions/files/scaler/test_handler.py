"""One reading: the item, Lambda's reserved concurrency, and what is logged of it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

from functions.common import clients
from functions.common.environment import to_variables
from functions.files.environment import ScalerEnvironment
from functions.files.scaler import handler as module
from tests.functions.doubles import LogSink
from tests.functions.files.rounds.pipeline import Pipeline


@dataclass
class FakeLambda:
    """The reserved concurrency of one function, and who dies before it is written."""

    reserved: int | None = 3
    crash: Exception | None = None
    puts: list[int] = field(default_factory=list)

    def get_function_concurrency(self, *, FunctionName: str) -> dict[str, int]:
        assert FunctionName == "processor"
        return {} if self.reserved is None else {"ReservedConcurrentExecutions": self.reserved}

    def put_function_concurrency(self, *, FunctionName: str, ReservedConcurrentExecutions: int) -> None:
        assert FunctionName == "processor"
        if self.crash:
            raise self.crash
        self.reserved = ReservedConcurrentExecutions
        self.puts.append(ReservedConcurrentExecutions)


@pytest.fixture
def lambda_() -> FakeLambda:
    return FakeLambda()


Scale = Callable[[], dict[str, int]]


@pytest.fixture
def scale(pipeline: Pipeline, lambda_: FakeLambda, context: Any, monkeypatch: pytest.MonkeyPatch) -> Scale:
    environment = ScalerEnvironment(
        control_table_name=pipeline.table.table_name,
        queue_url=pipeline.queue_url,
        function_name="processor",
        concurrency=3,
        min_concurrency=1,
        max_concurrency=5,
        files_per_slot=2,
        scale_down_readings=2,
    )
    for name, value in to_variables(environment).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(clients, "lambda_client", lambda: lambda_)
    monkeypatch.setattr(module, "system_clock", pipeline.clock)
    return lambda: module.handler({"detail-type": "Scheduled Event"}, context)


def item(pipeline: Pipeline) -> dict[str, Any]:
    return pipeline.table.read("concurrency")


@pytest.fixture
def sink(monkeypatch: pytest.MonkeyPatch) -> LogSink:
    sink = LogSink()
    monkeypatch.setattr("functions.files.scaler.scaler.get_logger", lambda: sink.logger)
    return sink


def logged(sink: LogSink, message: str, *fields: str) -> list[tuple[Any, ...]]:
    return [tuple(line[field] for field in fields) for line in sink.lines() if line["message"] == message]


def test_a_burst_raises_and_its_end_lowers_both(
    pipeline: Pipeline, lambda_: FakeLambda, scale: Scale, sink: LogSink
) -> None:
    for index in range(9):
        pipeline.arrive(f"incoming/{index}.csv")
    assert scale() == {"concurrency": 5, "depth": 9}
    assert (item(pipeline)["current"], item(pipeline)["depth"], lambda_.reserved) == (5, 9, 5)
    pipeline.receive()
    assert scale() == {"concurrency": 5, "depth": 9}, "what is in flight is work at hand"
    clients.sqs().purge_queue(QueueUrl=pipeline.queue_url)
    assert [scale()["concurrency"] for _ in range(3)] == [5, 1, 1]
    assert (item(pipeline)["current"], lambda_.puts) == (1, [5, 1])

    changes = logged(sink, "concurrency changed", "from", "to", "depth", "reason")
    assert changes == [(3, 5, 9, "queue deeper"), (5, 1, 0, "queue shallower")]
    readings = logged(sink, "concurrency", "concurrency", "depth")
    assert readings == [(5, 9), (5, 9), (5, 0), (1, 0), (1, 0)]


def test_lower_readings_are_remembered_from_run_to_run(pipeline: Pipeline, scale: Scale) -> None:
    pipeline.table.write("concurrency", {"current": 5})
    pipeline.arrive()
    scale()
    assert item(pipeline)["lowReadings"] == [1]
    module.scaler.cache_clear()
    assert scale()["concurrency"] == 1
    assert item(pipeline)["lowReadings"] == []


@pytest.mark.parametrize(("current", "depth"), [(1, 10), (5, 0)])
def test_a_crash_between_the_writes_never_lets_the_map_ask_for_more_and_is_mended(
    pipeline: Pipeline, lambda_: FakeLambda, scale: Scale, current: int, depth: int
) -> None:
    """Up: Lambda is written first; down: the item. Whichever write is missing, the next run makes it."""
    pipeline.table.write("concurrency", {"current": current, "lowReadings": [1]})
    lambda_.reserved = current
    for index in range(depth):
        pipeline.arrive(f"incoming/{index}.csv")
    lambda_.crash = RuntimeError("killed here")
    with pytest.raises(RuntimeError):
        scale()
    assert item(pipeline)["current"] <= lambda_.reserved
    lambda_.crash = None
    assert scale()["concurrency"] == lambda_.reserved == item(pipeline)["current"]


def test_a_crash_before_the_item_is_written_is_mended_too(
    pipeline: Pipeline, lambda_: FakeLambda, scale: Scale, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline.table.write("concurrency", {"current": 1})
    for index in range(10):
        pipeline.arrive(f"incoming/{index}.csv")

    def killed(*_: Any) -> None:
        raise RuntimeError("killed here")

    with monkeypatch.context() as patch:
        patch.setattr("functions.files.rounds.control_table.ControlWriter.write", killed)
        with pytest.raises(RuntimeError):
            scale()
    assert (item(pipeline)["current"], lambda_.reserved) == (1, 5)
    clients.sqs().purge_queue(QueueUrl=pipeline.queue_url)
    assert scale()["concurrency"] == item(pipeline)["current"] == lambda_.reserved == 1


def test_somebodys_hand_at_the_function_is_undone(lambda_: FakeLambda, scale: Scale) -> None:
    lambda_.reserved = None
    assert scale()["concurrency"] == lambda_.reserved == 3


@pytest.mark.parametrize(
    "corrupt",
    [
        {"current": 10**9},
        {"current": -7},
        {"current": "many"},
        {"current": 2.5},
        {"current": True},
        {"current": None, "lowReadings": "low"},
        {"current": 4, "lowReadings": [99, -3]},
        {"current": 4, "lowReadings": ["x"]},
        {"lowReadings": {"a": 1}},
    ],
)
def test_the_bounds_hold_whatever_the_item_says(
    pipeline: Pipeline, lambda_: FakeLambda, scale: Scale, corrupt: dict[str, Any]
) -> None:
    pipeline.table.write("concurrency", corrupt)
    assert all(1 <= scale()["concurrency"] <= 5 for _ in range(4))
    assert lambda_.reserved == item(pipeline)["current"] == 1
