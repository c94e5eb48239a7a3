"""Policy grammar: how the JSON of a policy is read, and where it is wrong.

Source: IAM user guide, "Grammar of the IAM JSON policy language", and the pages of its elements.
"""

import json
import re
from collections.abc import Iterator
from typing import Any

from lab_emulator.iam.evaluation.condition import Condition, InvalidCondition
from lab_emulator.iam.evaluation.pattern_set import PatternSet
from lab_emulator.iam.evaluation.principal_element import PrincipalElement
from lab_emulator.iam.evaluation.statement import ActionElement, Effect, ResourceElement, Statement
from lab_emulator.iam.evaluation.text_pattern import (
    InvalidVariable,
    TextPattern,
    glob_expression,
    pieces_of,
    resource_expression,
)

WITHOUT_VARIABLES, WITH_VARIABLES = "2008-10-17", "2012-10-17"
_POLICY_ELEMENTS = {"Version", "Id", "Statement"}
_STATEMENT_ELEMENTS = {
    *("Sid", "Effect", "Action", "NotAction", "Resource", "NotResource"),
    *("Principal", "NotPrincipal", "Condition"),
}
_PRINCIPAL_TYPES = {
    "AWS": "aws",
    "Service": "services",
    "Federated": "federated",
    "CanonicalUser": "canonical_users",
}
_ACCOUNT = re.compile(r"\d{12}")
_PRINCIPAL_ARN = re.compile(r"arn:[^:*?]+:(?:iam|sts)::[^:*?]*:[^*?]+")
_UNIQUE_ID = re.compile(r"A[A-Z0-9]{15,}")
_COLONS_BEFORE_THE_RESOURCE = 5


