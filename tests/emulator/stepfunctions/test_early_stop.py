"""Stop of an execution that was asked to start, and whose thread has not begun yet."""

from tests.emulator.emulator_python import answer_of

# LocalStack lists an execution before it has a worker, and the worker begins without an environment.
PROGRAM = """
import threading
from types import SimpleNamespace
from localstack.aws.api.stepfunctions import ExecutionStatus
from lab_emulator.stepfunctions import executions

execution = SimpleNamespace(exec_status=ExecutionStatus.RUNNING, exec_worker=None)
environment = SimpleNamespace(is_running=lambda: True)

def begin():
    execution.exec_worker = SimpleNamespace(env=None)
    execution.exec_worker.env = environment

threading.Timer(0.2, begin).start()
answer = executions._begins(execution)
"""


def test_it_is_waited_for() -> None:
    assert answer_of(PROGRAM) is True
