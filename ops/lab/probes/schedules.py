"""Probe of schedules: which of the app's functions somebody has called on a schedule."""

from collections.abc import Collection

from ops.lab.app.function_names import FunctionName
from ops.lab.app.target import Target


def calling(target: Target, functions: Collection[FunctionName]) -> int:
    """How many enabled rules of the account's own bus have one of these functions as a target."""
    arns = [
        target.functions.get_function_configuration(FunctionName=target.output(function.output))[
            "FunctionArn"
        ]
        for function in functions
    ]
    rules = {
        name for arn in arns for name in target.events.list_rule_names_by_target(TargetArn=arn)["RuleNames"]
    }
    return sum(target.events.describe_rule(Name=name)["State"] == "ENABLED" for name in rules)
