"""Permission of a subscription: may CloudWatch Logs invoke the function that a filter names?

Logs tries it when a filter is put, and refuses the filter otherwise (CloudWatch Logs user guide, "Log
group-level subscription filters", with AWS Lambda: the permission for `logs.amazonaws.com` comes first).
"""

from localstack.utils.aws import arns

from lab_emulator.iam.api_call import ApiCall
from lab_emulator.iam.caller import service_caller
from lab_emulator.iam.condition_context import CheckedCall
from lab_emulator.iam.permission_check import verdict_of
from lab_emulator.iam.verdict import PermissionFinding

REFUSAL = (
    "Could not execute the lambda function. Make sure you have given CloudWatch Logs permission to execute "
    "your function."
)


def may_deliver(destination_arn: str, group: str, account_id: str, region: str) -> bool:
    """Whether the function's resource policy lets Logs invoke it for the group. What is no function is not
    asked."""
    if ":lambda:" not in destination_arn:
        return True
    parsed = arns.parse_arn(destination_arn)
    source = f"{arns.log_group_arn(group, account_id, region)}:*"
    call = ApiCall("lambda", "Invoke", parsed["account"], parsed["region"])
    caller = service_caller("logs", source)
    verdict = verdict_of(CheckedCall(call, caller, "lambda:InvokeFunction", destination_arn))
    return verdict.finding is not PermissionFinding.DENIED
