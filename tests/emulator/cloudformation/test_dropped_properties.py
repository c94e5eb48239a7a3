"""Properties of topics, subscriptions, roles and log groups that an update adds, changes and drops."""

import json
from typing import Any

import pytest

from tests.emulator.cloudformation_stack import DeploymentFailed, Stack, resource
from tests.emulator.conftest import Emulator

NOBODY: dict[str, Any] = {"Version": "2012-10-17", "Statement": []}
ALLOWS_READING = NOBODY | {"Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}
TRUST = NOBODY | {
    "Statement": [
        {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
    ]
}
RARELY = {"EnableKeyRotation": True, "RotationPeriodInDays": 1_000}
KEY = "arn:aws:kms:us-east-1:000000000000:key/12345678-1234-1234-1234-123456789012"


def _subscribed(**settings: Any) -> dict[str, Any]:
    return {
        "Topic": resource("AWS::SNS::Topic"),
        "Queue": resource("AWS::SQS::Queue"),
        "Dead": resource("AWS::SQS::Queue"),
        "Subscription": resource(
            "AWS::SNS::Subscription",
            TopicArn={"Ref": "Topic"},
            Protocol="sqs",
            Endpoint={"Fn::GetAtt": ["Queue", "Arn"]},
            **settings,
        ),
    }


def test_a_subscription_whose_filter_is_dropped_gets_every_message(emulator: Emulator, stack: Stack) -> None:
    dead = {"Fn::GetAtt": ["Dead", "Arn"]}
    settings = {
        "FilterPolicy": {"order": {"kind": ["a"]}},
        "FilterPolicyScope": "MessageBody",
        "RawMessageDelivery": True,
        "RedrivePolicy": {"deadLetterTargetArn": dead},
    }
    stack.deploy(_subscribed(FilterPolicy={"kind": ["a"]}))
    stack.deploy(_subscribed(**settings))
    sns, arn = emulator.client("sns"), stack.outputs["Subscription"]
    set_ = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    assert (set_["FilterPolicyScope"], set_["RawMessageDelivery"]) == ("MessageBody", "true")
    assert json.loads(set_["FilterPolicy"]) == settings["FilterPolicy"]
    stack.deploy(_subscribed())
    assert stack.outputs["Subscription"] == arn
    dropped = sns.get_subscription_attributes(SubscriptionArn=arn)["Attributes"]
    assert dropped["RawMessageDelivery"] == "false"
    assert "RedrivePolicy" not in dropped
    sns.publish(TopicArn=stack.outputs["Topic"], Message="any")
    sqs, url = emulator.client("sqs"), stack.outputs["Queue"]
    [message] = sqs.receive_message(QueueUrl=url, WaitTimeSeconds=20)["Messages"]
    assert json.loads(message["Body"])["Message"] == "any"


def test_a_topic_loses_the_policy_and_the_name_that_are_dropped(emulator: Emulator, stack: Stack) -> None:
    statement = {"Effect": "Allow", "Principal": "*", "Action": "sns:Publish", "Resource": "*", "Sid": "mine"}

    def template(*topics: str, **settings: Any) -> dict[str, Any]:
        policy = {
            "Topics": [{"Ref": name} for name in topics],
            "PolicyDocument": NOBODY | {"Statement": [statement]},
        }
        return {
            "One": resource("AWS::SNS::Topic", **settings),
            "Other": resource("AWS::SNS::Topic"),
            "Policy": resource("AWS::SNS::TopicPolicy", **policy),
        }

    stack.deploy(template("One", "Other", DisplayName="said"))
    stack.deploy(template("Other"))
    sns = emulator.client("sns")
    one, other = (
        sns.get_topic_attributes(TopicArn=stack.outputs[name])["Attributes"] for name in ("One", "Other")
    )
    assert one["DisplayName"] == ""
    assert [each["Sid"] for each in json.loads(one["Policy"])["Statement"]] != ["mine"]
    assert [each["Sid"] for each in json.loads(other["Policy"])["Statement"]] == ["mine"]


def test_a_topic_whose_own_subscriptions_change_says_that_it_cannot(stack: Stack) -> None:
    def template(address: str) -> dict[str, Any]:
        subscription = {"Protocol": "email", "Endpoint": address}
        return {"Topic": resource("AWS::SNS::Topic", Subscription=[subscription])}

    stack.deploy(template("one@example.com"))
    with pytest.raises(DeploymentFailed, match="cannot change Subscription of a topic in place"):
        stack.deploy(template("other@example.com"))


def test_a_fifo_topic_is_updated_in_place(emulator: Emulator, stack: Stack) -> None:
    def template(**settings: Any) -> dict[str, Any]:
        fifo = {"FifoTopic": True, "ArchivePolicy": {"MessageRetentionPeriod": 7}}
        return {"Topic": resource("AWS::SNS::Topic", **fifo, **settings)}

    stack.deploy(template())
    arn = stack.outputs["Topic"]
    stack.deploy(template(ContentBasedDeduplication=True))
    attributes = emulator.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]
    assert attributes["ContentBasedDeduplication"] == "true"
    stack.deploy(template())
    attributes = emulator.client("sns").get_topic_attributes(TopicArn=arn)["Attributes"]
    assert attributes["ContentBasedDeduplication"] == "false"
    assert stack.outputs["Topic"] == arn


def test_a_role_has_the_boundary_of_the_template_and_none_without(emulator: Emulator, stack: Stack) -> None:
    def template(**settings: Any) -> dict[str, Any]:
        return {
            "Limit": resource("AWS::IAM::ManagedPolicy", PolicyDocument=ALLOWS_READING),
            "Role": resource("AWS::IAM::Role", AssumeRolePolicyDocument=TRUST, **settings),
        }

    def boundary() -> str | None:
        role = emulator.client("iam").get_role(RoleName=stack.outputs["Role"])["Role"]
        found: str | None = role.get("PermissionsBoundary", {}).get("PermissionsBoundaryArn")
        return found

    stack.deploy(template())
    stack.deploy(template(PermissionsBoundary={"Ref": "Limit"}))
    assert boundary() == stack.outputs["Limit"]
    stack.deploy(template())
    assert boundary() is None


def test_a_disabled_key_can_be_changed_and_enabled_again(emulator: Emulator, stack: Stack) -> None:
    owner = {"AWS": "arn:aws:iam::000000000000:root"}
    allowed = {"Effect": "Allow", "Principal": owner, "Action": "kms:*", "Resource": "*"}
    policy = NOBODY | {"Statement": [allowed]}

    def template(**settings: Any) -> dict[str, Any]:
        return {"Key": resource("AWS::KMS::Key", KeyPolicy=policy, **settings)}

    stack.deploy(template(Enabled=False, Description="old"))
    stack.deploy(template(Enabled=False, Description="new"))
    kms, key = emulator.client("kms"), stack.outputs["Key"]
    found = kms.describe_key(KeyId=key)["KeyMetadata"]
    assert (found["Enabled"], found["Description"]) == (False, "new")
    stack.deploy(template(EnableKeyRotation=True, RotationPeriodInDays=90))
    assert kms.describe_key(KeyId=key)["KeyMetadata"]["Enabled"]
    assert kms.get_key_rotation_status(KeyId=key)["RotationPeriodInDays"] == 90
    stack.deploy(template(EnableKeyRotation=True) | {"Other": template(**RARELY)["Key"]})
    assert kms.get_key_rotation_status(KeyId=stack.outputs["Other"])["RotationPeriodInDays"] == 1_000
    assert kms.get_key_rotation_status(KeyId=key)["RotationPeriodInDays"] == 365
    stack.deploy(template(Enabled=False))
    assert not kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"]
    assert not kms.describe_key(KeyId=key)["KeyMetadata"]["Enabled"]


def test_a_log_group_has_the_key_of_the_template_and_none_without(emulator: Emulator, stack: Stack) -> None:
    def key() -> str | None:
        name = stack.outputs["It"]
        [group] = emulator.client("logs").describe_log_groups(logGroupNamePrefix=name)["logGroups"]
        found: str | None = group.get("kmsKeyId")
        return found

    stack.deploy({"It": resource("AWS::Logs::LogGroup", RetentionInDays=1)})
    stack.deploy({"It": resource("AWS::Logs::LogGroup", RetentionInDays=1, KmsKeyId=KEY)})
    assert key() == KEY
    stack.deploy({"It": resource("AWS::Logs::LogGroup", RetentionInDays=1)})
    assert key() is None
