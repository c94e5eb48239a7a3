"""Actions on EventBridge rules: where the outcomes are written to, and what is called on a schedule."""

import json
from collections.abc import Collection, Sequence
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

from functions.ingestion.outcome_names import SUCCESS
from ops.lab.app.function_names import FunctionName
from ops.lab.app.target import Target
from ops.lab.drills.declaration import NotCarriedOut, ReversibleChange

if TYPE_CHECKING:
    from mypy_boto3_events.type_defs import TargetTypeDef

_TARGET_ID = "redrive"
_DEFAULT_BUS = "default"


def success_rule(target: Target) -> str:
    """The name of the rule that passes successes on. Raises NotCarriedOut where the bus has none."""
    rules = target.events.list_rules(EventBusName=target.output("BusName"))["Rules"]
    for rule in rules:
        if SUCCESS in json.loads(rule.get("EventPattern", "{}")).get("detail-type", ()):
            return rule["Name"]
    raise NotCarriedOut(f"no rule of the bus {target.output('BusName')} matches {SUCCESS}")


def write_successes_to(target: Target, log_group: str) -> ReversibleChange:
    """Have the successes written to another log group, as a release that renames it would."""
    name, before = success_rule(target), _targets(target, success_rule(target))

    def put(targets: "list[TargetTypeDef]") -> None:
        given = {each["Id"] for each in targets}
        others = [each["Id"] for each in _targets(target, name) if each["Id"] not in given]
        _put_targets(target, name, targets, target.output("BusName"))
        _remove_targets(target, name, others, target.output("BusName"))

    after: list[TargetTypeDef] = [{**each, "Arn": _with_log_group(each["Arn"], log_group)} for each in before]
    return ReversibleChange.made(f"successes go to {log_group}", lambda: put(after), lambda: put(before))


def add_outcome_target(target: Target, id_: str) -> str:
    """Have the rule of the successes write them to the outcomes' log group by a target of this id alone.

    The new target is put first: an event that comes in between is written twice then, and else nowhere.
    """
    name, bus = success_rule(target), target.output("BusName")
    [old, *_] = _targets(target, name)
    new: TargetTypeDef = {
        **old,
        "Id": id_,
        "Arn": _with_log_group(old["Arn"], target.output("OutcomeLogGroupName")),
    }
    _put_targets(target, name, [new], bus)
    _remove_targets(target, name, [each["Id"] for each in _targets(target, name) if each["Id"] != id_], bus)
    return new["Arn"]


def call_every_minute(
    target: Target, name: str, function: FunctionName, event: dict[str, Any]
) -> ReversibleChange:
    """Have a function called each minute with this event, by a rule of the account's own bus."""
    function_name = target.output(function.output)

    def schedule() -> None:
        rule = target.events.put_rule(Name=name, ScheduleExpression="rate(1 minute)")["RuleArn"]
        target.functions.add_permission(
            FunctionName=function_name,
            StatementId=name,
            Action="lambda:InvokeFunction",
            Principal="events.amazonaws.com",
            SourceArn=rule,
        )
        arn = target.functions.get_function_configuration(FunctionName=function_name)["FunctionArn"]
        _put_targets(target, name, [{"Id": _TARGET_ID, "Arn": arn, "Input": json.dumps(event)}])

    def take_back() -> None:
        delete_rule(target, name)
        with suppress(target.functions.exceptions.ResourceNotFoundException):
            target.functions.remove_permission(FunctionName=function_name, StatementId=name)

    return ReversibleChange.made(f"{function.value} is called every minute", schedule, take_back)


def scheduled_calls(target: Target, functions: Collection[FunctionName]) -> int:
    """How many enabled rules of the account's own bus have one of these functions as a target."""
    names = [target.output(function.output) for function in functions]
    arns = [target.functions.get_function_configuration(FunctionName=name)["FunctionArn"] for name in names]
    rules = {
        rule for arn in arns for rule in target.events.list_rule_names_by_target(TargetArn=arn)["RuleNames"]
    }
    return sum(target.events.describe_rule(Name=rule)["State"] == "ENABLED" for rule in rules)


def disable_rule(target: Target, name: str) -> str:
    """Stop a rule of the account's own bus; it stays, for whoever made it to look at."""
    target.events.disable_rule(Name=name)
    return target.events.describe_rule(Name=name)["State"]


def delete_rule(target: Target, name: str) -> str:
    """Delete a rule of the account's own bus with its targets. Harmless where there is none."""
    with suppress(target.events.exceptions.ResourceNotFoundException):
        ids = [each["Id"] for each in target.events.list_targets_by_rule(Rule=name)["Targets"]]
        _remove_targets(target, name, ids)
        target.events.delete_rule(Name=name)
        return f"{name} and {len(ids)} targets"
    return "there was none"


def _put_targets(
    target: Target, rule: str, targets: "Sequence[TargetTypeDef]", bus: str = _DEFAULT_BUS
) -> None:
    """Raises NotCarriedOut where EventBridge did not take one, which it answers with 200 (API reference)."""
    answer = target.events.put_targets(Rule=rule, EventBusName=bus, Targets=targets)
    if answer["FailedEntryCount"]:
        raise NotCarriedOut(f"targets of {rule} were not put: {answer['FailedEntries']}")


def _remove_targets(target: Target, rule: str, ids: Sequence[str], bus: str = _DEFAULT_BUS) -> None:
    """Raises NotCarriedOut as `_put_targets`. Without ids it does nothing."""
    answer = target.events.remove_targets(Rule=rule, EventBusName=bus, Ids=ids) if ids else None
    if answer and answer["FailedEntryCount"]:
        raise NotCarriedOut(f"targets of {rule} were not removed: {answer['FailedEntries']}")


def _targets(target: Target, rule: str) -> "list[TargetTypeDef]":
    answer = target.events.list_targets_by_rule(Rule=rule, EventBusName=target.output("BusName"))
    # What is listed is what is put: of its types in the stubs one has lists where the other has sequences.
    return cast("list[TargetTypeDef]", answer["Targets"])


def _with_log_group(arn: str, log_group: str) -> str:
    """arn:aws:logs:REGION:ACCOUNT:log-group:NAME, with this name."""
    return ":".join([*arn.split(":")[:6], log_group])
