"""What dies in the middle of its work: no row is lost, and what may have been sent twice is on record."""

import sys

import pytest

from functions.files.processor.api_behaviour import ApiBehaviour
from ops.lab.actions.queues import set_attribute
from ops.lab.files.snapshot import control
from ops.lab.waiting import eventually
from scenarios.files.bench import Bench
from scenarios.files.round_history import overlaps, rounds

# 25 rows a batch, ten at a time: a batch takes about a second, a file of 100 rows about four.
UNHURRIED = ApiBehaviour(latency_min_milliseconds=300, latency_max_milliseconds=400)


@pytest.mark.skipif(sys.platform != "linux", reason="finds the function's process in /proc")
def test_a_function_killed_in_the_middle_of_a_file_loses_no_row(bench: Bench) -> None:
    bench.behave(UNHURRIED)
    [upload] = bench.upload(files=1, rows=100)
    bench.await_rows(upload, least=25)

    bench.engine.kill_function(bench.target.output("CsvFunctionName"))
    bench.heal()

    outcome = bench.await_end([upload], within=90)
    assert (outcome.files_succeeded, outcome.rows_delivered) == (1, 100), bench.reasons()
    assert outcome.proof.once
    assert 0 < outcome.rows_repeated <= 25
    [file] = bench.records([upload])
    assert len(file.attempts) == 2
    assert bench.dlq.total == 0


def test_a_round_stopped_in_the_middle_loses_no_row(bench: Bench) -> None:
    # What the stopped round had received comes back only then: 20 s instead of minutes.
    url = bench.target.output("CsvQueueUrl")
    bench.change(set_attribute(bench.target, url, "VisibilityTimeout", "20"))
    bench.behave(UNHURRIED)
    uploads = bench.upload(files=12, rows=50)
    bench.await_rows(uploads[0], least=25)
    stopped = control(bench.target).owner
    assert stopped is not None

    machine = bench.target.output("CsvStateMachineArn")
    arn = f"{machine.replace(':stateMachine:', ':execution:')}:{stopped}"
    bench.target.stepfunctions.stop_execution(executionArn=arn)
    bench.heal()

    successor = eventually(
        lambda: control(bench.target).owner,
        within=30,
        until=lambda owner: owner not in (None, stopped),
        what="another round that takes the lock over",
    )
    outcome = bench.await_end(uploads, within=90)
    assert successor is not None
    assert bench.target.stepfunctions.describe_execution(executionArn=arn)["status"] == "ABORTED"
    assert (outcome.files_succeeded, outcome.rows_delivered) == (12, 12 * 50), bench.reasons()
    assert outcome.proof.once
    assert overlaps(rounds(bench.target, bench.began)) == []
    assert bench.dlq.total == 0
