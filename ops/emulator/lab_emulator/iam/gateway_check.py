"""Check in LocalStack's chain of handlers: each call, once its operation and parameters are known."""

from collections.abc import Mapping
from typing import Any

from localstack.aws.api import RequestContext
from localstack.aws.chain import HandlerChain
from localstack.http import Response

from lab_emulator.iam import caller as callers
from lab_emulator.iam import mode, permission_check
from lab_emulator.iam.api_call import ApiCall
from lab_emulator.iam.caller import ANONYMOUS, Caller, UnknownCredentials
from lab_emulator.iam.mode import IamMode
from lab_emulator.iam.permission_check import PermissionDenied
from lab_emulator.iam.policy_source import changes_policies
from lab_emulator.iam.refusal import refusal, unknown_credentials
from lab_emulator.iam.state_machine_role import check_machine

_NOTHING: Mapping[str, Any] = {}
# By a service's principal LocalStack also looks whether a target exists, which on AWS no policy must allow:
# logs for a function (logs/provider.py, 4.13.1), S3 for a queue, topic or function (s3/notifications.py).
_LOOKS = ("Describe", "Get")


def check_request(_chain: HandlerChain, context: RequestContext, _response: Response) -> None:
    """Request handler. Raises the service's error for a call that is denied."""
    if context.operation is None or context.service is None or mode.current() is IamMode.OFF:
        return
    service = context.service.service_name
    if service == "s3" and _is_own_address(context.service_request or _NOTHING):
        return
    try:
        caller = caller_of(context)
    except UnknownCredentials as unknown:
        permission_check.note_unknown_credentials(str(unknown), f"{service}:{context.operation.name}")
        if mode.current() is IamMode.ENFORCE:
            raise unknown_credentials(service) from None
        return
    try:
        check_machine(service, context.operation.name, context.service_request or _NOTHING, context.region)
        if caller is not None and not permission_check.is_free(caller):
            permission_check.check(_call(context, service), caller)
    except PermissionDenied as denied:
        raise refusal(service, str(denied)) from None


def _is_own_address(parameters: Mapping[str, Any]) -> bool:
    """Whether the bucket is a part of an address of LocalStack itself that nothing serves yet: /_aws/ses is
    one before the first mail. A bucket's name begins with a letter or a number (S3 user guide, naming rules).
    """
    return str(parameters.get("Bucket", "")).startswith("_")


def caller_of(context: RequestContext) -> Caller | None:
    """Who calls; None for the emulator's own parts. Raises UnknownCredentials.

    A service that has assumed a role calls as the role. One that has not says which it is.
    """
    request = context.request
    key = callers.access_key_of(request.headers, request.args)
    internal = context.internal_request_params
    if internal is None:
        return callers.caller_of(key, context.account_id) if key else ANONYMOUS
    caller = callers.caller_of(key, context.account_id) if key else None
    if caller is not None and not permission_check.is_free(caller):
        return caller
    service = internal.get("service_principal")
    if service and not context.operation.name.startswith(_LOOKS):  # type: ignore[union-attr]  # it was parsed
        return callers.service_caller(service, internal.get("source_arn"))
    return None


def after_response(_chain: HandlerChain, context: RequestContext, _response: Response) -> None:
    """Response handler: what changed policies, or made a session of the caller's, is taken note of."""
    if context.operation is None or context.service is None or context.service_exception is not None:
        return
    service, operation = context.service.service_name, context.operation.name
    if changes_policies(service, operation):
        callers.forget()
        permission_check.AUTHORIZER.forget()
    elif operation == "GetSessionToken" and (caller := caller_of(context)):
        credentials = (context.service_response or {}).get("Credentials") or {}
        if key := credentials.get("AccessKeyId"):
            callers.remember_session(key, caller)


def _call(context: RequestContext, service: str) -> ApiCall:
    return ApiCall(
        service,
        context.operation.name,  # type: ignore[union-attr]  # `check_request` has looked
        context.account_id,
        context.region,
        context.service_request or _NOTHING,
        context.request.method,
        context.request.path,
        context.partition,
    )
