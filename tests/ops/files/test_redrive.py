"""`lab files redrive`: what it moves, what it leaves, and that nothing is deleted without a copy."""

import json
import time
from collections.abc import Callable
from copy import copy
from typing import Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from typer.testing import Result

from ops.lab.app.queue_depth import depth
from ops.lab.app.redrive_client import RedriveFilters
from ops.lab.app.target import Target
from ops.lab.errors import CommandError, Refused, WaitTimedOut
from ops.lab.files.dead_letter_queue import FileDeadLetterQueue
from ops.lab.files.redrive import Redriven, redrive, start_move_task, wait_for_move_task
from ops.lab.local.command_lock import exclusively
from ops.lab.local.directory import LabDirectory
from tests.functions.redrive.odd_letters import ODD_MESSAGES, PLAIN, OddQueues
from tests.ops.files.conftest import bury

Lab = Callable[..., Result]
FILES = [f"incoming/p/{number}.csv#v{number}" for number in range(12)]


def waiting(target: Target, output: str) -> int:
    return depth(target, target.output(output)).visible


def queued(target: Target) -> list[Any]:
    """The messages of the queue, as the round receives them."""
    url = target.output("CsvQueueUrl")
    answer = target.sqs.receive_message(
        QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"], VisibilityTimeout=0
    )
    return answer.get("Messages", [])


def test_it_brings_everything_back_without_what_the_round_added(files_target: Target) -> None:
    bury(files_target, FILES[:1], errorType="ApiDown", reason="503", receiveCount="3", priority="high")

    assert redrive(files_target, RedriveFilters()) == Redriven(moved=1)

    [message] = queued(files_target)
    assert json.loads(message["Body"])["detail"]["object"]["key"] == "incoming/p/0.csv"
    assert message["MessageAttributes"].keys() == {"priority"}
    assert waiting(files_target, "CsvDlqUrl") == 0


def odd_redrive(files_target: Target, queues: OddQueues) -> Redriven:
    """A redrive of what lies in a stand-in for SQS."""
    target = copy(files_target)
    target.__dict__["sqs"] = queues
    return redrive(target, RedriveFilters())


@given(st.lists(ODD_MESSAGES, max_size=12), st.booleans())
@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[
        HealthCheck.too_slow,
        HealthCheck.data_too_large,
        HealthCheck.function_scoped_fixture,
    ],
)
def test_no_letter_whatever_it_holds_stops_the_others(
    files_target: Target, odd: list[Any], by_entry: bool
) -> None:
    queues = OddQueues([PLAIN, *odd, PLAIN], by_entry)
    done = odd_redrive(files_target, queues)
    sent = [entry for entries in queues.sent.values() for entry in entries]
    assert [entry["MessageBody"] for entry in sent].count("{}") >= 2
    assert done.moved + done.failed == len(odd) + 2
    assert len(queues.waiting) == done.failed


def test_large_letters_are_more_than_one_call_takes(files_target: Target) -> None:
    queues = OddQueues([PLAIN | {"Body": "x" * 300_000}] * 10)
    assert odd_redrive(files_target, queues) == Redriven(moved=10)


def test_message_group_and_trace_go_along(files_target: Target) -> None:
    system = {"MessageGroupId": "tenant-1", "AWSTraceHeader": "Root=1-5759e988-bd862e3fe1be46a994272793"}
    queues = OddQueues([PLAIN | {"Attributes": system}])
    odd_redrive(files_target, queues)
    [[entry]] = queues.sent.values()
    assert entry["MessageGroupId"] == "tenant-1"
    assert entry["MessageSystemAttributes"]["AWSTraceHeader"]["StringValue"] == system["AWSTraceHeader"]


def test_more_than_a_batch(files_target: Target) -> None:
    bury(files_target, FILES, errorType="ApiDown")
    seen: list[int] = []

    redrive(files_target, RedriveFilters(), on_progress=lambda now: seen.append(now.moved))

    assert seen == [10, 12]
    assert waiting(files_target, "CsvQueueUrl") == 12


