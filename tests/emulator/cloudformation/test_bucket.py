"""A bucket of CloudFormation is what its template says, also after a change, and goes only when empty."""

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator.cloudformation_stack import DeploymentFailed, Stack
from tests.emulator.conftest import Emulator

CLOSED = dict.fromkeys(
    ("BlockPublicAcls", "BlockPublicPolicy", "IgnorePublicAcls", "RestrictPublicBuckets"), True
)


def _resources(kept_days: int, actions: list[str], **properties: Any) -> dict[str, Any]:
    rules = [
        {
            "Id": "clean",
            "Status": "Enabled",
            "NoncurrentVersionExpiration": {"NoncurrentDays": kept_days},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
        },
        {"Id": "rejects", "Status": "Enabled", "Prefix": "rejects/", "ExpirationInDays": kept_days},
    ]
    bucket = {
        "VersioningConfiguration": {"Status": "Enabled"},
        "LifecycleConfiguration": {"Rules": rules},
        "PublicAccessBlockConfiguration": CLOSED,
        **properties,
    }
    statement = {"Effect": "Deny", "Principal": "*", "Action": actions, "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    return {
        "Bucket": {"Type": "AWS::S3::Bucket", "Properties": bucket},
        "Policy": {
            "Type": "AWS::S3::BucketPolicy",
            "Properties": {"Bucket": {"Ref": "Bucket"}, "PolicyDocument": document},
        },
    }


def _lifecycle(s3: Any, bucket: str) -> dict[str, dict[str, Any]]:
    rules = s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    return {rule.pop("ID"): rule for rule in rules}


def test_a_new_bucket_is_private_and_has_its_lifecycle(emulator: Emulator, stack: Stack) -> None:
    stack.deploy(_resources(30, ["s3:PutBucketAcl"]))
    s3, bucket = emulator.client("s3"), stack.outputs["Bucket"]
    assert _lifecycle(s3, bucket) == {
        "clean": {
            "Status": "Enabled",
            "Filter": {"Prefix": ""},
            "NoncurrentVersionExpiration": {"NoncurrentDays": 30},
            "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 1},
        },
        "rejects": {"Status": "Enabled", "Filter": {"Prefix": "rejects/"}, "Expiration": {"Days": 30}},
    }
    assert {grant["Permission"] for grant in s3.get_bucket_acl(Bucket=bucket)["Grants"]} == {"FULL_CONTROL"}


def test_it_changes_in_place_and_keeps_its_objects(emulator: Emulator, stack: Stack) -> None:
    events: dict[str, Any] = {"EventBridgeConfiguration": {}}
    stack.deploy(
        _resources(
            30, ["s3:PutBucketAcl"], NotificationConfiguration=events, Tags=[{"Key": "a", "Value": "1"}]
        )
    )
    s3, bucket = emulator.client("s3"), stack.outputs["Bucket"]
    assert "EventBridgeConfiguration" in s3.get_bucket_notification_configuration(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="kept", Body=b"x")
    stack.deploy(_resources(7, ["s3:PutBucketAcl", "s3:DeleteBucket"]))
    assert stack.outputs["Bucket"] == bucket
    assert s3.get_object(Bucket=bucket, Key="kept")["Body"].read() == b"x"
    assert _lifecycle(s3, bucket)["rejects"]["Expiration"] == {"Days": 7}
    assert "EventBridgeConfiguration" not in s3.get_bucket_notification_configuration(Bucket=bucket)
    with pytest.raises(ClientError, match="NoSuchTagSet"):
        s3.get_bucket_tagging(Bucket=bucket)
    [statement] = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
    assert statement["Action"] == ["s3:PutBucketAcl", "s3:DeleteBucket"]
    s3.delete_object(
        Bucket=bucket, Key="kept", VersionId=s3.head_object(Bucket=bucket, Key="kept")["VersionId"]
    )


def test_a_property_that_nobody_can_change_says_so(stack: Stack) -> None:
    stack.deploy(_resources(30, ["s3:PutBucketAcl"]))
    with pytest.raises(DeploymentFailed, match="cannot change AccelerateConfiguration in place"):
        stack.deploy(
            _resources(30, ["s3:PutBucketAcl"], AccelerateConfiguration={"AccelerationStatus": "Enabled"})
        )


def test_it_is_not_deleted_with_objects_in_it(emulator: Emulator, stack: Stack) -> None:
    resources = _resources(30, ["s3:PutBucketAcl"], VersioningConfiguration={"Status": "Suspended"})
    stack.deploy(resources)
    s3, bucket = emulator.client("s3"), stack.outputs["Bucket"]
    s3.put_object(Bucket=bucket, Key="kept", Body=b"x")
    with pytest.raises(DeploymentFailed, match="BucketNotEmpty"):
        stack.delete()
    s3.delete_object(Bucket=bucket, Key="kept")
    for marker in s3.list_object_versions(Bucket=bucket)["DeleteMarkers"]:
        s3.delete_object(Bucket=bucket, Key="kept", VersionId=marker["VersionId"])
    stack.delete()
