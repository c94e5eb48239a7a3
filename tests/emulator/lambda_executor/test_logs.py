"""What a function prints, in its log group and in the tail that Invoke returns."""

import json
import re

import pytest

from tests.emulator.conftest import Emulator
from tests.emulator.lambda_functions import Function, deploy, eventually

PRINTS = """
import json, logging, sys
print("at import")
def handler(event, context):
    print("to stdout: größe")
    print("to stderr", file=sys.stderr)
    print(json.dumps({"level": "INFO", "nested": {"list": [1, 2]}}))
    logging.getLogger().warning("a warning")
"""

PAUSE_SECONDS = 4

ID = r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}"


@pytest.fixture(scope="module")
def function(emulator: Emulator) -> Function:
    return deploy(emulator.endpoint, PRINTS, MemorySize=192)


def _messages(emulator: Emulator, function: Function) -> list[str]:
    logs = emulator.client("logs")
    group = f"/aws/lambda/{function.name}"
    if not logs.describe_log_groups(logGroupNamePrefix=group)["logGroups"]:
        return []
    return [event["message"].rstrip("\n") for event in logs.filter_log_events(logGroupName=group)["events"]]


def test_every_line_is_an_event_between_start_and_report(emulator: Emulator) -> None:
    function = deploy(emulator.endpoint, PRINTS)
    function.invoke()
    eventually(lambda: any(line.startswith("REPORT") for line in _messages(emulator, function)))
    imported, start, stdout, stderr, document, warning, end, report = _messages(emulator, function)
    assert imported == "at import"
    assert re.fullmatch(rf"START RequestId: {ID} Version: \$LATEST", start)
    assert (stdout, stderr) == ("to stdout: größe", "to stderr")
    assert json.loads(document) == {"level": "INFO", "nested": {"list": [1, 2]}}
    assert warning.startswith("[WARNING]")
    assert warning.endswith("a warning")
    assert re.fullmatch(rf"END RequestId: {ID}", end)
    assert report.startswith("REPORT RequestId: ")


def test_each_line_has_the_time_at_which_it_was_printed(emulator: Emulator) -> None:
    source = f"""
import time
print("at import")
def handler(event, context):
    print("look", time.time())
    time.sleep({PAUSE_SECONDS})
    print("look", time.time())
"""
    function = deploy(emulator.endpoint, source)
    function.invoke()
    eventually(lambda: any(line.startswith("REPORT") for line in _messages(emulator, function)))
    events = emulator.client("logs").filter_log_events(logGroupName=f"/aws/lambda/{function.name}")["events"]
    times = [event["timestamp"] for event in events]
    kinds = [event["message"].split()[0] for event in events]
    assert kinds == ["at", "START", "look", "look", "END", "REPORT"]
    assert times == sorted(times)
    first, second = (int(1000 * float(event["message"].split()[1])) for event in events[2:4])
    # None can be older than its text; the first was read while the function paused.
    assert first <= times[2] < second <= times[3]


def test_the_report_tells_of_time_and_memory(function: Function) -> None:
    for _ in range(2):
        log = function.invoke().log
    fields = dict(re.findall(r"\t([A-Z][A-Za-z ]+): ([0-9.]+) (?:ms|MB)", log))
    assert set(fields) == {"Duration", "Billed Duration", "Memory Size", "Max Memory Used"}
    assert fields["Memory Size"] == "192"
    assert float(fields["Duration"]) <= float(fields["Billed Duration"]) < float(fields["Duration"]) + 1
    assert 5 < int(fields["Max Memory Used"]) < 500


def test_memory_used_grows_with_what_the_handler_takes(emulator: Emulator) -> None:
    source = "def handler(event, context): return len(bytearray(event) * 1)"
    function = deploy(emulator.endpoint, source, MemorySize=512)
    used = [
        int(match[1])
        for size in (1, 200 * 2**20)
        if (match := re.search(r"Max Memory Used: (\d+) MB", function.invoke(size).log))
    ]
    assert used[1] - used[0] >= 200


def test_only_a_cold_start_has_an_init_duration(emulator: Emulator) -> None:
    function = deploy(emulator.endpoint, PRINTS)
    assert ["Init Duration" in function.invoke().log for _ in range(3)] == [True, False, False]


def test_the_tail_holds_this_invocation_alone(function: Function) -> None:
    function.invoke()
    log = function.invoke().log
    assert log.count("START") == log.count("REPORT") == log.count("to stdout") == 1
    assert "at import" not in log


def test_output_larger_than_a_pipe_does_not_block_the_handler(emulator: Emulator) -> None:
    source = "def handler(event, context): print('x' * event)"
    result = deploy(emulator.endpoint, source).invoke(3_000_000)
    assert result.error is None
    assert "REPORT" in result.log


def test_a_timeout_is_logged_with_its_status(emulator: Emulator) -> None:
    source = "import time\ndef handler(event, context):\n    print('begun')\n    time.sleep(60)"
    log = deploy(emulator.endpoint, source, Timeout=4).invoke().log
    assert "begun\n" in log
    assert re.search(rf"Z {ID} Task timed out after 4\.00 seconds\n", log)
    assert "Status: timeout" in log
