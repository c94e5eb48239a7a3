"""What an operator gives to a function's role by hand is seen, and taken back alone."""

import json

import pytest

from ops.lab.actions import permissions
from ops.lab.app.function_names import FunctionName
from ops.lab.app.target import Target

ROLE = "the-workers"
OF_THE_STACK = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "a:B", "Resource": "*"}]}
WORKER = FunctionName.WORKER


@pytest.fixture
def worker(target: Target, monkeypatch: pytest.MonkeyPatch) -> Target:
    """An app whose worker has a role with the policy of its stack."""
    trust = {"Version": "2012-10-17", "Statement": []}
    target.iam.create_role(RoleName=ROLE, AssumeRolePolicyDocument=json.dumps(trust))
    target.iam.put_role_policy(
        RoleName=ROLE, PolicyName="of-the-stack", PolicyDocument=json.dumps(OF_THE_STACK)
    )
    target.stacks().outputs[WORKER.output] = "Worker"
    monkeypatch.setattr(permissions, "role_of", lambda *_: ROLE)
    return target


def test_what_was_given_is_seen_until_it_is_taken_back(worker: Target) -> None:
    assert permissions.given_by_hand(worker) == {}

    permissions.allow(worker, WORKER, "sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:main")

    statement = {
        "Effect": "Allow",
        "Action": "sqs:SendMessage",
        "Resource": "arn:aws:sqs:us-east-1:123456789012:main",
    }
    assert permissions.given_by_hand(worker) == {WORKER: statement}
    assert permissions.take_back(worker, WORKER)
    assert permissions.given_by_hand(worker) == {}
    assert permissions.inline_policies(worker, ROLE) == {"of-the-stack": OF_THE_STACK}
    assert not permissions.take_back(worker, WORKER)
