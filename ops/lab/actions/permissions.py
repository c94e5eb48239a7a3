"""Actions on permissions: what a function's role is allowed, and whether the lab enforces it."""

import json
from contextlib import suppress
from typing import Any

from ops.lab.app.function_names import FunctionName, deployed_functions, name_on_lambda
from ops.lab.app.permission_mode import PermissionMode, mode_of, set_mode
from ops.lab.app.target import Target
from ops.lab.drills.declaration import NotCarriedOut, ReversibleChange

_OF_AN_OPERATOR = "given-back-by-hand"


def enforce(target: Target) -> ReversibleChange | str:
    """Let the lab deny what AWS would deny. Raises NotCarriedOut where the emulator cannot."""
    if target.endpoint is None:
        return "AWS does"
    endpoint, before = target.endpoint, mode_of(target.endpoint)
    if before is None:
        raise NotCarriedOut(f"{endpoint} evaluates no permissions: this drill needs the lab's own emulator")
    return ReversibleChange.made(
        f"permissions: {before} to enforce",
        lambda: set_mode(endpoint, PermissionMode.ENFORCE),
        lambda: set_mode(endpoint, before),
    )


def lose(target: Target, function: FunctionName, action: str) -> ReversibleChange:
    """Take an action out of the inline policies of the function's role, as a release with that fault would.

    Raises NotCarriedOut where none of them names it.
    """
    role = role_of(target, function)
    before = {
        name: document for name, document in inline_policies(target, role).items() if _names(document, action)
    }
    if not before:
        raise NotCarriedOut(f"no inline policy of {role} has {action} by its name")

    def put(documents: dict[str, dict[str, Any]]) -> None:
        for name, document in documents.items():
            if document["Statement"]:
                target.iam.put_role_policy(
                    RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document)
                )
            else:  # IAM takes no policy without a statement
                target.iam.delete_role_policy(RoleName=role, PolicyName=name)

    changed = {name: _without(document, action) for name, document in before.items()}
    return ReversibleChange.made(
        f"{function.value} may no longer {action}", lambda: put(changed), lambda: put(before)
    )


def allow(target: Target, function: FunctionName, action: str, resource: str) -> ReversibleChange:
    """Allow the function's role an action, as an operator does by hand until the next release has it."""
    role = role_of(target, function)
    statement = {"Effect": "Allow", "Action": action, "Resource": resource}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})

    def give() -> None:
        target.iam.put_role_policy(RoleName=role, PolicyName=_OF_AN_OPERATOR, PolicyDocument=document)

    return ReversibleChange.made(
        f"{function.value} may {action} on {resource}", give, lambda: take_back(target, function)
    )


def take_back(target: Target, function: FunctionName) -> bool:
    """Take from the function's role what an operator gave it; return whether there was anything."""
    with suppress(target.iam.exceptions.NoSuchEntityException):
        target.iam.delete_role_policy(RoleName=role_of(target, function), PolicyName=_OF_AN_OPERATOR)
        return True
    return False


def given_by_hand(target: Target) -> dict[FunctionName, dict[str, Any]]:
    """The statement that an operator gave to a function's role, beside what its stack says, by function."""
    given = {}
    for function in deployed_functions(target):
        with suppress(target.iam.exceptions.NoSuchEntityException):
            policy = target.iam.get_role_policy(
                RoleName=role_of(target, function), PolicyName=_OF_AN_OPERATOR
            )
            given[function] = as_list(dict(policy["PolicyDocument"])["Statement"])[0]  # type: ignore[arg-type]
    return given


def role_of(target: Target, function: FunctionName) -> str:
    """The name of the role in whose name the function calls."""
    configuration = target.functions.get_function_configuration(FunctionName=name_on_lambda(target, function))
    return configuration["Role"].rpartition("/")[2]


def inline_policies(target: Target, role: str) -> dict[str, dict[str, Any]]:
    """The role's inline policies by their names."""
    names = target.iam.list_role_policies(RoleName=role)["PolicyNames"]
    return {
        name: dict(target.iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"])  # type: ignore[arg-type]
        for name in names
    }


def _names(document: dict[str, Any], action: str) -> bool:
    return any(action in as_list(statement.get("Action")) for statement in as_list(document["Statement"]))


def _without(document: dict[str, Any], action: str) -> dict[str, Any]:
    kept = []
    for statement in as_list(document["Statement"]):
        actions = as_list(statement.get("Action"))
        left = [each for each in actions if each != action]
        if left or action not in actions:
            kept.append(statement | {"Action": left} if left != actions else statement)
    return document | {"Statement": kept}


def as_list(value: Any) -> list[Any]:
    """The elements of what a policy may give alone or as a list."""
    return value if isinstance(value, list) else [value]
