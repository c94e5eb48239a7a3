"""Permissions, live: each grant that is used is needed, and what is lost is named in AWS's words."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import uuid4

import pytest

from functions.ingestion.failure_mode import FailureMode
from ops.lab.actions import permissions
from ops.lab.app.function_names import FunctionName, deployed_functions
from ops.lab.app.permission_mode import missing_actions, mode_of, read_grants, read_report
from ops.lab.app.redrive_client import RedriveClient, RedriveFilters
from ops.lab.probes import logs
from ops.lab.waiting import eventually
from scenarios.ingestion import SECONDS_FOR_A_RETRY, IngestionPipeline

ORDER = {"orderId": "order-1", "amount": 1}
DENIED = "is not authorized to perform"
# The flows of this file cannot but use these; what the rest of a role is for, other scenarios show.
USED = {
    FunctionName.REDRIVE: {"dynamodb:PutItem", "lambda:InvokeFunction", "sqs:ReceiveMessage"},
    FunctionName.REDRIVE_RUNNER: {"sqs:ReceiveMessage", "sqs:SendMessage", "sqs:DeleteMessage"},
    FunctionName.RESET: {"ssm:PutParameter"},
    FunctionName.WORKER: {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"},
}
USED_BY_INGEST = {
    "direct": {"sqs:SendMessage", "ssm:GetParameter"},
    "orchestrated": {"states:StartSyncExecution"},
}


@pytest.fixture(autouse=True)
def on_an_emulator_that_evaluates(pipeline: IngestionPipeline) -> None:
    endpoint = pipeline.target.endpoint
    if endpoint is None or mode_of(endpoint) is None:
        pytest.skip("reads the record of the lab's own emulator")


def _post(pipeline: IngestionPipeline, key: str) -> int:
    return pipeline.api.post_event(ORDER, key).status


def _short_flows(pipeline: IngestionPipeline) -> None:
    """One event that succeeds, one that fails for good and is redriven."""
    done, broken = f"done-{uuid4()}", f"broken-{uuid4()}"
    assert _post(pipeline, done) == 202
    pipeline.await_status(done, "SUCCEEDED")
    pipeline.break_with(FailureMode.POISON_PAYLOAD)
    assert _post(pipeline, broken) == 202
    pipeline.await_dead_letters(1)
    pipeline.heal()
    pipeline.target.functions.invoke(FunctionName=pipeline.target.output("ResetFunctionName"))
    redrive = RedriveClient.of(pipeline.target)
    redrive.preview()
    redrive.wait_for_job(redrive.start(RedriveFilters(error_type="SchemaValidationError")).job_id)
    pipeline.await_status(broken, "SUCCEEDED")


def test_without_any_grant_that_was_used_aws_would_name_what_is_missing(
    pipeline: IngestionPipeline, topology: str
) -> None:
    target = pipeline.target
    _short_flows(pipeline)

    entries = read_grants(str(target.endpoint))

    names = {target.output(function.output): function for function in deployed_functions(target)}
    of_app = [entry for entry in entries if entry["name"] in names]
    used: dict[FunctionName, set[str]] = {}
    for entry in of_app:
        for told in entry["without"]:
            used.setdefault(names[entry["name"]], set()).add(entry["action"])
            assert not told["allowed"], f"{entry['name']}: another statement grants {entry['action']} as well"
            assert f"{DENIED}: {entry['action']}" in told["message"]
            assert told["missing"]["Action"] == entry["action"]
    for function, actions in (USED | {FunctionName.INGEST: USED_BY_INGEST.get(topology, set())}).items():
        assert actions <= used.get(function, set()), function
    _every_grant_of_a_template_is_tried(pipeline, of_app)
    unused = {(line["name"], line["action"]) for line in read_report(str(target.endpoint))["unused"]}
    assert {(entry["name"], entry["action"]) for entry in of_app if not entry["without"]} <= unused


def _every_grant_of_a_template_is_tried(pipeline: IngestionPipeline, entries: list[dict[str, Any]]) -> None:
    target = pipeline.target
    tried = {(entry["name"], entry["action"]) for entry in entries}
    for function in deployed_functions(target):
        for document in permissions.inline_policies(target, permissions.role_of(target, function)).values():
            for statement in permissions.as_list(document["Statement"]):
                for action in permissions.as_list(statement["Action"]):
                    assert (target.output(function.output), action) in tried


@contextmanager
def _without(pipeline: IngestionPipeline, function: FunctionName, action: str) -> Iterator[None]:
    """The function's role lacks the action in the block."""
    lost = permissions.lose(pipeline.target, function, action)
    try:
        yield
    finally:
        lost.restore()


def _ingest(pipeline: IngestionPipeline) -> None:
    assert _post(pipeline, f"refused-{uuid4()}") == 503


def _redrive(pipeline: IngestionPipeline) -> None:
    answer = pipeline.api.request("POST", "/redrive/start", b"{}", {"content-type": "application/json"})
    assert answer.status >= 500


def _reset(pipeline: IngestionPipeline) -> None:
    answer = pipeline.target.functions.invoke(FunctionName=pipeline.target.output("ResetFunctionName"))
    assert answer["FunctionError"]


@pytest.mark.one_topology
@pytest.mark.parametrize(
    ("function", "action", "fails"),
    [
        (FunctionName.INGEST, "sqs:SendMessage", _ingest),
        (FunctionName.REDRIVE, "dynamodb:PutItem", _redrive),
        (FunctionName.RESET, "ssm:PutParameter", _reset),
    ],
    ids=["ingest", "redrive", "reset"],
)
def test_a_lost_permission_fails_the_call_in_the_words_of_aws(
    pipeline: IngestionPipeline,
    function: FunctionName,
    action: str,
    fails: Callable[[IngestionPipeline], None],
    topology: str,
) -> None:
    if function is FunctionName.INGEST and topology == "orchestrated":
        action = "states:StartSyncExecution"
    with _without(pipeline, function, action):
        fails(pipeline)

        eventually(
            lambda: logs.count_text(pipeline.target, function, 0, f"{DENIED}: {action}"),
            within=20,
            what=f"AWS's words in the log of {function}",
        )
        assert action in missing_actions(pipeline.target, function)


@pytest.mark.one_topology
def test_a_poller_that_lost_a_permission_loses_no_message(pipeline: IngestionPipeline) -> None:
    key = f"waits-{uuid4()}"
    with _without(pipeline, FunctionName.WORKER, "sqs:ReceiveMessage"):
        assert _post(pipeline, key) == 202
        eventually(
            lambda: "sqs:ReceiveMessage" in missing_actions(pipeline.target, FunctionName.WORKER),
            within=30,
            what="a poll that was denied",
        )
        assert pipeline.item(key) is None

    pipeline.await_status(key, "SUCCEEDED", within=SECONDS_FOR_A_RETRY)
