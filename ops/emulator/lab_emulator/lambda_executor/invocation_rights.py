"""Rights of an invocation: what Lambda does in the name of the function's role, beside running it."""

from localstack.services.lambda_.invocation.lambda_models import FunctionVersion

from lab_emulator.iam.caller import Caller, role_caller
from lab_emulator.iam.permission_check import PermissionDenied, check_action

_WRITES_LOGS = ("logs:CreateLogStream", "logs:PutLogEvents")
_SENDS_TRACES = ("xray:PutTraceSegments", "xray:PutTelemetryRecords")


def check_log(role_arn: str, region: str, group: str, stream: str) -> None:
    """Raise PermissionDenied where the role may not write the log: on AWS it is lost then, too."""
    role = role_caller(role_arn, group.rpartition("/")[2])
    account = role.principal.account_id
    arn = f"arn:aws:logs:{region}:{account}:log-group:{group}:log-stream:{stream}"
    _check(role, _WRITES_LOGS, arn, region)


def may_trace(version: FunctionVersion) -> bool:
    """Whether the invocation's trace goes out: where tracing is active and the role may send it.

    Without the permission AWS runs the function, and its trace lacks what the function would have sent
    (Lambda developer guide, services-xray).
    """
    if version.config.tracing_config_mode != "Active":
        return False
    try:
        role = role_caller(version.config.role, version.id.function_name)
        _check(role, _SENDS_TRACES, "*", version.id.region)
    except PermissionDenied:
        return False
    return True


def _check(role: Caller, actions: tuple[str, ...], resource: str, region: str) -> None:
    for action in actions:
        check_action(role, action, resource, account_id=role.principal.account_id, region=region)
