"""Condition keys of a call: the values that policies may ask for.

Each key is worked out only where a policy that applies asks for it. Source of names and meanings: IAM user
guide, reference_policies_condition-keys, and the services' pages of the Service Authorization Reference.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from lab_emulator.iam.api_call import ApiCall
from lab_emulator.iam.caller import Caller
from lab_emulator.iam.evaluation.principal import PrincipalKind
from lab_emulator.iam.policy_source import resource_account

Values = tuple[str, ...]


@dataclass(frozen=True)
class CheckedCall:
    """One action of a call on one resource, by a caller.

    `via` is the service through which the caller uses a key: AWS then knows of it in kms:ViaService.
    """

    call: ApiCall
    caller: Caller
    action: str
    resource: str
    via: str | None = None


def condition_context(checked: CheckedCall, keys: Iterable[str]) -> dict[str, Values]:
    """Those of `keys`, in lower case, that the call has."""
    context = {}
    for key in keys:
        if (find := _KEYS.get(key)) and (values := find(checked)) is not None:
            context[key] = values
    return context


def is_known(key: str) -> bool:
    """Whether the lab can tell the value of a condition key."""
    return key in _KEYS


def _one(value: Any) -> Values | None:
    return None if value is None else (str(value),)


def _of_request(member: str) -> Callable[[CheckedCall], Values | None]:
    return lambda checked: _one(checked.call.request.get(member))


def _source_account(checked: CheckedCall) -> Values | None:
    arn = checked.caller.source_arn
    return _one(resource_account(arn, checked.call.account_id)) if arn else None


def _source_owner(checked: CheckedCall) -> Values | None:
    """The caller's account, in the policy that SNS gives to a new topic (SNS developer guide)."""
    return _source_account(checked) or _one(checked.caller.principal.account_id or None)


def _principal_arn(checked: CheckedCall) -> Values | None:
    """Of a session its role's: reference_policies_condition-keys, aws:PrincipalArn."""
    principal = checked.caller.principal
    if principal.kind in (PrincipalKind.SERVICE, PrincipalKind.ANONYMOUS):
        return None
    return _one(principal.role_arn or principal.arn)


def _principal_type(checked: CheckedCall) -> Values | None:
    types = {
        PrincipalKind.ROOT: "Account",
        PrincipalKind.USER: "User",
        PrincipalKind.ROLE_SESSION: "AssumedRole",
        PrincipalKind.ANONYMOUS: "Anonymous",
    }
    return _one(types.get(checked.caller.principal.kind))


def _user_name(checked: CheckedCall) -> Values | None:
    principal = checked.caller.principal
    return _one(principal.arn.rpartition("/")[2]) if principal.kind is PrincipalKind.USER else None


def _is_service(checked: CheckedCall) -> Values:
    return (str(checked.caller.principal.kind is PrincipalKind.SERVICE).lower(),)


def _via_service(checked: CheckedCall) -> Values | None:
    return _one(f"{checked.via}.{checked.call.region}.amazonaws.com") if checked.via else None


def _passed_to(checked: CheckedCall) -> Values | None:
    if checked.action != "iam:PassRole":
        return None
    names = {"stepfunctions": "states"}
    service = names.get(checked.call.service, checked.call.service)
    return (f"{service}.amazonaws.com",)


def _entries(member: str) -> Callable[[CheckedCall], Values | None]:
    def values(checked: CheckedCall) -> Values | None:
        entries = checked.call.request.get("Entries") or [checked.call.request]
        return tuple(dict.fromkeys(str(each[member]) for each in entries if each.get(member))) or None

    return values


def _leading_keys(checked: CheckedCall) -> Values | None:
    """Values of the partition key that a call names (DynamoDB developer guide, specifying-conditions)."""
    from moto.dynamodb.models import dynamodb_backends  # not every app has tables

    backend = dynamodb_backends[checked.call.account_id][checked.call.region]
    table = backend.tables.get(checked.resource.partition(":table/")[2].partition("/")[0])
    if table is None:
        return None
    request = checked.call.request
    items = [request.get("Key"), request.get("Item"), *_batched(request, table.name)]
    found = [item[table.hash_key_attr] for item in items if item and table.hash_key_attr in item]
    return tuple(dict.fromkeys(str(value) for each in found for value in each.values())) or None


def _batched(request: Mapping[str, Any], table: str) -> list[Any]:
    asked = (request.get("RequestItems") or {}).get(table)
    if isinstance(asked, dict):
        return list(asked.get("Keys") or [])
    writes = [next(iter(each.values())) for each in asked or []]
    return [write.get("Item") or write.get("Key") for write in writes]


_KEYS: dict[str, Callable[[CheckedCall], Values | None]] = {
    # On AWS every client speaks TLS unless it is told not to. The emulator has no TLS, and is asked by plain
    # HTTP for what would be HTTPS there.
    "aws:securetransport": lambda _checked: ("true",),
    "s3:tlsversion": lambda _checked: ("1.3",),
    "aws:sourcearn": lambda checked: _one(checked.caller.source_arn),
    "aws:sourceaccount": _source_account,
    "aws:sourceowner": _source_owner,
    "aws:principalarn": _principal_arn,
    "aws:principalaccount": lambda checked: _one(checked.caller.principal.account_id or None),
    "aws:principaltype": _principal_type,
    "aws:principalisawsservice": _is_service,
    "aws:principalservicename": lambda checked: _one(checked.caller.principal.service),
    "aws:username": _user_name,
    "aws:viaawsservice": lambda checked: (str(checked.via is not None).lower(),),
    "aws:requestedregion": lambda checked: (checked.call.region,),
    "aws:resourceaccount": lambda checked: (resource_account(checked.resource, checked.call.account_id),),
    "aws:sourceip": lambda _checked: ("127.0.0.1",),
    "aws:currenttime": lambda _checked: (datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),),
    "aws:epochtime": lambda _checked: (str(int(time.time())),),
    "kms:viaservice": _via_service,
    "kms:calleraccount": lambda checked: _one(checked.caller.principal.account_id or None),
    "dynamodb:leadingkeys": _leading_keys,
    "iam:passedtoservice": _passed_to,
    "lambda:functionarn": _of_request("FunctionName"),
    "s3:prefix": _of_request("Prefix"),
    "s3:delimiter": _of_request("Delimiter"),
    "s3:max-keys": _of_request("MaxKeys"),
    "s3:versionid": _of_request("VersionId"),
    "s3:x-amz-acl": _of_request("ACL"),
    "s3:x-amz-server-side-encryption": _of_request("ServerSideEncryption"),
    "s3:x-amz-server-side-encryption-aws-kms-key-id": _of_request("SSEKMSKeyId"),
    "sns:protocol": _of_request("Protocol"),
    "sns:endpoint": _of_request("Endpoint"),
    "events:source": _entries("Source"),
    "events:detail-type": _entries("DetailType"),
    "cloudwatch:namespace": _of_request("Namespace"),
    "ssm:overwrite": lambda checked: (str(bool(checked.call.request.get("Overwrite"))).lower(),),
    "sts:externalid": _of_request("ExternalId"),
    "sts:rolesessionname": _of_request("RoleSessionName"),
}
