"""Customer managed keys of resources: a caller that uses the resource uses the key, through the service.

AWS managed keys (`alias/aws/…`) need no permission of the caller. The stores of services are imported where
they are asked: they take long to load, and the table can be read without them.
"""

from collections.abc import Sequence
from typing import Any

from lab_emulator.iam.api_call import ApiCall
from lab_emulator.iam.operations.member_filter import queue_of_url

_OF_AWS = "alias/aws/"


def key_arn(named: str, call: ApiCall) -> str:
    """ARN of a key, of its id, ARN, alias or the alias's ARN."""
    if named.startswith("arn:") and ":alias/" not in named:
        return named
    alias = named[named.index(":alias/") + 1 :] if ":alias/" in named else named
    if alias.startswith("alias/"):
        from localstack.services.kms.models import kms_stores

        known = kms_stores[call.account_id][call.region].aliases.get(alias)
        return call.arn("kms", f"key/{known.metadata['TargetKeyId']}" if known else alias)
    return call.arn("kms", f"key/{named}")


def of_queue(call: ApiCall) -> Sequence[str]:
    """Key of the queue of a call."""
    from localstack.services.sqs.models import sqs_stores

    account, _, name = queue_of_url(str(call.request.get("QueueUrl") or ""), call).partition(":")
    queue = sqs_stores[account][call.region].queues.get(name)
    return _customers(queue.attributes.get("KmsMasterKeyId") if queue else None, call)


def of_topic(call: ApiCall) -> Sequence[str]:
    """Key of the topic of a call."""
    from moto.sns.models import sns_backends

    arn = call.request.get("TopicArn") or call.request.get("TargetArn") or ""
    topic = sns_backends[call.account_id][call.region].topics.get(arn)
    return _customers(topic.kms_master_key_id if topic else None, call)


def of_table(call: ApiCall) -> Sequence[str]:
    """Key of the table of a call."""
    return _of_tables(call, [str(call.request.get("TableName") or "")])


def of_requested_tables(call: ApiCall) -> Sequence[str]:
    """Keys of the tables of a batch."""
    return _of_tables(call, list(call.request.get("RequestItems") or {}))


def _of_tables(call: ApiCall, names: Sequence[str]) -> list[str]:
    from moto.dynamodb.models import dynamodb_backends

    tables = dynamodb_backends[call.account_id][call.region].tables
    keys: list[str] = []
    for name in names:
        table = tables.get(name.rpartition("/")[2])
        encryption = (table.sse_specification if table else None) or {}
        if encryption.get("Enabled"):
            keys += _customers(encryption.get("KMSMasterKeyId"), call)
    return list(dict.fromkeys(keys))


def of_bucket(call: ApiCall) -> Sequence[str]:
    """Key of the bucket of a call: that of its objects, unless they were written with another."""
    if call.request.get("SSEKMSKeyId"):
        return _customers(call.request["SSEKMSKeyId"], call)
    from localstack.services.s3.models import s3_stores

    bucket = s3_stores[call.account_id][call.region].buckets.get(str(call.request.get("Bucket")))
    rule = (bucket.encryption_rule or {}) if bucket else {}
    default = rule.get("ApplyServerSideEncryptionByDefault") or {}
    return _customers(default.get("KMSMasterKeyID"), call)


def of_secret(call: ApiCall) -> Sequence[str]:
    """Key of the secret of a call."""
    found = find_secret(call, str(call.request.get("SecretId") or ""))
    return _customers(found.kms_key_id if found else None, call)


def find_secret(call: ApiCall, named: str) -> Any:
    """The secret of this name or ARN, whole or without its end; None where there is none."""
    from moto.secretsmanager.models import secretsmanager_backends

    return secretsmanager_backends[call.account_id][call.region].secrets.get(named)


def _customers(named: str | None, call: ApiCall) -> list[str]:
    if not named or _OF_AWS in named:
        return []
    return [key_arn(named, call)]
