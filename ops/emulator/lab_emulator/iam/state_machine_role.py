"""Role of a state machine: what Step Functions does in its name beside the tasks.

It sets the delivery of logs up when a machine is created or updated, and refuses where the role may not
(developer guide, cw-logs). Traces it sends with each execution (developer guide, concepts-xray-tracing): that
the role may is noted here, once for all executions.
"""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from lab_emulator.iam.caller import role_caller
from lab_emulator.iam.permission_check import PermissionDenied, check_action

_OPERATIONS = ("CreateStateMachine", "UpdateStateMachine")
_DELIVERS_LOGS = (
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
)
_SENDS_TRACES = (
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
)


def check_machine(service: str, operation: str, request: Mapping[str, Any], region: str) -> None:
    """Raise PermissionDenied, in Step Functions' words, where the role may not deliver the machine's logs."""
    role = request.get("roleArn")
    if service != "stepfunctions" or operation not in _OPERATIONS or not role:
        return
    if (request.get("loggingConfiguration") or {}).get("level", "OFF") != "OFF":
        try:
            _check(role, _DELIVERS_LOGS, region)
        except PermissionDenied as denied:
            raise PermissionDenied(
                "The state machine IAM Role is not authorized to access the Log Destination"
            ) from denied
    if (request.get("tracingConfiguration") or {}).get("enabled"):
        with suppress(PermissionDenied):  # the executions run, and their traces are lost
            _check(role, _SENDS_TRACES, region)


def _check(role_arn: str, actions: tuple[str, ...], region: str) -> None:
    caller = role_caller(role_arn, "StepFunctions")
    for action in actions:
        check_action(caller, action, "*", account_id=caller.principal.account_id, region=region)
