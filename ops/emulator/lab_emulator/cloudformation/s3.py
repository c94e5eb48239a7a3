"""AWS::S3: Bucket, with its settings and lifecycle rules, and BucketPolicy.

A bucket's setting is the S3 calls that set and remove it; they are made where a template changed it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from localstack.services.cloudformation.resource_provider import ProgressEvent, ResourceRequest
from localstack.services.s3.resource_providers.aws_s3_bucket import S3BucketProvider
from localstack.services.s3.resource_providers.aws_s3_bucketpolicy import S3BucketPolicyProvider

from lab_emulator.cloudformation.resource import Model, before, done, keep

_STOCK = S3BucketProvider()

# What the first create settled and a template does not name.
SETTLED = ("BucketName", "Arn", "DomainName", "RegionalDomainName", "WebsiteURL")

LifecycleRule = dict[str, Any]

# What both call by one name; LocalStack keeps rules and acts on none.
_SAME = ("Status", "AbortIncompleteMultipartUpload")


class BucketProvider(S3BucketProvider):
    """Stock: everyone may read it, lifecycle and encryption are left out, nothing is updated.

    A bucket that is not empty is not deleted, as on AWS; stock, its objects go with it.
    """

    def create(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        request.desired_state.setdefault("AccessControl", "Private")
        event = super().create(request)
        _follow(request, {name for name in BUCKET_SETTINGS if name in request.desired_state})
        return event

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        model = keep(request, *SETTLED)
        model.setdefault("AccessControl", "Private")
        names = {*model, *before(request)}
        changed = {name for name in names if model.get(name) != before(request).get(name)}
        if unknown := changed - BUCKET_SETTINGS.keys():
            raise NotImplementedError(f"LocalStack cannot change {', '.join(sorted(unknown))} in place")
        _follow(request, changed)
        return done(model)

    def delete(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        request.aws_client_factory.s3.delete_bucket(Bucket=request.desired_state["BucketName"])
        return done({})


class BucketPolicyProvider(S3BucketPolicyProvider):
    """Stock: nothing is updated, and an id that is made of the document could not stay the same."""

    def create(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        event = super().create(request)
        event.resource_model["Id"] = event.resource_model["Bucket"]
        return event

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        return self.create(request)


def _follow(request: ResourceRequest[Model], names: set[str]) -> None:
    s3, model = request.aws_client_factory.s3, request.desired_state
    for name in sorted(names):
        if model.get(name):
            BUCKET_SETTINGS[name].put(s3, model["BucketName"], model[name])
        else:
            BUCKET_SETTINGS[name].remove(s3, model["BucketName"])


@dataclass(frozen=True)
class BucketSetting:
    """`put` and `remove` take an S3 client and the bucket's name; `put` also the template's value."""

    put: Callable[[Any, str, Any], object]
    remove: Callable[[Any, str], object]


def _put_notifications(s3: Any, bucket: str, value: dict[str, Any]) -> None:
    wanted = dict(value)
    if "EventBridgeConfiguration" in wanted:
        # EventBridgeEnabled is true unless the template says otherwise; stock, it is the other way round.
        enabled = (wanted["EventBridgeConfiguration"] or {}).get("EventBridgeEnabled", True)
        wanted["EventBridgeConfiguration"] = {"EventBridgeEnabled": str(enabled).lower() == "true"}
    s3.put_bucket_notification_configuration(
        **_STOCK._get_s3_bucket_notification_config(
            {"BucketName": bucket, "NotificationConfiguration": wanted}
        )
    )


def _put_encryption(s3: Any, bucket: str, value: dict[str, Any]) -> None:
    rules = [
        {
            "ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"],
            "BucketKeyEnabled": str(rule.get("BucketKeyEnabled", False)).lower() == "true",
        }
        for rule in value["ServerSideEncryptionConfiguration"]
    ]
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})


def _put_lifecycle(s3: Any, bucket: str, value: dict[str, Any]) -> None:
    rules = [lifecycle_rule(rule) for rule in value["Rules"]]
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": rules})


def _suspend_versioning(s3: Any, bucket: str) -> None:
    s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"})


BUCKET_SETTINGS: dict[str, BucketSetting] = {
    "BucketEncryption": BucketSetting(
        _put_encryption, lambda s3, bucket: s3.delete_bucket_encryption(Bucket=bucket)
    ),
    "CorsConfiguration": BucketSetting(
        lambda s3, bucket, value: s3.put_bucket_cors(
            Bucket=bucket, CORSConfiguration=_STOCK._transform_cfn_cors(value)
        ),
        lambda s3, bucket: s3.delete_bucket_cors(Bucket=bucket),
    ),
    "LifecycleConfiguration": BucketSetting(
        _put_lifecycle, lambda s3, bucket: s3.delete_bucket_lifecycle(Bucket=bucket)
    ),
    "NotificationConfiguration": BucketSetting(
        _put_notifications, lambda s3, bucket: _put_notifications(s3, bucket, {"QueueConfigurations": []})
    ),
    "OwnershipControls": BucketSetting(
        lambda s3, bucket, value: s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls=value),
        lambda s3, bucket: s3.delete_bucket_ownership_controls(Bucket=bucket),
    ),
    "PublicAccessBlockConfiguration": BucketSetting(
        lambda s3, bucket, value: s3.put_public_access_block(
            Bucket=bucket, PublicAccessBlockConfiguration=value
        ),
        lambda s3, bucket: s3.delete_public_access_block(Bucket=bucket),
    ),
    "Tags": BucketSetting(
        lambda s3, bucket, value: s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": value}),
        lambda s3, bucket: s3.delete_bucket_tagging(Bucket=bucket),
    ),
    "VersioningConfiguration": BucketSetting(
        lambda s3, bucket, value: s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration=value),
        _suspend_versioning,
    ),
}


def lifecycle_rule(rule: LifecycleRule) -> LifecycleRule:
    """Translate a rule's names: those of CloudFormation say "InDays" where S3's nest."""
    translated = {name: rule[name] for name in _SAME if name in rule}
    if "Id" in rule:
        translated["ID"] = rule["Id"]
    translated["Filter"] = _filter(rule)
    if expiration := _expiration(rule):
        translated["Expiration"] = expiration
    if noncurrent := rule.get("NoncurrentVersionExpiration"):
        translated["NoncurrentVersionExpiration"] = _numbers(noncurrent)
    if transitions := rule.get("Transitions"):
        translated["Transitions"] = [_transition(each, "Days") for each in transitions]
    if transitions := rule.get("NoncurrentVersionTransitions"):
        translated["NoncurrentVersionTransitions"] = [
            _transition(each, "NoncurrentDays") for each in transitions
        ]
    return translated


def _filter(rule: LifecycleRule) -> LifecycleRule:
    conditions: LifecycleRule = {"Prefix": rule["Prefix"]} if rule.get("Prefix") else {}
    for name in ("ObjectSizeGreaterThan", "ObjectSizeLessThan"):
        if name in rule:
            conditions[name] = int(rule[name])
    tags = rule.get("TagFilters") or []
    if len(conditions) + len(tags) > 1:
        return {"And": conditions | ({"Tags": tags} if tags else {})}
    if tags:
        return {"Tag": tags[0]}
    return conditions or {"Prefix": ""}


def _expiration(rule: LifecycleRule) -> LifecycleRule:
    expiration: LifecycleRule = {}
    if "ExpirationInDays" in rule:
        expiration["Days"] = int(rule["ExpirationInDays"])
    if "ExpirationDate" in rule:
        expiration["Date"] = rule["ExpirationDate"]
    if "ExpiredObjectDeleteMarker" in rule:
        expiration["ExpiredObjectDeleteMarker"] = rule["ExpiredObjectDeleteMarker"]
    return expiration


def _transition(transition: LifecycleRule, days: str) -> LifecycleRule:
    names = {"TransitionInDays": days, "TransitionDate": "Date"}
    return {names.get(name, name): value for name, value in _numbers(transition).items()}


def _numbers(settings: LifecycleRule) -> LifecycleRule:
    """Templates may give a number as text."""
    return {name: int(value) if str(value).isdigit() else value for name, value in settings.items()}
