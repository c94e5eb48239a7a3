"""The redrive client and its commands, against an API that answers as the test says."""

import json
import time
from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

import pytest
from typer.testing import CliRunner

from functions.redrive.job_table import JobSlot, RedriveJobs
from functions.redrive.parameters import start_parameters
from ops.lab.app.api import ApiAnswer
from ops.lab.app.queue_depth import QueueDepth
from ops.lab.app.redrive_client import JobAtWork, RedriveClient, RedriveFilters, ReportedJob
from ops.lab.app.target import Target
from ops.lab.cli import app
from ops.lab.errors import CommandError, NotUp, Refused, WaitTimedOut
from ops.lab.local.directory import LabDirectory, lab_directory

JOB_ID = "7c055cfb-051c-468e-8ac0-6407a7bb9865"


def document(status: str = "QUEUED", **changes: Any) -> dict[str, Any]:
    counts = dict.fromkeys(("moved", "skipped", "parked", "failed", "deletedFailed"), 0)
    created = {"createdAt": "2026-11-21T10:00:00.000Z"}
    return {"jobId": JOB_ID, "status": status, "maxMessages": 100, **counts, **created, **changes}


SUCCEEDED = document(
    "SUCCEEDED", moved=90, parked=2, stopReason="drained", finishedAt="2026-11-21T10:00:04.000Z"
)
LETTER = {
    "messageId": "m",
    "idempotencyKey": "key-1",
    "errorType": "SchemaValidationError",
    "errorCategory": "VALIDATION",
    "attempts": 3,
    "ageSeconds": 61.5,
    "receiveCount": 4,
    "redriveCount": 1,
    "body": '{"orderId":"[bold]1"}',
    "bodyTruncated": False,
}


class FakeApi:
    """Answers each route from a list, the last answer for ever; keeps what it was asked."""

    def __init__(self, **answers: list[ApiAnswer]) -> None:
        self._answers = answers
        self.asked: list[tuple[str, Any]] = []

    def __getattr__(self, route: str) -> Callable[[Any], ApiAnswer]:
        answers = self._answers[route]

        def answer(argument: Any) -> ApiAnswer:
            self.asked.append((route, argument))
            return answers.pop(0) if len(answers) > 1 else answers[0]

        return answer


def redrive(**answers: list[ApiAnswer]) -> tuple[RedriveClient, FakeApi]:
    api: Any = FakeApi(**answers)
    return RedriveClient(api), api


def ok(body: Mapping[str, Any], status: int = 200) -> list[ApiAnswer]:
    return [ApiAnswer(status, body)]


def test_sends_the_filters_that_are_given_and_no_other() -> None:
    client, api = redrive(start_redrive=ok(document(), 202), preview_redrive=ok(_preview([])))
    client.start(RedriveFilters(error_type="TRANSIENT", per_message_delay_jitter=0, rate_per_second=5))
    client.preview(RedriveFilters(min_age_seconds=60))
    assert api.asked == [
        ("start_redrive", {"errorType": "TRANSIENT", "perMessageDelayJitter": 0, "ratePerSecond": 5}),
        ("preview_redrive", {"minAgeSeconds": "60"}),
    ]


def test_keys_are_a_list_of_a_start_and_words_of_a_preview() -> None:
    client, api = redrive(start_redrive=ok(document(), 202), preview_redrive=ok(_preview([])))
    client.start(RedriveFilters(idempotency_keys=("a", "b,c")))
    client.preview(RedriveFilters(idempotency_keys=("a", "b,c")))
    assert api.asked == [
        ("start_redrive", {"idempotencyKeys": ["a", "b,c"]}),
        ("preview_redrive", {"idempotencyKeys": "a b,c"}),
    ]


def test_waits_until_the_job_has_ended_and_tells_of_its_progress() -> None:
    running = document("RUNNING", moved=10)
    client, _ = redrive(
        redrive_job=[ApiAnswer(200, running), ApiAnswer(200, running), ApiAnswer(200, SUCCEEDED)]
    )
    seen: list[int] = []
    job = client.wait_for_job(JOB_ID, every=0.001, on_progress=lambda job: seen.append(job.moved))
    assert (job.status, job.moved, job.seconds) == ("SUCCEEDED", 90, 4.0)
    assert seen == [10, 10, 90]


def test_a_job_that_takes_too_long_is_said_to_go_on() -> None:
    client, _ = redrive(redrive_job=ok(document("RUNNING")))
    with pytest.raises(WaitTimedOut) as late:
        client.wait_for_job(JOB_ID, within=0.01, every=0.001)
    assert "lab redrive cancel" in late.value.hint


def test_a_job_in_the_way_is_named() -> None:
    client, _ = redrive(
        start_redrive=ok({"jobId": JOB_ID, "detail": "job is at work"}, 409),
        redrive_job=ok(document("RUNNING", moved=30)),
    )
    with pytest.raises(JobAtWork, match=r"is RUNNING since .*: 30 moved") as refusal:
        client.start()
    assert refusal.value.job_id == JOB_ID
    assert f"lab redrive cancel {JOB_ID}" in refusal.value.hint


