"""The keys of the state table, as an operator lists and releases them."""

import json
import time
from typing import Any

import pytest
from typer.testing import CliRunner

from functions.common.clock import iso8601
from ops.lab.actions.idempotency_keys import end_leases, forget, release
from ops.lab.app.function_names import FunctionName
from ops.lab.app.log_tail import FunctionLogLine
from ops.lab.app.state_table import read_raw
from ops.lab.app.target import Target
from ops.lab.cli import app
from ops.lab.commands import keys as command
from ops.lab.commands.keys import KeyRecord
from ops.lab.errors import Refused
from ops.lab.probes.logs import SuccessEvent
from ops.lab.probes.state_table import all_keys
from tests.ops.deployed_worker import deploy_worker

# As long as Lambda lets the shortest worker run: a watch of an attempt lasts for that.
_WORKER_TIMEOUT_SECONDS = 1


@pytest.fixture
def four_keys(target: Target) -> Target:
    deploy_worker(target)
    target.functions.update_function_configuration(FunctionName="worker", Timeout=_WORKER_TIMEOUT_SECONDS)
    now = time.time()
    for key, status, lease_end in (
        ("done", "SUCCEEDED", None),
        ("broken", "FAILED", None),
        ("working", "INFLIGHT", now + 60),
        ("left-behind", "INFLIGHT", now - 1),
    ):
        item: dict[str, Any] = {
            "idempotencyKey": {"S": key},
            "status": {"S": status},
            "attempts": {"N": "2"},
            "firstSeenAt": {"S": "2026-11-21T04:22:23.595Z"},
        }
        if lease_end is not None:
            item["leaseExpiresAt"] = {"N": f"{lease_end:.3f}"}
            item["leaseOwner"] = {"S": f"attempt at {key}"}
        if status == "FAILED":
            item["errorType"] = {"S": "SchemaValidationError"}
        target.dynamodb.put_item(TableName="state", Item=item)
    return target


def conclude(target: Target, key: str) -> None:
    """As the attempt does that holds it."""
    target.dynamodb.update_item(
        TableName="state",
        Key={"idempotencyKey": {"S": key}},
        UpdateExpression="SET #status = :succeeded REMOVE leaseOwner, leaseExpiresAt",
        ExpressionAttributeNames={"#status": "status"},
        ExpressionAttributeValues={":succeeded": {"S": "SUCCEEDED"}},
    )


