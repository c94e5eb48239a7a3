"""A function that fails: its caller learns how, in AWS's words, and the next invocation works."""

import os
import signal
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.emulator.conftest import Emulator
from tests.emulator.lambda_functions import alive, deploy, eventually

# Does what the event says.
UNRELIABLE = """
import os, signal, subprocess, sys, time
from pathlib import Path
def handler(event, context):
    match event["do"]:
        case "raise": raise ValueError(event["text"])
        case "exit": os._exit(event["status"])
        case "hang": hang(event, os.getpid())
        case "child": hang(event, subprocess.Popen(["sleep", "60"]).pid)
        case "large": return "x" * event["size"]
        case "recurse": return handler(event, context)
    return os.getpid()
def hang(event, pid):
    Path(event["pid_file"]).write_text(str(pid))
    time.sleep(60)
"""

WORKS = {"do": "work"}


def test_an_exception_reaches_the_caller_with_its_stack(emulator: Emulator) -> None:
    function = deploy(emulator.endpoint, UNRELIABLE)
    result = function.invoke({"do": "raise", "text": "böse"})
    assert result.error == "Unhandled"
    assert (result.payload["errorType"], result.payload["errorMessage"]) == ("ValueError", "böse")
    assert any("raise ValueError" in line for line in result.payload["stackTrace"])


def test_an_exception_keeps_the_process(emulator: Emulator) -> None:
    function = deploy(emulator.endpoint, UNRELIABLE)
    before = function.invoke(WORKS).payload
    for failure in ({"do": "raise", "text": "x"}, {"do": "recurse"}):
        assert function.invoke(failure).error == "Unhandled"
    assert function.invoke(WORKS).payload == before


def test_the_timeout_kills_the_process_and_all_that_it_started(emulator: Emulator, tmp_path: Path) -> None:
    function = deploy(emulator.endpoint, UNRELIABLE, Timeout=5)
    result = function.invoke({"do": "child", "pid_file": str(tmp_path / "pid")})
    assert result.error == "Unhandled"
    assert result.payload["errorType"] == "Sandbox.Timedout"
    assert result.payload["errorMessage"].startswith("RequestId: ")
    assert result.payload["errorMessage"].endswith(" Error: Task timed out after 5.00 seconds")
    child = int((tmp_path / "pid").read_text())
    eventually(lambda: not alive(child))
    assert function.invoke(WORKS).error is None


@pytest.mark.parametrize(
    ("status", "reason"),
    [(3, "Runtime exited with error: exit status 3"), (0, "Runtime exited without providing a reason")],
)
def test_an_exit_is_reported_at_once(emulator: Emulator, status: int, reason: str) -> None:
    function = deploy(emulator.endpoint, UNRELIABLE, Timeout=60)
    result = function.invoke({"do": "exit", "status": status})
    assert result.payload["errorType"] == "Runtime.ExitError"
    assert result.payload["errorMessage"].endswith(f" Error: {reason}")
    assert function.invoke(WORKS).error is None


def test_a_busy_process_that_is_killed_is_reported_at_once(emulator: Emulator, tmp_path: Path) -> None:
    function = deploy(emulator.endpoint, UNRELIABLE, Timeout=60)
    pid_file = tmp_path / "pid"
    with ThreadPoolExecutor(1) as caller:
        hanging = caller.submit(function.invoke, {"do": "hang", "pid_file": str(pid_file)})
        eventually(lambda: pid_file.exists() and pid_file.read_text() != "")
        os.kill(int(pid_file.read_text()), signal.SIGKILL)
        result = hanging.result(timeout=30)
    assert result.payload["errorType"] == "Runtime.ExitError"
    assert result.payload["errorMessage"].endswith("Runtime exited with error: signal: killed")
    assert function.invoke(WORKS).error is None


def test_an_idle_process_that_was_killed_is_replaced(emulator: Emulator) -> None:
    function = deploy(emulator.endpoint, UNRELIABLE)
    killed = function.invoke(WORKS).payload
    os.kill(killed, signal.SIGKILL)
    # As on AWS, an invocation that meets the process just as it dies is reported as failed.
    eventually(lambda: (result := function.invoke(WORKS)).error is None and result.payload != killed)


def test_a_response_above_six_megabytes_is_refused(emulator: Emulator) -> None:
    function = deploy(emulator.endpoint, UNRELIABLE)
    result = function.invoke({"do": "large", "size": 7_000_000})
    assert result.error == "Unhandled"
    assert result.payload["errorType"] == "Function.ResponseSizeTooLarge"
    assert len(function.invoke({"do": "large", "size": 6_000_000}).payload) == 6_000_000


@pytest.mark.parametrize(
    ("source", "error_type", "message"),
    [
        ("import missing", "Runtime.ImportModuleError", "No module named 'missing'"),
        ("other = 1", "Runtime.HandlerNotFound", "Handler 'handler' missing on module 'app'"),
        ("def handler(:", "Runtime.UserCodeSyntaxError", "Syntax error in module 'app'"),
        ("raise RuntimeError('at start')", "RuntimeError", "at start"),
        ("raise SystemExit(4)", "Runtime.ExitError", "exit status 4"),
    ],
)
def test_a_handler_that_cannot_be_imported_says_why(
    emulator: Emulator, source: str, error_type: str, message: str
) -> None:
    function = deploy(emulator.endpoint, f"print('before the error')\n{source}")
    for _ in range(2):
        result = function.invoke()
        assert result.error == "Unhandled"
        assert result.payload["errorType"] == error_type
        assert message in result.payload["errorMessage"]
        assert f"Error Type: {error_type}" in result.log
        assert ("before the error" in result.log) == ("(:" not in source)


def test_an_import_beyond_ten_seconds_starts_over_within_the_functions_timeout(emulator: Emulator) -> None:
    # The first import takes longer than Lambda allows, the second one is quick.
    source = """
import os, time
from pathlib import Path
marker = Path(os.environ["TMPDIR"]) / "started"
if not marker.exists():
    marker.touch()
    time.sleep(60)
def handler(event, context): return "done"
"""
    result = deploy(emulator.endpoint, source, Timeout=20).invoke()
    assert (result.error, result.payload) == (None, "done")
    assert "INIT_REPORT Init Duration: 10000.00 ms\tPhase: init\tStatus: timeout" in result.log
