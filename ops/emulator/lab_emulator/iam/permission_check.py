"""Check of permissions: every verdict comes from here, and is recorded here.

`check` is for calls of the API, `check_action` for what a service does inside the process in a role's name or
for itself, where LocalStack makes no call of it.
"""

from functools import lru_cache

from lab_emulator.iam import mode
from lab_emulator.iam.api_call import ApiCall
from lab_emulator.iam.authorizer import Authorizer
from lab_emulator.iam.call_record import CallRecord
from lab_emulator.iam.caller import Caller
from lab_emulator.iam.condition_context import CheckedCall
from lab_emulator.iam.evaluation.principal import Principal, PrincipalKind
from lab_emulator.iam.mode import IamMode
from lab_emulator.iam.operations.operation_table import requirements
from lab_emulator.iam.verdict import PermissionFinding, Verdict

INVALID_TOKEN = "The security token included in the request is invalid."
AUTHORIZER = Authorizer()
RECORD = CallRecord()


class PermissionDenied(Exception):
    """What AWS would deny; the message is AWS's."""


def check(call: ApiCall, caller: Caller) -> None:
    """Evaluate and record what a call needs. Raises PermissionDenied where that is enforced.

    The first action that is denied is what AWS names; none after it is looked at.
    """
    needed = requirements(call)
    if needed is None:
        RECORD.add(_outside_the_table(f"{call.service}:{call.operation}", caller.principal))
        return
    for requirement in needed:
        via = _via(call, requirement.action)
        for arn in requirement.arns(call):
            _judge(CheckedCall(call, caller, requirement.action, arn, via))


def check_action(caller: Caller, action: str, resource: str, *, account_id: str, region: str) -> None:
    """Evaluate and record one action. Raises PermissionDenied where that is enforced."""
    if mode.current() is IamMode.OFF:
        return
    service, _, operation = action.partition(":")
    call = ApiCall(service, operation, account_id, region)
    _judge(CheckedCall(call, caller, action, resource))


def verdict_of(checked: CheckedCall) -> Verdict:
    """Evaluate one action, and record it unless nothing is. What follows from it is the caller's business."""
    verdict = AUTHORIZER.verdict(checked)
    if mode.current() is not IamMode.OFF:
        RECORD.add(verdict)
    return verdict


def note_unknown_credentials(access_key: str, action: str) -> None:
    """Record a call with an access key that AWS would not know."""
    principal = Principal(access_key, "", PrincipalKind.ANONYMOUS)
    RECORD.add(Verdict(PermissionFinding.DENIED, principal, action, "*", message=INVALID_TOKEN))


def _judge(checked: CheckedCall) -> None:
    verdict = verdict_of(checked)
    if verdict.finding is PermissionFinding.DENIED and mode.current() is IamMode.ENFORCE:
        raise PermissionDenied(verdict.message)


def _via(call: ApiCall, action: str) -> str | None:
    """The service by way of which a call uses a key."""
    return call.service if action.startswith("kms:") and call.service != "kms" else None


@lru_cache(maxsize=1024)
def _outside_the_table(action: str, principal: Principal) -> Verdict:
    """The same object each time, so that the record finds it at once."""
    message = "the table of operations does not have it"
    return Verdict(PermissionFinding.NOT_EVALUATED, principal, action, "*", message=message)


def is_free(caller: Caller) -> bool:
    """Whether a caller may do everything: the account's root user."""
    return caller.principal.kind is PrincipalKind.ROOT
