"""`lab iam`: what is shown of the emulator's record, and what is refused for an account."""

import json
from typing import Any

import pytest
from typer.testing import CliRunner

from ops.lab.actions import permissions
from ops.lab.app.function_names import FunctionName
from ops.lab.commands import iam
from ops.lab.errors import Refused

DENIED = {
    "name": "worker",
    "count": 3,
    "action": "events:PutEvents",
    "message": "User: worker is not authorized to perform: events:PutEvents",
    "missing": {"Effect": "Allow", "Action": "events:PutEvents", "Resource": "arn:bus"},
    "policy": "identity-based policy",
}
REPORT: dict[str, Any] = {
    "mode": "warn",
    "calls": 12,
    "dropped": 0,
    "denied": [DENIED, DENIED | {"name": "ingest", "missing": None}],
    "unused": [
        {"name": "reset", "action": "ssm:PutParameter", "resource": ["arn:aws:ssm:r:a:parameter/mode"]}
    ],
    "not_evaluated": [
        {"name": "ingest", "action": "ses:SendEmail", "message": "the table of operations does not have it"}
    ],
}

GIVEN = {
    FunctionName.WORKER: {"Effect": "Allow", "Action": "events:PutEvents", "Resource": "arn:bus"},
}


class RunningTarget:
    endpoint = "http://127.0.0.1:4566"

    @staticmethod
    def output(key: str) -> str:
        return key.removesuffix("FunctionName").lower()

    @staticmethod
    def has_output(_key: str) -> bool:
        return True


@pytest.fixture(autouse=True)
def running(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(iam, "choose", lambda _target: RunningTarget)
    monkeypatch.setattr(iam, "read_report", lambda _endpoint: REPORT)
    monkeypatch.setattr(permissions, "given_by_hand", lambda _target: GIVEN)
    monkeypatch.setattr(iam, "read_policy", lambda _endpoint, name: {"policy": {"Statement": [name]}})


def _shown(*arguments: str) -> str:
    result = CliRunner().invoke(iam.app, arguments, catch_exceptions=False)
    assert result.exit_code == 0
    return result.output


def test_a_denied_call_is_shown_with_the_statement_that_is_missing() -> None:
    shown = _shown("report")

    assert "permissions: warn, 12 calls evaluated" in shown
    assert "worker 3 times" in shown
    assert 'missing in the identity-based policy: {"Effect": "Allow", "Action": "events:PutEvents"' in shown
    assert "a statement of the identity-based policy forbids it" in shown


def test_grants_unused_and_calls_not_evaluated_are_shown_by_function() -> None:
    shown = _shown("report")

    assert "granted and not used since the lab came up or was reset: 1" in shown
    assert "ssm:PutParameter on parameter/mode" in shown
    assert "ingest ses:SendEmail: the table of operations does not have it" in shown


def test_json_is_the_emulator_s_with_what_was_given_by_hand() -> None:
    by_hand = [{"function": "worker", "statement": GIVEN[FunctionName.WORKER]}]
    assert json.loads(_shown("report", "--json")) == REPORT | {"given_by_hand": by_hand}


def test_what_was_given_by_hand_is_shown_with_what_takes_it_back() -> None:
    shown = _shown("report")

    assert "worker may events:PutEvents on arn:bus" in shown
    assert "lab iam allow worker --undo" in shown


def test_what_was_given_by_hand_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    given = [FunctionName.WORKER]

    def take_back(_target: Any, function: FunctionName) -> bool:
        if function not in given:
            return False
        given.remove(function)
        return True

    monkeypatch.setattr(permissions, "take_back", take_back)

    assert "✓ worker may what its stack says" in _shown("allow", "worker", "--undo")
    assert "nothing was allowed to worker by hand" in _shown("allow", "worker", "--undo")


@pytest.mark.parametrize(
    "arguments",
    [["worker"], ["worker", "sqs:SendMessage", "--undo"], ["worker", "--undo", "--resource", "a"]],
)
def test_what_allows_nothing_or_two_things_is_refused(arguments: list[str]) -> None:
    with pytest.raises(Refused) as refused:
        CliRunner().invoke(iam.app, ["allow", *arguments], catch_exceptions=False)

    assert "lab iam allow worker" in refused.value.hint


def test_the_least_policy_of_a_function_is_printed_alone() -> None:
    assert json.loads(_shown("report", "--policy", "worker")) == {"Statement": ["worker"]}


@pytest.mark.parametrize("command", ["report", "mode"])
def test_an_account_has_tools_of_its_own(command: str) -> None:
    with pytest.raises(Refused) as refused:
        CliRunner().invoke(iam.app, [command, "--target", "aws"], catch_exceptions=False)

    assert "CloudTrail" in refused.value.hint
    assert "IAM Access Analyzer" in refused.value.hint


def test_what_was_denied_is_allowed_on_what_it_was_denied_on(monkeypatch: pytest.MonkeyPatch) -> None:
    allowed: list[tuple[str, ...]] = []
    monkeypatch.setattr("ops.lab.app.permission_mode.read_report", lambda _endpoint: REPORT)

    def allow(_target: Any, *rest: str) -> str:
        allowed.append(rest)
        return "worker may"

    monkeypatch.setattr("ops.lab.actions.permissions.allow", allow)

    assert "worker may" in _shown("allow", "worker", "events:PutEvents")
    _shown("allow", "worker", "sqs:SendMessage", "--resource", "arn:queue")

    assert allowed == [
        ("worker", "events:PutEvents", "arn:bus"),
        ("worker", "sqs:SendMessage", "arn:queue"),
    ]


def test_what_was_not_denied_needs_its_resource(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ops.lab.app.permission_mode.read_report", lambda _endpoint: REPORT)

    with pytest.raises(Refused, match="was denied") as refused:
        CliRunner().invoke(iam.app, ["allow", "worker", "sqs:SendMessage"], catch_exceptions=False)

    assert "--resource" in (refused.value.hint or "")