class MalformedPolicy(ValueError):
    """A policy that IAM would refuse; its message begins with the place, such as `Statement[1].Condition`."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place}: {problem}")
        self.place = place


def read_policy(text: str) -> tuple[str, tuple[Statement, ...]]:
    """Return a policy's version and its statements; raises MalformedPolicy.

    A policy without statements is read, though IAM saves none: services keep one when its last is removed.
    """
    try:
        policy = json.loads(text, object_pairs_hook=_without_duplicates)
    except json.JSONDecodeError as error:
        raise MalformedPolicy(f"line {error.lineno}, column {error.colno}", f"no JSON: {error.msg}") from None
    policy = _object(policy, "policy", _POLICY_ELEMENTS)
    version = policy.get("Version", WITHOUT_VARIABLES)
    if version not in (WITHOUT_VARIABLES, WITH_VARIABLES):
        raise MalformedPolicy("Version", f"{version!r} is neither {WITHOUT_VARIABLES} nor {WITH_VARIABLES}")
    if "Statement" not in policy:
        raise MalformedPolicy("policy", "it has no Statement")
    listed = policy["Statement"]
    statements = tuple(
        _statement(each, f"Statement[{index}]", variables=version == WITH_VARIABLES)
        for index, each in enumerate(listed if isinstance(listed, list) else [listed])
    )
    sids = [each.sid for each in statements if each.sid]
    if repeated := {sid for sid in sids if sids.count(sid) > 1}:
        raise MalformedPolicy("Statement", f"the Sid {repeated.pop()!r} stands twice")
    return version, statements


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        names = [name for name, _ in pairs]
        repeated = next(name for name in names if names.count(name) > 1)
        raise MalformedPolicy(repeated, "it stands twice in one object")
    return found


def _object(value: Any, place: str, elements: set[str] | None = None) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise MalformedPolicy(place, f"an object is needed here, not {json.dumps(value)}")
    if elements is not None and (unknown := sorted(value.keys() - elements)):
        raise MalformedPolicy(f"{place}.{unknown[0]}", "there is no such element")
    return value


def _texts(value: Any, place: str) -> list[str]:
    texts = value if isinstance(value, list) else [value]
    if not texts or not all(isinstance(text, str) for text in texts):
        raise MalformedPolicy(place, f"a string or a list of strings is needed here, not {json.dumps(value)}")
    return texts


def _statement(value: Any, place: str, *, variables: bool) -> Statement:
    statement = _object(value, place, _STATEMENT_ELEMENTS)
    sid = statement.get("Sid")
    if sid is not None and not isinstance(sid, str):
        raise MalformedPolicy(f"{place}.Sid", f"a string is needed here, not {json.dumps(sid)}")
    effect = statement.get("Effect")
    if effect not in ("Allow", "Deny"):
        raise MalformedPolicy(f"{place}.Effect", f"Allow or Deny is needed here, not {json.dumps(effect)}")
    principals = _principals(statement, place)
    return Statement(
        effect=Effect(effect),
        sid=sid,
        actions=_actions(statement, place),
        resources=_resources(statement, place, is_required=principals is None, variables=variables),
        principals=principals,
        conditions=tuple(_conditions(statement.get("Condition", {}), f"{place}.Condition", variables)),
        source=statement,
    )


def _one_of(statement: dict[str, Any], name: str, place: str) -> tuple[str, bool] | None:
    """Return which of `name` and `Not…` the statement has, and whether it is the second."""
    present = [each for each in (name, f"Not{name}") if each in statement]
    if len(present) > 1:
        raise MalformedPolicy(place, f"it has both {name} and Not{name}")
    return (present[0], present[0] != name) if present else None


def _actions(statement: dict[str, Any], place: str) -> ActionElement:
    element = _one_of(statement, "Action", place)
    if element is None:
        raise MalformedPolicy(place, "it has neither Action nor NotAction")
    name, is_negated = element
    actions = _texts(statement[name], f"{place}.{name}")
    for action in actions:
        if action != "*" and not re.fullmatch(r"[^:\s]+:[^:\s]+", action):
            raise MalformedPolicy(
                f"{place}.{name}", f"{action!r} is not * nor a service, a colon and an action"
            )
    patterns = PatternSet.of([each.lower() for each in actions], glob_expression, variables=False)
    return ActionElement(is_negated, patterns)


def _resources(
    statement: dict[str, Any], place: str, *, is_required: bool, variables: bool
) -> ResourceElement | None:
    element = _one_of(statement, "Resource", place)
    if element is None:
        if is_required:
            raise MalformedPolicy(place, "it has neither Resource nor NotResource")
        return None
    name, is_negated = element
    patterns = []
    for resource in _texts(statement[name], f"{place}.{name}"):
        if not re.match(r"\*|arn:", resource):
            raise MalformedPolicy(f"{place}.{name}", f"{resource!r} is neither * nor an ARN")
        try:
            patterns.append(_resource_pattern(resource, variables))
        except InvalidVariable as error:
            raise MalformedPolicy(f"{place}.{name}", str(error)) from None
    return ResourceElement(is_negated, PatternSet(patterns))


def _resource_pattern(resource: str, variables: bool) -> TextPattern:
    """Read a resource; "you can't use a variable to replace parts of the ARN before the fifth colon"."""
    parts = resource.split(":", _COLONS_BEFORE_THE_RESOURCE)
    before, after = ":".join(parts[:-1]) + ":", parts[-1]
    if len(parts) <= _COLONS_BEFORE_THE_RESOURCE:
        before, after = resource, ""
    pieces = pieces_of(before, wildcards=True, variables=False)
    pieces += pieces_of(after, wildcards=True, variables=variables)
    return TextPattern(pieces, resource_expression)


def _principals(statement: dict[str, Any], place: str) -> PrincipalElement | None:
    element = _one_of(statement, "Principal", place)
    if element is None:
        return None
    name, is_negated = element
    place, value = f"{place}.{name}", statement[name]
    if value == "*":
        return PrincipalElement(is_negated, aws=frozenset({"*"}))
    listed = _object(value, place, set(_PRINCIPAL_TYPES))
    if not listed:
        raise MalformedPolicy(place, "it names nobody")
    named = {
        _PRINCIPAL_TYPES[kind]: frozenset(_texts(names, f"{place}.{kind}")) for kind, names in listed.items()
    }
    aws = frozenset(_aws_principal(each, f"{place}.AWS") for each in named.pop("aws", ()))
    return PrincipalElement(is_negated, aws=aws, **named)


def _aws_principal(name: str, place: str) -> str:
    if _ACCOUNT.fullmatch(name):
        return f"arn:aws:iam::{name}:root"
    if name == "*" or _PRINCIPAL_ARN.fullmatch(name) or _UNIQUE_ID.fullmatch(name):
        return name
    raise MalformedPolicy(place, f"{name!r} is not *, an account, nor the ARN of one principal")


def _conditions(value: Any, place: str, variables: bool) -> Iterator[Condition]:
    for operator, keys in _object(value, place).items():
        for key, wanted in _object(keys, f"{place}.{operator}").items():
            where = f"{place}.{operator}.{key}"
            if ":" not in key:
                raise MalformedPolicy(where, "a condition key begins with aws: or the prefix of a service")
            values = wanted if isinstance(wanted, list) else [wanted]
            if not values or not all(isinstance(each, str | int | float) for each in values):
                raise MalformedPolicy(where, "strings, numbers or Booleans are needed here")
            try:
                yield Condition.parse(operator, key, tuple(map(_condition_text, values)), variables=variables)
            except InvalidCondition as error:
                raise MalformedPolicy(where, str(error)) from None


def _condition_text(value: str | int | float) -> str:
    return value if isinstance(value, str) else json.dumps(value)
