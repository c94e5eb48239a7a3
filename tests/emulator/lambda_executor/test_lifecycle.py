"""How many processes a function has, and when they come and go."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.emulator.conftest import Emulator
from tests.emulator.lambda_functions import alive, deploy, eventually

ECHO = "def handler(event, context): return event"

# Writes its process id into the folder named by the event and waits until two files are there.
MEETING = """
import os, time
from pathlib import Path
def handler(event, context):
    place = Path(event)
    place.mkdir(exist_ok=True)
    (place / str(os.getpid())).touch()
    while len(met := sorted(int(path.name) for path in place.iterdir())) < 2:
        time.sleep(0.01)
    return {"pid": os.getpid(), "met": met}
"""


def test_the_two_halves_of_a_batch_run_at_once_in_processes_of_their_own(emulator: Emulator) -> None:
    function = deploy(emulator.endpoint, MEETING, Timeout=50)
    meeting_place = str(Path(emulator.log_path).parent / function.name)
    with ThreadPoolExecutor(2) as callers:
        answers = [answer.payload for answer in callers.map(function.invoke, [meeting_place] * 2)]
    assert answers[0]["met"] == answers[1]["met"] == sorted(answer["pid"] for answer in answers)


def test_reserved_concurrency_of_one_throttles_the_second_caller(emulator: Emulator) -> None:
    function = deploy(emulator.endpoint, MEETING, Timeout=50)
    function.client.put_function_concurrency(FunctionName=function.name, ReservedConcurrentExecutions=1)
    meeting_place = Path(emulator.log_path).parent / function.name
    with ThreadPoolExecutor(1) as caller:
        first = caller.submit(function.invoke, str(meeting_place))
        eventually(lambda: meeting_place.exists())
        with pytest.raises(function.client.exceptions.TooManyRequestsException):
            function.invoke(str(meeting_place))
        (meeting_place / "1").touch()
        assert first.result().error is None


def test_new_code_takes_effect_and_the_old_process_ends(emulator: Emulator) -> None:
    source = "import os\ndef handler(event, context): return ['{}', os.getpid()]"
    function = deploy(emulator.endpoint, source.format("old"))
    version, old_pid = function.invoke().payload
    assert version == "old"
    function.update(source.format("new"))
    assert function.invoke().payload[0] == "new"
    eventually(lambda: not alive(old_pid))


def test_an_invocation_under_way_finishes_with_the_code_it_began_with(emulator: Emulator) -> None:
    function = deploy(emulator.endpoint, MEETING, Timeout=50)
    meeting_place = Path(emulator.log_path).parent / function.name
    with ThreadPoolExecutor(1) as caller:
        first = caller.submit(function.invoke, str(meeting_place))
        eventually(lambda: meeting_place.exists())
        function.update(ECHO)
        (meeting_place / "1").touch()
        pid = first.result().payload["pid"]
    assert function.invoke("new").payload == "new"
    eventually(lambda: not alive(pid))


def test_a_deleted_function_leaves_no_process(emulator: Emulator) -> None:
    function = deploy(emulator.endpoint, "import os\ndef handler(event, context): return os.getpid()")
    pid = function.invoke().payload
    assert alive(pid)
    function.client.delete_function(FunctionName=function.name)
    eventually(lambda: not alive(pid))