def test_a_job_in_the_way_is_named_also_where_the_api_tells_no_more_of_it() -> None:
    client, _ = redrive(
        start_redrive=ok({"jobId": JOB_ID, "detail": "job is at work"}, 409),
        redrive_job=ok({"detail": "no"}, 503),
    )
    with pytest.raises(JobAtWork, match="job is at work"):
        client.start()


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, Refused), (401, Refused), (404, Refused), (409, Refused), (503, CommandError), (0, NotUp)],
)
def test_an_answer_that_is_no_job_is_an_error_to_act_on(status: int, error: type[CommandError]) -> None:
    client, _ = redrive(cancel_redrive=ok({"detail": "what is wrong"}, status))
    with pytest.raises(error, match="what is wrong") as raised:
        client.cancel(JOB_ID)
    assert type(raised.value) is error


def _preview(messages: list[dict[str, Any]]) -> dict[str, Any]:
    return {"messages": messages, "scanned": len(messages), "stopReason": "drained"}


@pytest.fixture
def run(directory: LabDirectory, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """`lab redrive …` against given answers."""
    lab = SimpleNamespace(endpoint="http://127.0.0.1:9")
    monkeypatch.setattr("ops.lab.commands.redrive.choose", lambda *_: lab)

    def invoke(*arguments: str, **answers: list[ApiAnswer]) -> Any:
        monkeypatch.setattr(RedriveClient, "of", lambda _target: redrive(**answers)[0])
        return CliRunner(env={"COLUMNS": "200"}).invoke(app, ["redrive", *arguments])

    return invoke


def test_keys_that_are_named_are_asked_for(run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[RedriveFilters] = []
    start = RedriveClient.start

    def noting(client: RedriveClient, filters: RedriveFilters) -> ReportedJob:
        asked.append(filters)
        return start(client, filters)

    monkeypatch.setattr(RedriveClient, "start", noting)
    run("start", "--key", "a", "--key", "b,c", start_redrive=ok(document(), 202))
    run("start", start_redrive=ok(document(), 202))
    assert [each.idempotency_keys for each in asked] == [["a", "b,c"], None]


def test_preview_shows_each_message(run: Callable[..., Any]) -> None:
    result = run("preview", preview_redrive=ok(_preview([LETTER])))
    assert result.exit_code == 0
    for text in ("key-1", "SchemaValidationError", "VALIDATION", '{"orderId":"[bold]1"}', "1 of 1"):
        assert text in result.stdout


@pytest.mark.parametrize(
    ("there", "said"), [(121, "1 of 121 in the DLQ; --max N shows more"), (1, "all that the DLQ holds")]
)
def test_preview_says_of_how_many_it_shows_some(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, there: int, said: str
) -> None:
    monkeypatch.setattr("ops.lab.commands.redrive.dead_letter_queue", lambda _: QueueDepth(there - 1, 1, 0))
    full = _preview([LETTER]) | {"stopReason": "maxMessages"}
    assert said in run("preview", preview_redrive=ok(full)).stdout


@pytest.mark.parametrize(
    "refused",
    [
        ("start", "--max", "0"),
        ("start", "--max", "1001"),
        ("preview", "--max", "101"),
        ("start", "--jitter", "-1"),
        ("start", "--rate", "0"),
        ("start", "--max-redrives", "101"),
        ("preview", "--min-age", "-1"),
        ("start", "--error-type", " "),
        ("start", "--key", "two words"),
        ("start", *(f"--key=k{number}" for number in range(101))),
    ],
)
def test_what_the_api_would_refuse_is_refused_by_the_name_of_the_option(
    run: Callable[..., Any], refused: tuple[str, ...]
) -> None:
    result = run(*refused)
    assert result.exit_code == 2
    assert refused[1].partition("=")[0] in result.output


def test_an_empty_queue_is_said_to_be_empty(run: Callable[..., Any]) -> None:
    assert "the DLQ holds no messages" in run("preview", preview_redrive=ok(_preview([]))).stdout


def test_letters_that_others_hold_are_not_an_empty_queue(run: Callable[..., Any]) -> None:
    held = _preview([]) | {"stopReason": "heldElsewhere"}
    assert "messages that others hold" in run("preview", preview_redrive=ok(held)).stdout
    ended = document("SUCCEEDED", stopReason="heldElsewhere", finishedAt="2026-11-21T10:00:04.000Z")
    result = run("start", "--wait", start_redrive=ok(document(), 202), redrive_job=ok(ended))
    assert "the DLQ has more" in result.stdout


def test_without_an_id_the_latest_jobs_are_listed(
    target: Target, redrive_jobs: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ops.lab.commands.redrive.choose", lambda *_: target)
    listed = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["redrive", "status"])
    assert "no job yet" in listed.output
    jobs = RedriveJobs(target.dynamodb, redrive_jobs, clock=time.time)
    created = jobs.create(start_parameters({"errorType": "TRANSIENT"}))
    JobSlot(target.dynamodb, redrive_jobs).take(created.job_id, None)

    listed = CliRunner(env={"COLUMNS": "200"}).invoke(app, ["redrive", "status"])
    assert listed.exit_code == 0, listed.output
    assert [line.split()[0] for line in listed.output.splitlines()] == ["job", created.job_id]
    assert "QUEUED" in listed.output
    assert "TRANSIENT" in listed.output
    told = CliRunner().invoke(app, ["redrive", "status", "--json"])
    assert [job["jobId"] for job in json.loads(told.output)] == [created.job_id]


def test_a_start_without_an_answer_says_how_to_find_out_whether_a_job_works(run: Callable[..., Any]) -> None:
    result = run("start", start_redrive=[ApiAnswer(503, {"message": "Service Unavailable"})])
    assert result.exit_code == 1
    assert "whether a job was started all the same: lab redrive status" in result.output


def test_ctrl_c_before_the_answer_says_so_too(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(_client: RedriveClient, _filters: RedriveFilters) -> ReportedJob:
        raise KeyboardInterrupt

    monkeypatch.setattr(RedriveClient, "start", interrupted)
    result = run("start")
    assert result.exit_code == 130
    assert "lab redrive status" in result.output


def test_a_job_that_nobody_knows_is_refused_with_a_way_to_find_one(run: Callable[..., Any]) -> None:
    answer = [ApiAnswer(404, {"detail": "no job 'nope'"})]
    result = run("status", "nope", redrive_job=answer)
    assert result.exit_code == 2
    assert "lab redrive status" in result.output


def test_start_says_how_to_follow_and_to_stop(run: Callable[..., Any]) -> None:
    result = run("start", start_redrive=ok(document(), 202))
    assert result.exit_code == 0
    assert f"lab redrive status {JOB_ID}" in result.stdout
    assert f"lab redrive cancel {JOB_ID}" in result.stdout
    assert f"job {JOB_ID}" in lab_directory().console_journal.read_text()


def test_start_waits_for_the_end(run: Callable[..., Any]) -> None:
    result = run("start", "--wait", start_redrive=ok(document(), 202), redrive_job=ok(SUCCEEDED))
    assert result.exit_code == 0
    assert "90 moved, 0 skipped, 2 parked, 0 failed" in result.stdout
    assert "parkedReason" in result.stdout


@pytest.mark.parametrize(
    "ended",
    [
        document("FAILED", stopReason="sendFailed", reason="SQS took none"),
        document("CANCELLED", stopReason="cancelled"),
        document("SUCCEEDED", failed=3, stopReason="drained"),
    ],
)
def test_a_job_that_did_not_do_it_ends_the_command_with_1(
    run: Callable[..., Any], ended: dict[str, Any]
) -> None:
    ended = {**ended, "finishedAt": ended["createdAt"]}
    result = run("start", "--wait", start_redrive=ok(document(), 202), redrive_job=ok(ended))
    assert result.exit_code == 1
    assert "DLQ" in result.stderr or str(ended["status"]) in result.stderr


def test_ctrl_c_leaves_the_job_running_and_says_how_to_stop_it(
    run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(RedriveClient, "wait_for_job", interrupted)
    result = run("start", "--wait", start_redrive=ok(document(), 202))
    assert result.exit_code == 130
    assert f"lab redrive cancel {JOB_ID}" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "answers"),
    [
        (["preview"], {"preview_redrive": ok(_preview([LETTER]))}),
        (["start"], {"start_redrive": ok(document(), 202)}),
        (["start", "--wait"], {"start_redrive": ok(document(), 202), "redrive_job": ok(SUCCEEDED)}),
        (["status", JOB_ID], {"redrive_job": ok(document("RUNNING"))}),
        (["cancel", JOB_ID], {"cancel_redrive": ok(document("CANCELLING"), 202)}),
    ],
)
def test_json_is_the_apis_own_document_and_nothing_else(
    run: Callable[..., Any], arguments: list[str], answers: dict[str, list[ApiAnswer]]
) -> None:
    result = run(*arguments, "--json", **answers)
    assert (result.exit_code, json.loads(result.stdout)) == (0, answers[list(answers)[-1]][0].body)


def test_a_bad_filter_is_the_callers_mistake(run: Callable[..., Any]) -> None:
    problem = {"detail": "maxMessages must be an integer from 1 to 1000", "parameter": "maxMessages"}
    result = run("start", "-n", "1000", start_redrive=ok(problem, 400))
    assert (result.exit_code, result.stderr.count("maxMessages")) == (2, 1)
