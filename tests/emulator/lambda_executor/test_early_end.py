"""Execution environment that is ended while it starts: no process of it stays behind."""

from typing import Any

import pytest

from tests.emulator.emulator_python import answer_of

# An executor whose sandbox is being made when all environments are ended.
PROGRAM = """
import threading
from types import SimpleNamespace
from localstack.services.lambda_.invocation.runtime_executor import LambdaRuntimeException
from lab_emulator.lambda_executor import executor

class HeldSandbox:
    begun, made = threading.Event(), threading.Event()
    initialised = closed = False
    def __init__(self, config, variables):
        self.begun.set()
        assert self.made.wait(20)
    def initialise(self):
        HeldSandbox.initialised = True
    def close(self):
        HeldSandbox.closed = True

executor.Sandbox = HeldSandbox
environment = executor.ProcessRuntimeExecutor("one", SimpleNamespace(config=None))
raised = []

def start():
    try:
        environment.start({})
    except LambdaRuntimeException as error:
        raised.append(str(error))

starting = threading.Thread(target=start)
starting.start()
assert HeldSandbox.begun.wait(20)
executor.end_all()
HeldSandbox.made.set()
starting.join()
answer = {"closed": HeldSandbox.closed, "initialised": HeldSandbox.initialised, "raised": raised}
"""


@pytest.fixture(scope="module")
def ended() -> Any:
    return answer_of(PROGRAM)


def test_its_sandbox_is_closed_and_starts_no_process(ended: Any) -> None:
    assert ended["closed"]
    assert not ended["initialised"]


def test_its_start_fails(ended: Any) -> None:
    assert ended["raised"] == ["the execution environment was stopped while it started"]
