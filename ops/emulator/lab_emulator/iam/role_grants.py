"""Grants of the roles of an app: what functions and state machines are allowed, action by action."""

from collections.abc import Iterator
from dataclasses import dataclass

from localstack.services.lambda_.invocation.models import lambda_stores
from localstack.services.stepfunctions.backend.store import sfn_stores

from lab_emulator.iam import policy_source
from lab_emulator.iam.authorizer import request_of
from lab_emulator.iam.call_record import RecordedCall
from lab_emulator.iam.caller import role_caller
from lab_emulator.iam.evaluation.policy_document import PolicyDocument
from lab_emulator.iam.evaluation.statement import Effect, Statement
from lab_emulator.iam.verdict import PermissionFinding


@dataclass(frozen=True)
class RoleHolder:
    """Function or state machine of the app, and the role in whose name it calls."""

    name: str
    role_arn: str


@dataclass(frozen=True)
class Grant:
    """One action pattern of one statement that allows it."""

    holder: RoleHolder
    action: str
    resources: tuple[str, ...]
    statement: Statement

    def covers(self, call: RecordedCall) -> bool:
        """Whether an allowed call used it."""
        verdict = call.verdict
        if call.caller != self.holder.role_arn or verdict.finding is not PermissionFinding.ALLOWED:
            return False
        return (
            self.statement.actions.matches(verdict.action.lower())
            and _is_about(self.action, verdict.action)
            and self.statement.covers(request_of(verdict))
        )


def _is_about(pattern: str, action: str) -> bool:
    return _of_one_action(pattern).actions.matches(action.lower())


def _of_one_action(pattern: str) -> Statement:
    text = '{"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "%s", "Resource": "*"}}'
    return PolicyDocument.parse(text % pattern).statements[0]


def role_holders() -> list[RoleHolder]:
    """Every function and state machine of every account and region."""
    found = [
        RoleHolder(function.function_name, function.latest().config.role)
        for _account, _region, store in lambda_stores.iter_stores()
        for function in store.functions.values()
    ]
    found += [
        RoleHolder(machine.name, machine.role_arn)
        for _account, _region, store in sfn_stores.iter_stores()
        for machine in store.state_machines.values()
        if hasattr(machine, "role_arn")
    ]
    return sorted(set(found), key=lambda holder: holder.name)


def grants(holder: RoleHolder) -> Iterator[Grant]:
    """What the holder's role is allowed."""
    for text in policy_source.identity_policies(role_caller(holder.role_arn, holder.name).principal):
        for statement in PolicyDocument.parse(text).statements:
            if statement.effect is Effect.ALLOW:
                resources = tuple(
                    as_list(statement.source.get("Resource", statement.source.get("NotResource")))
                )
                for action in as_list(statement.source.get("Action", "*")):  # all but NotAction's
                    yield Grant(holder, str(action), tuple(map(str, resources)), statement)


def as_list(value: object) -> list[object]:
    """The elements of what a policy may give alone or as a list."""
    return value if isinstance(value, list) else [value]
