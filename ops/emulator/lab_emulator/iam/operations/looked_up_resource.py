"""Resources that no template tells: several in one request, or known to the service alone.

Each function answers the ARNs that a call is about, none where it is about no such resource. Requirements of
the table name them.
"""

from collections.abc import Iterable, Sequence
from urllib.parse import unquote

from lab_emulator.iam.api_call import ApiCall
from lab_emulator.iam.operations import customer_key
from lab_emulator.iam.operations.customer_key import key_arn

# Keys of the services of the calls that use them.
queue_key = customer_key.of_queue
topic_key = customer_key.of_topic
table_key = customer_key.of_table
requested_table_keys = customer_key.of_requested_tables
bucket_key = customer_key.of_bucket
secret_key = customer_key.of_secret


# DynamoDB


def requested_tables(call: ApiCall) -> Sequence[str]:
    """Tables of BatchGetItem and BatchWriteItem."""
    return [_table(call, name) for name in call.request.get("RequestItems") or {}]


def transacted_get(call: ApiCall) -> Sequence[str]:
    return _transacted(call, "Get")


def transacted_condition(call: ApiCall) -> Sequence[str]:
    return _transacted(call, "ConditionCheck")


def transacted_delete(call: ApiCall) -> Sequence[str]:
    return _transacted(call, "Delete")


def transacted_put(call: ApiCall) -> Sequence[str]:
    return _transacted(call, "Put")


def transacted_update(call: ApiCall) -> Sequence[str]:
    return _transacted(call, "Update")


def _transacted(call: ApiCall, kind: str) -> list[str]:
    items = call.request.get("TransactItems") or []
    return _once(_table(call, item[kind]["TableName"]) for item in items if kind in item)


def _table(call: ApiCall, name: str) -> str:
    return name if name.startswith("arn:") else call.arn("dynamodb", f"table/{name}")


# EventBridge


def entry_buses(call: ApiCall) -> Sequence[str]:
    """Buses of the entries of PutEvents."""
    names = (entry.get("EventBusName") or "default" for entry in call.request.get("Entries") or [])
    return _once(
        name if name.startswith("arn:") else call.arn("events", f"event-bus/{name}") for name in names
    )


def target_roles(call: ApiCall) -> Sequence[str]:
    """Roles that PutTargets hands to EventBridge."""
    return _once(target["RoleArn"] for target in call.request.get("Targets") or [] if target.get("RoleArn"))


# KMS


def key(call: ApiCall) -> Sequence[str]:
    """Key of a call, by its id, alias or ARN; that of a ciphertext is in the ciphertext alone."""
    named = call.request.get("KeyId")
    return [key_arn(named, call)] if named else ["*"]


def target_key(call: ApiCall) -> Sequence[str]:
    """Key that an alias is made for."""
    return [key_arn(call.request["TargetKeyId"], call)] if call.request.get("TargetKeyId") else []


# S3


def copied_object(call: ApiCall) -> Sequence[str]:
    """Source of CopyObject, where it names no version."""
    path, version = _copy_source(call)
    return [] if version or not path else [f"arn:{call.partition}:s3:::{path}"]


def copied_version(call: ApiCall) -> Sequence[str]:
    """Source of CopyObject that is one version of an object."""
    path, version = _copy_source(call)
    return [f"arn:{call.partition}:s3:::{path}"] if version and path else []


def _copy_source(call: ApiCall) -> tuple[str, str]:
    path, _, version = str(call.request.get("CopySource") or "").partition("?versionId=")
    return unquote(path).lstrip("/"), version


def deleted_objects(call: ApiCall) -> Sequence[str]:
    """Objects of DeleteObjects."""
    return _deleted(call, of_version=False)


def deleted_versions(call: ApiCall) -> Sequence[str]:
    """Versions of objects of DeleteObjects."""
    return _deleted(call, of_version=True)


def _deleted(call: ApiCall, *, of_version: bool) -> list[str]:
    objects = (call.request.get("Delete") or {}).get("Objects") or []
    bucket = f"arn:{call.partition}:s3:::{call.request.get('Bucket')}"
    return _once(f"{bucket}/{each['Key']}" for each in objects if bool(each.get("VersionId")) is of_version)


# Secrets Manager


def secret(call: ApiCall) -> Sequence[str]:
    """Secret by its whole ARN, whose end no caller has to know; one that is missing by what it is called."""
    named = str(call.request.get("SecretId") or "*")
    if found := customer_key.find_secret(call, named):
        return [found.arn]
    return [named if named.startswith("arn:") else call.arn("secretsmanager", f"secret:{named}")]


# API Gateway


def rest_path(call: ApiCall) -> Sequence[str]:
    """Resource of API Gateway's own API: its path, less the version of the API."""
    path = call.path.removeprefix("/v2")
    return [f"arn:{call.partition}:apigateway:{call.region}::{path}"]


def _once(arns: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(arns))