def run(monkeypatch: pytest.MonkeyPatch, target: Target, *arguments: str) -> str:
    monkeypatch.setattr(command, "choose", lambda *_: target)
    result = CliRunner().invoke(app, ["keys", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_a_lease_that_ran_out_is_told_from_a_live_one(four_keys: Target) -> None:
    found = {key.key: key.condition for key in all_keys(four_keys, time.time())}

    assert found == {"done": "SUCCEEDED", "broken": "FAILED", "working": "LEASED", "left-behind": "STUCK"}


def test_the_list_counts_all_and_names_what_is_not_done(
    four_keys: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = run(monkeypatch, four_keys, "list")

    assert output.startswith("1 SUCCEEDED, 1 FAILED, 1 LEASED, 1 STUCK\n")
    assert "done" not in output
    assert all(name in output for name in ("broken", "SchemaValidationError", "working", "left-behind"))


def test_the_list_can_be_narrowed(four_keys: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    output = run(monkeypatch, four_keys, "list", "--only", "STUCK")

    assert "left-behind" in output
    assert "broken" not in output


def test_a_released_key_is_new_again_and_its_item_is_shown(
    four_keys: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = run(monkeypatch, four_keys, "release", "done", "--yes")

    assert json.loads(output.splitlines()[-1])["status"] == {"S": "SUCCEEDED"}
    assert read_raw(four_keys, "done") == {}


@pytest.mark.parametrize(("key", "reason"), [("working", "at work"), ("unknown", "has no key")])
def test_a_key_at_work_and_an_unknown_one_are_not_released(four_keys: Target, key: str, reason: str) -> None:
    before = read_raw(four_keys, key)

    with pytest.raises(Refused, match=reason):
        release(four_keys, key)

    assert read_raw(four_keys, key) == before


def test_of_an_unknown_key_nothing_is_asked(four_keys: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "choose", lambda *_: four_keys)
    result = CliRunner().invoke(app, ["keys", "release", "unknown"])
    assert (result.exit_code, "Forget" in result.output) == (2, False)
    assert "the table has no key unknown" in result.stderr


def test_without_a_terminal_a_release_says_what_it_wants(
    four_keys: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "choose", lambda *_: four_keys)
    result = CliRunner().invoke(app, ["keys", "release", "done"], input="")
    assert (result.exit_code, "--yes" in result.stderr) == (2, True)
    assert read_raw(four_keys, "done")


def test_a_key_that_an_attempt_took_meanwhile_is_not_released(four_keys: Target) -> None:
    dynamodb = four_keys.dynamodb
    delete = dynamodb.delete_item

    def overtaken(**arguments: Any) -> Any:
        dynamodb.update_item(
            TableName="state",
            Key={"idempotencyKey": {"S": "broken"}},
            UpdateExpression="SET attempts = attempts + :one",
            ExpressionAttributeValues={":one": {"N": "1"}},
        )
        return delete(**arguments)

    dynamodb.delete_item = overtaken  # type: ignore[method-assign]

    with pytest.raises(Refused, match="meanwhile"):
        release(four_keys, "broken")

    assert read_raw(four_keys, "broken")["attempts"] == "3"


def test_a_lease_is_ended_and_only_that(four_keys: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    before = {key: read_raw(four_keys, key) for key in ("done", "broken", "left-behind")}

    output = run(monkeypatch, four_keys, "end-lease", "working", "left-behind", "done", "--yes")

    assert "1 of 1 leases ended" in output
    found = {key.key: key.condition for key in all_keys(four_keys, time.time() + 1)}
    assert found["working"] == "STUCK"
    assert {key: read_raw(four_keys, key) for key in before} == before


def test_the_lease_of_another_attempt_that_took_over_meanwhile_is_left(four_keys: Target) -> None:
    update = four_keys.dynamodb.update_item

    def overtaken(**arguments: Any) -> Any:
        update(
            TableName="state",
            Key={"idempotencyKey": {"S": "working"}},
            UpdateExpression="SET leaseOwner = :other",
            ExpressionAttributeValues={":other": {"S": "the next attempt"}},
        )
        return update(**arguments)

    four_keys.dynamodb.update_item = overtaken  # type: ignore[method-assign]
    before = read_raw(four_keys, "working")["leaseExpiresAt"]

    assert end_leases(four_keys, ["working"]) == 0
    assert read_raw(four_keys, "working")["leaseExpiresAt"] == before


def test_what_an_attempt_holds_that_is_gone_is_forgotten_and_only_that(four_keys: Target) -> None:
    before = {key: read_raw(four_keys, key) for key in ("done", "broken", "left-behind")}

    assert forget(four_keys, ["working", *before]) == 1

    assert read_raw(four_keys, "working") == {}
    assert {key: read_raw(four_keys, key) for key in before} == before


def test_an_attempt_that_concludes_right_before_keeps_its_item(four_keys: Target) -> None:
    delete = four_keys.dynamodb.delete_item

    def overtaken(**arguments: Any) -> Any:
        conclude(four_keys, "working")
        return delete(**arguments)

    four_keys.dynamodb.delete_item = overtaken  # type: ignore[method-assign]

    assert forget(four_keys, ["working"]) == 0
    assert read_raw(four_keys, "working")["status"] == "SUCCEEDED"


def test_an_attempt_has_the_time_that_lambda_gives_it(
    four_keys: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is watched until then, and asked again: what gives its key back meanwhile keeps its verdict."""
    read, reads = four_keys.dynamodb.batch_get_item, 0

    def concluding(**arguments: Any) -> Any:
        nonlocal reads
        answer = read(**arguments)
        reads += 1
        if reads == 2:  # the command's look; the watch begins after it
            conclude(four_keys, "working")
        return answer

    four_keys.dynamodb.batch_get_item = concluding  # type: ignore[method-assign]
    monkeypatch.setattr(command, "choose", lambda *_: four_keys)

    result = CliRunner().invoke(app, ["keys", "end-lease", "working", "--yes"])

    assert result.exit_code == 2
    assert "was alive" in result.output
    assert read_raw(four_keys, "working")["status"] == "SUCCEEDED"


def test_where_nothing_is_leased_it_is_said(four_keys: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "choose", lambda *_: four_keys)

    result = CliRunner().invoke(app, ["keys", "end-lease", "broken", "--yes"])

    assert result.exit_code == 2
    assert "no attempt holds" in result.output


def test_the_list_says_until_when_a_key_is_leased(four_keys: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    document = json.loads(run(monkeypatch, four_keys, "list", "--json"))

    leased = {key["key"]: key["leased_until"] for key in document["keys"]}
    assert leased["broken"] is None
    assert leased["working"] > leased["left-behind"]


def test_a_story_is_told_once_the_logs_show_what_the_table_says(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = time.time()
    item = {"status": "SUCCEEDED", "processedAt": iso8601(now), "eventEmittedAt": iso8601(now)}
    success = SuccessEvent("event-1", 1, item["eventEmittedAt"])
    fields = json.dumps({"idempotencyKey": "done", "message": "record processed", "processed": True})
    line = FunctionLogLine(FunctionName.WORKER, round(now * 1000) + 5, fields)
    looks = [KeyRecord(item, [], []), KeyRecord(item, [], [line]), KeyRecord(item, [success], [line])]
    asked = iter([looks[0], *looks])
    monkeypatch.setattr(command, "_read", lambda *_: next(asked))
    monkeypatch.setattr(command, "_SECONDS_BETWEEN_LOOKS", 0)

    as_it_is = run(monkeypatch, target, "show", "done", "--wait", "0")
    complete = run(monkeypatch, target, "show", "done")

    assert "success events   0" in as_it_is
    assert "success events   1" in complete
    assert "record processed" in complete


@pytest.mark.parametrize("key", ["", "two words", "ключ", "k" * 129])
@pytest.mark.parametrize("command", [("keys", "show"), ("keys", "release"), ("trace",)])
def test_what_can_be_no_key_is_refused_before_anything_is_asked(command: tuple[str, ...], key: str) -> None:
    result = CliRunner().invoke(app, [*command, key])
    assert result.exit_code == 2
    assert "is no idempotency key" in result.output
    assert "lab keys list" in result.output
