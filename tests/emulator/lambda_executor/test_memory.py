"""A function's memory: what REPORT says of an invocation, and what becomes of one that takes too much."""

import re

import pytest

from tests.emulator.conftest import Emulator
from tests.emulator.lambda_functions import Function, Result, deploy

# Touches as many megabytes as the event says, and lets go of them. Holding too many, it waits to be killed.
GREEDY = """
import time
def handler(event, context):
    held = bytearray(event * 2**20)
    for page in range(0, len(held), 4096):
        held[page] = 1
    time.sleep(15 if event > 512 else 0.5)
"""


@pytest.fixture(scope="module")
def greedy(emulator: Emulator) -> Function:
    return deploy(emulator.endpoint, GREEDY, MemorySize=512)


def _used_megabytes(result: Result) -> int:
    match = re.search(r"Max Memory Used: (\d+) MB", result.log)
    assert match
    return int(match[1])


def test_each_invocation_has_a_peak_of_its_own(greedy: Function) -> None:
    little, much, little_again = (_used_megabytes(greedy.invoke(size)) for size in (1, 200, 1))
    assert 190 < much - little < 210
    assert little_again < little + 30


def test_a_function_that_takes_more_than_its_memory_is_killed(greedy: Function) -> None:
    result = greedy.invoke(600)
    assert (result.error, result.payload["errorType"]) == ("Unhandled", "Runtime.ExitError")
    assert result.payload["errorMessage"].endswith("Error: Runtime exited with error: signal: killed")
    assert greedy.invoke(1).error is None