def test_only_the_error_type_that_was_asked_for_and_the_rest_can_be_received_at_once(
    files_target: Target,
) -> None:
    bury(files_target, FILES[:3], errorType="ApiDown")
    bury(files_target, FILES[3:5], errorType="PermanentFailure")
    bury(files_target, FILES[5:6])

    assert redrive(files_target, RedriveFilters(error_type="ApiDown")) == Redriven(moved=3, skipped=3)
    assert waiting(files_target, "CsvDlqUrl") == 3
    assert redrive(files_target, RedriveFilters(error_type="unknown")) == Redriven(moved=1, skipped=2)


def test_no_more_than_was_asked_for(files_target: Target) -> None:
    bury(files_target, FILES)

    assert redrive(files_target, RedriveFilters(max_messages=11)).moved == 11
    assert waiting(files_target, "CsvDlqUrl") == 1


def test_young_messages_stay_if_only_old_ones_are_wanted(files_target: Target) -> None:
    bury(files_target, FILES[:2])

    assert redrive(files_target, RedriveFilters(min_age_seconds=60)) == Redriven(skipped=2)
    assert waiting(files_target, "CsvDlqUrl") == 2


def test_what_comes_back_to_the_dlq_meanwhile_does_not_go_round(
    files_target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    bury(files_target, FILES[:2])
    monkeypatch.setattr("ops.lab.files.redrive.time.time", lambda: 1.0)

    assert redrive(files_target, RedriveFilters()) == Redriven(skipped=2)


def test_what_sqs_does_not_take_stays_in_the_dlq(
    files_target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    bury(files_target, FILES[:3])
    send = files_target.sqs.send_message_batch

    def take_all_but_the_first(**request: Any) -> Any:
        first, *others = request["Entries"]
        return {**send(QueueUrl=request["QueueUrl"], Entries=others), "Failed": [{"Id": first["Id"]}]}

    monkeypatch.setattr(files_target.sqs, "send_message_batch", take_all_but_the_first)

    assert redrive(files_target, RedriveFilters()) == Redriven(moved=2, failed=1)
    assert (waiting(files_target, "CsvQueueUrl"), waiting(files_target, "CsvDlqUrl")) == (2, 1)


def test_a_copy_whose_original_was_not_deleted_is_counted(
    files_target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    bury(files_target, FILES[:1])
    monkeypatch.setattr(files_target.sqs, "delete_message_batch", lambda **_: {"Failed": [{"Id": "0"}]})

    assert redrive(files_target, RedriveFilters()) == Redriven(copied=1)


def test_dead_letters_say_why_and_a_body_that_is_no_event_is_of_no_file(files_target: Target) -> None:
    bury(files_target, FILES[:1], errorType="ApiDown", reason="503")
    files_target.sqs.send_message(QueueUrl=files_target.output("CsvDlqUrl"), MessageBody="not JSON")

    file, stray = sorted(
        FileDeadLetterQueue.of(files_target).look(), key=lambda letter: letter.identity is None
    )

    assert (file.identity, file.error_type, file.reason) == (FILES[0], "ApiDown", "503")
    assert (stray.identity, stray.error_type) == (None, "unknown")


def test_the_command_counts_and_says_what_comes_next(lab_files: Lab, files_target: Target) -> None:
    bury(files_target, FILES[:2], errorType="ApiDown")

    result = lab_files("redrive", "--error-type", "ApiDown")

    assert result.exit_code == 0
    assert "2 moved, 0 did not match, 0 failed" in result.stdout
    assert "lab files monitor" in result.stdout
    again = lab_files("redrive", "--json")
    assert json.loads(again.stdout) == {"moved": 0, "skipped": 0, "failed": 0, "copied": 0}


@pytest.mark.parametrize("arguments", [["--move-task", "--max", "3"], ["--rate", "5"], ["--max", "0"]])
def test_options_that_do_not_go_together_are_refused(lab_files: Lab, arguments: list[str]) -> None:
    assert lab_files("redrive", *arguments).exit_code == 2


@pytest.fixture
def tasks(files_target: Target, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What ListMessageMoveTasks answers, one after another."""
    answers: list[dict[str, Any]] = []
    monkeypatch.setattr(
        files_target.sqs, "start_message_move_task", lambda **request: answers.append(request)
    )
    monkeypatch.setattr(
        files_target.sqs, "list_message_move_tasks", lambda **_: {"Results": [answers.pop(0)]}
    )
    return answers


def task(status: str, moved: int, **more: Any) -> dict[str, Any]:
    counts = {"ApproximateNumberOfMessagesMoved": moved, "ApproximateNumberOfMessagesToMove": 9}
    return {"Status": status} | counts | more


def test_sqs_moves_the_whole_dlq_to_the_queue(files_target: Target, tasks: list[dict[str, Any]]) -> None:
    start_move_task(files_target, rate_per_second=50)

    request = {"SourceArn": "arn:dlq", "DestinationArn": "arn:queue", "MaxNumberOfMessagesPerSecond": 50}
    assert tasks == [request]


def test_a_second_task_is_told_of_the_first(
    files_target: Target, tasks: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "InvalidParameterValue"}}, "StartMessageMoveTask")

    monkeypatch.setattr(files_target.sqs, "start_message_move_task", refuse)
    tasks.append(task("RUNNING", 4, StartedTimestamp=1_800_000_000_000))
    begun = time.strftime("%H:%M:%S", time.localtime(1_800_000_000))

    with pytest.raises(Refused, match=f"since {begun}: the task is RUNNING, 4 of 9"):
        start_move_task(files_target)


def test_what_sqs_refuses_for_another_reason_is_raised(
    files_target: Target, tasks: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: Any) -> None:
        raise ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "StartMessageMoveTask")

    monkeypatch.setattr(files_target.sqs, "start_message_move_task", refuse)
    tasks.append(task("COMPLETED", 9))

    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        start_move_task(files_target)


def test_dead_letters_that_sqs_moves_already_are_left_to_it(
    lab_files: Lab, files_target: Target, tasks: list[dict[str, Any]]
) -> None:
    tasks.append(task("RUNNING", 4, StartedTimestamp=1_800_000_000_000))
    result = lab_files("redrive", "--max", "1")
    assert (result.exit_code, "SQS moves this DLQ already" in result.stderr) == (2, True)


def test_a_second_redrive_on_this_machine_is_told_of_the_first(
    lab_files: Lab, directory: LabDirectory
) -> None:
    with exclusively(directory.redrive_lock_file, "lab files redrive"):
        result = lab_files("redrive")
    assert (result.exit_code, "`lab files redrive` is at work since" in result.stderr) == (2, True)


def test_it_follows_the_task_to_its_end(files_target: Target, tasks: list[dict[str, Any]]) -> None:
    tasks += [task("RUNNING", 4), task("COMPLETED", 9)]
    seen: list[int] = []

    ended = wait_for_move_task(files_target, 5, lambda now: seen.append(now.moved))

    assert (ended.status, seen) == ("COMPLETED", [4, 9])


def test_a_task_that_fails_says_why(files_target: Target, tasks: list[dict[str, Any]]) -> None:
    tasks.append(task("FAILED", 2, FailureReason="AWS.SimpleQueueService.NonExistentQueue"))

    with pytest.raises(CommandError, match="NonExistentQueue"):
        wait_for_move_task(files_target, 5, lambda _: None)


def test_a_task_that_takes_too_long_goes_on(files_target: Target, tasks: list[dict[str, Any]]) -> None:
    tasks.append(task("RUNNING", 2))

    with pytest.raises(WaitTimedOut) as late:
        wait_for_move_task(files_target, 0, lambda _: None)
    assert "cancel-message-move-task" in late.value.hint


def test_the_command_shows_what_sqs_moved(
    lab_files: Lab, files_target: Target, tasks: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files_target.sqs, "start_message_move_task", lambda **_: None)
    tasks.append(task("COMPLETED", 9))

    result = lab_files("redrive", "--move-task")

    assert result.exit_code == 0
    assert "SQS moved about 9 of 9 messages" in result.stdout
