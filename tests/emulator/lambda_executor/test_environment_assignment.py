"""Assignment of invocations: a burst shares the environments that are free, and those that wait get more."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.emulator.conftest import Emulator
from tests.emulator.lambda_functions import deploy

QUICK = """
import os, time
time.sleep(0.5)  # as long as imports take

def handler(event, context):
    return os.getpid()
"""
MEETING = """
import os, time

def handler(event, context):
    open(os.path.join(event["folder"], context.aws_request_id), "w").close()
    deadline = time.monotonic() + 45
    while len(os.listdir(event["folder"])) < event["number"]:
        if time.monotonic() > deadline:
            return "alone"
        time.sleep(0.01)
    return "met"
"""
CLIENTS = 16


def test_a_burst_does_not_start_an_environment_for_each(emulator: Emulator) -> None:
    function = deploy(emulator.endpoint, QUICK)
    with ThreadPoolExecutor(CLIENTS) as pool:
        results = list(pool.map(lambda _: function.invoke(), range(CLIENTS)))
    assert [result.error for result in results] == [None] * CLIENTS
    # Stock it is one each. Those that start on a slow machine for longer than a second let others start.
    assert len({result.payload for result in results}) < CLIENTS


def test_invocations_that_last_are_run_at_the_same_time(emulator: Emulator, tmp_path: Path) -> None:
    function = deploy(emulator.endpoint, MEETING, Timeout=50)
    event = {"folder": str(tmp_path), "number": 6}
    with ThreadPoolExecutor(6) as pool:
        results = list(pool.map(lambda _: function.invoke(event), range(6)))
    assert [result.payload for result in results] == ["met"] * 6
