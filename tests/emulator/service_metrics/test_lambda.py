"""Metrics of a function, however it is invoked."""

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from botocore.exceptions import ClientError

from ops.lab.waiting import eventually
from tests.emulator.conftest import Emulator
from tests.emulator.lambda_functions import Function, deploy
from tests.emulator.metrics import Metrics

SOURCE = """
import time


def handler(event, context):
    time.sleep(event.get("sleep", 0))
    if event.get("fail"):
        raise ValueError("told to fail")
    return "done"
"""


@pytest.fixture(scope="module")
def function(emulator: Emulator) -> Iterator[Function]:
    deployed = deploy(emulator.endpoint, SOURCE, Timeout=2)
    yield deployed
    deployed.client.delete_function(FunctionName=deployed.name)


@pytest.fixture
def measured(emulator: Emulator) -> Iterator[tuple[Function, Metrics]]:
    """A function that has not been invoked yet."""
    deployed = deploy(emulator.endpoint, SOURCE, Timeout=2)
    yield deployed, Metrics(emulator, "AWS/Lambda", {"FunctionName": deployed.name})
    deployed.client.delete_function(FunctionName=deployed.name)


def test_each_invocation_counts_once_and_an_error_is_one_too(measured: tuple[Function, Metrics]) -> None:
    function, metrics = measured
    function.invoke({})
    function.invoke({"fail": True})
    function.client.invoke(FunctionName=function.name, InvocationType="Event", Payload=json.dumps({}))
    metrics.wait_for_totals(Invocations=3, Errors=1, Throttles=0)
    assert metrics.highest("ConcurrentExecutions") in (1, 2)


def test_duration_is_in_milliseconds_without_the_initialisation(measured: tuple[Function, Metrics]) -> None:
    function, metrics = measured
    function.invoke({"sleep": 0.5})
    longest = eventually(lambda: metrics.highest("Duration"), within=10)
    assert longest is not None
    assert 500 <= longest < 1000


def test_a_timeout_is_an_error_that_lasted_as_long_as_the_limit(measured: tuple[Function, Metrics]) -> None:
    function, metrics = measured
    assert function.invoke({"sleep": 10}).error
    metrics.wait_for_totals(Invocations=1, Errors=1)
    assert (metrics.highest("Duration") or 0) >= 2000


def test_concurrent_executions_are_counted_while_they_run(measured: tuple[Function, Metrics]) -> None:
    function, metrics = measured
    with ThreadPoolExecutor(3) as pool:
        list(pool.map(lambda _: function.invoke({"sleep": 1.5}), range(3)))
    eventually(lambda: metrics.highest("ConcurrentExecutions"), until=lambda highest: highest == 3, within=10)


def test_a_throttled_request_is_no_invocation(measured: tuple[Function, Metrics]) -> None:
    function, metrics = measured
    limit = {"FunctionName": function.name, "ReservedConcurrentExecutions": 0}
    function.client.put_function_concurrency(**limit)
    for _ in range(2):
        with pytest.raises(ClientError, match="TooManyRequestsException"):
            function.invoke({})
    function.client.delete_function_concurrency(FunctionName=function.name)
    function.invoke({})
    metrics.wait_for_totals(Throttles=2, Invocations=1)


def test_all_functions_together_are_counted_without_dimensions(
    emulator: Emulator, function: Function
) -> None:
    together = Metrics(emulator, "AWS/Lambda", {})
    before = together.total("Invocations")
    function.invoke({})
    eventually(lambda: together.total("Invocations") > before, within=10, what="one invocation more")
