"""Policies where the emulator's services keep them: of roles and users, and of resources.

What is gone through is copied first, by `list`: other threads make roles and policies meanwhile.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from localstack.services.events.models import events_stores
from localstack.services.kms.models import kms_stores
from localstack.services.lambda_.invocation.models import lambda_stores
from localstack.services.s3.models import s3_stores
from localstack.services.sqs.models import sqs_stores
from moto.iam.models import iam_backends

from lab_emulator.iam.evaluation.principal import Principal, PrincipalKind

_PARTITION = "aws"
# What makes or changes a policy, a role, a user or a key: after it, calls are evaluated again.
_READS = ("Get", "List", "Simulate", "Generate")
_CHANGES = {
    "events": {"CreateEventBus", "DeleteEventBus", "PutPermission", "RemovePermission", "UpdateEventBus"},
    "kms": {"CreateKey", "PutKeyPolicy"},
    "lambda": {"AddPermission", "RemovePermission", "CreateFunction", "DeleteFunction"},
    "logs": {"PutResourcePolicy", "DeleteResourcePolicy"},
    "s3": {"CreateBucket", "DeleteBucket", "PutBucketPolicy", "DeleteBucketPolicy"},
    "secretsmanager": {"CreateSecret", "DeleteSecret", "PutResourcePolicy", "DeleteResourcePolicy"},
    "sns": {"CreateTopic", "DeleteTopic", "AddPermission", "RemovePermission", "SetTopicAttributes"},
    "sqs": {"CreateQueue", "DeleteQueue", "AddPermission", "RemovePermission", "SetQueueAttributes"},
}


def changes_policies(service: str, operation: str) -> bool:
    """Whether an operation may change what a call is allowed."""
    if service == "iam":
        return not operation.startswith(_READS)
    return operation in _CHANGES.get(service, ())


def identity_policies(principal: Principal) -> Sequence[str]:
    """The policies of a role, or of a user and its groups; none where there is no such."""
    holders = _holders(principal)
    inline = [text for holder in holders for text in list(holder.policies.values())]
    managed = [policy for holder in holders for policy in list(holder.managed_policies.values())]
    return [*inline, *(_document(policy) for policy in managed)]


def boundary(principal: Principal) -> str | None:
    """The permissions boundary of a role or user."""
    for holder in _holders(principal):
        if arn := getattr(holder, "permissions_boundary_arn", None):  # moto keeps none of users
            policy = iam_backends[principal.account_id][_PARTITION].managed_policies.get(arn)
            # A boundary that is gone allows nothing, as on AWS.
            return _document(policy) if policy else json.dumps({"Version": "2012-10-17", "Statement": []})
    return None


def _holders(principal: Principal) -> list[Any]:
    if principal.kind not in (PrincipalKind.ROLE_SESSION, PrincipalKind.USER):
        return []
    backend = iam_backends[principal.account_id][_PARTITION]
    if principal.kind is PrincipalKind.ROLE_SESSION:
        return [role for role in list(backend.roles.values()) if role.arn == principal.role_arn]
    users = [user for user in list(backend.users.values()) if user.arn == principal.arn]
    groups = [group for group in list(backend.groups.values()) if any(u in group.users for u in users)]
    return [*users, *groups]


def _document(policy: Any) -> str:
    """The default version of a managed policy."""
    texts = {version.version_id: version.document for version in policy.versions}
    return str(texts[policy.default_version_id])


def resource_account(arn: str, of_call: str) -> str:
    """The account that a resource belongs to; a bucket's ARN does not have it."""
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return of_call
    if parts[2] == "s3":
        bucket = parts[5].partition("/")[0]
        return s3_stores[of_call]["us-east-1"].global_bucket_map.get(bucket, of_call)
    return parts[4] or of_call


def resource_policy(arn: str, action: str, account: str) -> str | None:
    """The policy of the resource that an action is on; None where it has none, or cannot have one."""
    parts = arn.split(":", 5)
    if len(parts) < 6:
        return None
    service, region, name = parts[2], parts[3], parts[5]
    found = _FINDERS.get(service)
    return found(account, region, name, action) if found else None


def _of_queue(account: str, region: str, name: str, _action: str) -> str | None:
    queue = sqs_stores[account][region].queues.get(name)
    return queue.attributes.get("Policy") or None if queue else None


def _of_topic(account: str, region: str, name: str, _action: str) -> str | None:
    from moto.sns.models import sns_backends  # not every app has topics

    topic = sns_backends[account][region].topics.get(f"arn:{_PARTITION}:sns:{region}:{account}:{name}")
    return str(topic.policy) if topic else None


def _of_bucket(account: str, _region: str, name: str, _action: str) -> str | None:
    bucket = s3_stores[account]["us-east-1"].buckets.get(name.partition("/")[0])
    return str(bucket.policy) if bucket and bucket.policy else None


def _of_key(account: str, region: str, name: str, _action: str) -> str | None:
    key = kms_stores[account][region].keys.get(name.rpartition("/")[2])
    return key.policy if key else None


def _of_bus(account: str, region: str, name: str, _action: str) -> str | None:
    kind, _, bus_name = name.partition("/")
    bus = events_stores[account][region].event_buses.get(bus_name) if kind == "event-bus" else None
    return json.dumps(bus.policy) if bus and bus.policy else None


def _of_function(account: str, region: str, name: str, _action: str) -> str | None:
    kind, _, rest = name.partition(":")
    function_name, _, qualifier = rest.partition(":")
    function = lambda_stores[account][region].functions.get(function_name) if kind == "function" else None
    granted = function.permissions.get(qualifier or "$LATEST") if function else None
    return _joined(granted.policy.Statement) if granted else None


def _of_log_groups(account: str, region: str, _name: str, _action: str) -> str | None:
    """All of the account's: each names the groups that it is for."""
    from moto.logs.models import logs_backends

    policies = list(logs_backends[account][region].resource_policies.values())
    documents = [each.policy_document for each in policies]
    statements = [each for text in documents for each in _as_list(json.loads(text).get("Statement"))]
    return _joined(statements) if statements else None


def _of_secret(account: str, region: str, name: str, _action: str) -> str | None:
    from moto.secretsmanager.models import secretsmanager_backends

    arn = f"arn:{_PARTITION}:secretsmanager:{region}:{account}:{name}"
    secrets = secretsmanager_backends[account][region].secrets
    return secrets[arn].policy if arn in secrets else None


def _of_role(account: str, _region: str, name: str, action: str) -> str | None:
    if not action.lower().startswith("sts:"):
        return None
    arn = f"arn:{_PARTITION}:iam::{account}:{name}"
    roles = list(iam_backends[account][_PARTITION].roles.values())
    return next((role.assume_role_policy_document for role in roles if role.arn == arn), None)


def _joined(statements: Iterable[Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


_FINDERS = {
    "events": _of_bus,
    "iam": _of_role,
    "kms": _of_key,
    "lambda": _of_function,
    "logs": _of_log_groups,
    "s3": _of_bucket,
    "secretsmanager": _of_secret,
    "sns": _of_topic,
    "sqs": _of_queue,
}
