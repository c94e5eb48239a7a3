"""Every resource type of the app is created with all it was given, and leaves nothing behind."""

import json
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator.cloudformation_stack import DeploymentFailed, Stack
from tests.emulator.conftest import Emulator

TAGS = [{"Key": "app", "Value": "lab"}]


def _unique(prefix: str) -> str:
    return f"{prefix}-{uuid.uuid4().hex[:8]}"


def test_a_type_that_nobody_implements_fails_the_deployment(stack: Stack) -> None:
    with pytest.raises(DeploymentFailed, match="AWS::IoT::Thing resource"):
        stack.deploy({"Thing": {"Type": "AWS::IoT::Thing"}})


def test_a_log_group_has_its_retention_tags_and_arn(emulator: Emulator, stack: Stack) -> None:
    name = _unique("/test/group")
    properties = {"LogGroupName": name, "RetentionInDays": 14, "Tags": TAGS}
    stack.deploy(
        {"Group": {"Type": "AWS::Logs::LogGroup", "Properties": properties}},
        Arn={"Fn::GetAtt": ["Group", "Arn"]},
    )
    logs = emulator.client("logs")
    (group,) = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    assert group["retentionInDays"] == 14
    assert stack.outputs["Arn"] == f"arn:aws:logs:us-east-1:000000000000:log-group:{name}:*"
    assert logs.list_tags_for_resource(resourceArn=group["logGroupArn"])["tags"] == {"app": "lab"}
    stack.delete()
    assert logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"] == []


def test_a_metric_filter_is_deployed_to_its_group(emulator: Emulator, stack: Stack) -> None:
    transformation = {
        "MetricName": "Errors",
        "MetricNamespace": "Lab",
        "MetricValue": "1",
        "Dimensions": [{"Key": "ErrorType", "Value": "$.errorType"}],
        "Unit": "Count",
    }
    stack.deploy(
        {
            "Group": {"Type": "AWS::Logs::LogGroup"},
            "Filter": {
                "Type": "AWS::Logs::MetricFilter",
                "Properties": {
                    "LogGroupName": {"Ref": "Group"},
                    "FilterPattern": '{ $.errorType = "*" }',
                    "MetricTransformations": [transformation],
                },
            },
        }
    )
    described = emulator.client("logs").describe_metric_filters(logGroupName=stack.outputs["Group"])
    (entry,) = described["metricFilters"]
    assert entry["filterName"] == stack.outputs["Filter"]
    assert entry["filterPattern"] == '{ $.errorType = "*" }'
    assert entry["metricTransformations"] == [
        {
            "metricName": "Errors",
            "metricNamespace": "Lab",
            "metricValue": "1",
            "dimensions": {"ErrorType": "$.errorType"},
            "unit": "Count",
        }
    ]


def test_a_pattern_that_cannot_be_read_fails_the_deployment(stack: Stack) -> None:
    with pytest.raises(DeploymentFailed, match="Invalid metric filter"):
        stack.deploy(
            {
                "Group": {"Type": "AWS::Logs::LogGroup"},
                "Filter": {
                    "Type": "AWS::Logs::MetricFilter",
                    "Properties": {
                        "LogGroupName": {"Ref": "Group"},
                        "FilterPattern": "{ $.errorType = }",
                        "MetricTransformations": [
                            {"MetricName": "E", "MetricNamespace": "Lab", "MetricValue": "1"}
                        ],
                    },
                },
            }
        )


def test_a_saved_query_and_a_resource_policy_come_and_go(emulator: Emulator, stack: Stack) -> None:
    name = _unique("query")
    document = json.dumps({"Version": "2012-10-17", "Statement": []})
    stack.deploy(
        {
            "Query": {
                "Type": "AWS::Logs::QueryDefinition",
                "Properties": {"Name": name, "QueryString": "fields @message", "LogGroupNames": ["/a"]},
            },
            "Policy": {
                "Type": "AWS::Logs::ResourcePolicy",
                "Properties": {"PolicyName": name, "PolicyDocument": document},
            },
        }
    )
    logs = emulator.client("logs")

    def queries() -> list[dict[str, Any]]:
        return list(logs.describe_query_definitions(queryDefinitionNamePrefix=name)["queryDefinitions"])

    def policies() -> dict[str, str]:
        found = logs.describe_resource_policies()["resourcePolicies"]
        return {policy["policyName"]: policy["policyDocument"] for policy in found}

    (query,) = queries()
    assert query["queryDefinitionId"] == stack.outputs["Query"]
    assert (query["queryString"], query["logGroupNames"]) == ("fields @message", ["/a"])
    assert json.loads(policies()[name]) == json.loads(document)
    stack.delete()
    assert queries() == []
    assert name not in policies()


def test_a_dashboard_comes_and_goes(emulator: Emulator, stack: Stack) -> None:
    name, body = _unique("dashboard"), json.dumps({"widgets": []})
    properties = {"DashboardName": name, "DashboardBody": body}
    stack.deploy({"Dashboard": {"Type": "AWS::CloudWatch::Dashboard", "Properties": properties}})
    cloudwatch = emulator.client("cloudwatch")
    assert stack.outputs["Dashboard"] == name
    assert cloudwatch.get_dashboard(DashboardName=name)["DashboardBody"] == body
    listed = cloudwatch.list_dashboards(DashboardNamePrefix=name)["DashboardEntries"]
    assert [entry["DashboardName"] for entry in listed] == [name]
    stack.delete()
    assert cloudwatch.list_dashboards(DashboardNamePrefix=name)["DashboardEntries"] == []


def test_a_metric_math_alarm_keeps_its_metrics_and_tags(emulator: Emulator, stack: Stack) -> None:
    metric = {"Namespace": "AWS/Lambda", "MetricName": "Errors"}
    metrics = [
        {"Id": "errors", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Sum"}, "ReturnData": False},
        {"Id": "twice", "Expression": "errors * 2"},
    ]
    properties = {
        "Metrics": metrics,
        "ComparisonOperator": "GreaterThanThreshold",
        "EvaluationPeriods": 1,
        "Threshold": 1,
        "Tags": TAGS,
    }
    stack.deploy({"Alarm": {"Type": "AWS::CloudWatch::Alarm", "Properties": properties}})
    cloudwatch = emulator.client("cloudwatch")
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=[stack.outputs["Alarm"]])["MetricAlarms"]
    assert [entry["Id"] for entry in alarm["Metrics"]] == ["errors", "twice"]
    assert cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"] == TAGS


def test_a_table_has_recovery_encryption_tags_and_time_to_live(emulator: Emulator, stack: Stack) -> None:
    properties = {
        "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
        "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
        "BillingMode": "PAY_PER_REQUEST",
        "SSESpecification": {"SSEEnabled": True},
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "TimeToLiveSpecification": {"AttributeName": "expiresAt", "Enabled": True},
        "Tags": TAGS,
    }
    stack.deploy({"Table": {"Type": "AWS::DynamoDB::Table", "Properties": properties}})
    dynamodb, name = emulator.client("dynamodb"), stack.outputs["Table"]
    table = dynamodb.describe_table(TableName=name)["Table"]
    assert table["SSEDescription"]["Status"] == "ENABLED"
    assert dynamodb.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"] == TAGS
    ttl = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    assert ttl == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expiresAt"}
    backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    stack.delete()
    with pytest.raises(dynamodb.exceptions.ResourceNotFoundException):
        dynamodb.describe_table(TableName=name)


def test_queues_keep_every_property(emulator: Emulator, stack: Stack) -> None:
    stack.deploy(
        {
            "Dlq": {
                "Type": "AWS::SQS::Queue",
                "Properties": {
                    "MessageRetentionPeriod": 1209600,
                    "RedriveAllowPolicy": {"redrivePermission": "denyAll"},
                    "SqsManagedSseEnabled": True,
                },
            },
            "Queue": {
                "Type": "AWS::SQS::Queue",
                "Properties": {
                    "VisibilityTimeout": 182,
                    "MaximumMessageSize": 1048576,
                    "ReceiveMessageWaitTimeSeconds": 20,
                    "KmsMasterKeyId": "alias/aws/sqs",
                    "RedrivePolicy": {
                        "deadLetterTargetArn": {"Fn::GetAtt": ["Dlq", "Arn"]},
                        "maxReceiveCount": 5,
                    },
                },
            },
        }
    )
    dlq, queue = _attributes(emulator, stack.outputs["Dlq"]), _attributes(emulator, stack.outputs["Queue"])
    assert dlq["MessageRetentionPeriod"] == "1209600"
    assert json.loads(dlq["RedriveAllowPolicy"]) == {"redrivePermission": "denyAll"}
    assert dlq["SqsManagedSseEnabled"] == "true"
    assert queue["VisibilityTimeout"] == "182"
    assert queue["MaximumMessageSize"] == "1048576"
    assert queue["ReceiveMessageWaitTimeSeconds"] == "20"
    assert queue["KmsMasterKeyId"] == "alias/aws/sqs"
    assert json.loads(queue["RedrivePolicy"]) == {
        "deadLetterTargetArn": dlq["QueueArn"],
        "maxReceiveCount": 5,
    }


def test_a_rule_on_a_custom_bus_is_deleted_with_its_stack(emulator: Emulator, stack: Stack) -> None:
    name = _unique("bus")
    rule = {"EventBusName": {"Ref": "Bus"}, "EventPattern": {"source": ["ingestion.lab"]}}
    stack.deploy(
        {
            "Bus": {"Type": "AWS::Events::EventBus", "Properties": {"Name": name, "Tags": TAGS}},
            "Rule": {"Type": "AWS::Events::Rule", "Properties": rule},
        },
        Arn={"Fn::GetAtt": ["Bus", "Arn"]},
    )
    events = emulator.client("events")
    assert len(events.list_rules(EventBusName=name)["Rules"]) == 1
    assert events.list_tags_for_resource(ResourceARN=stack.outputs["Arn"])["Tags"] == TAGS
    stack.delete()
    with pytest.raises(ClientError) as raised:
        events.list_rules(EventBusName=name)
    assert raised.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_a_subscription_that_nobody_confirmed_is_deleted_with_its_stack(
    emulator: Emulator, stack: Stack
) -> None:
    endpoints = {"email": "nobody@example.com", "https": "https://hooks.example.com/lab"}
    subscriptions = {
        protocol.capitalize(): {
            "Type": "AWS::SNS::Subscription",
            "Properties": {"TopicArn": {"Ref": "Topic"}, "Protocol": protocol, "Endpoint": endpoint},
        }
        for protocol, endpoint in endpoints.items()
    }
    stack.deploy({"Topic": {"Type": "AWS::SNS::Topic"}, **subscriptions})
    sns, topic = emulator.client("sns"), stack.outputs["Topic"]
    found = sns.list_subscriptions_by_topic(TopicArn=topic)["Subscriptions"]
    assert {entry["Protocol"]: entry["Endpoint"] for entry in found} == endpoints
    stack.delete()
    assert [entry for entry in sns.list_subscriptions()["Subscriptions"] if entry["TopicArn"] == topic] == []


def test_a_secret_is_generated_by_its_rules(emulator: Emulator, stack: Stack) -> None:
    rules = {"PasswordLength": 40, "ExcludePunctuation": True}
    properties = {"GenerateSecretString": rules, "Tags": TAGS}
    stack.deploy({"Secret": {"Type": "AWS::SecretsManager::Secret", "Properties": properties}})
    secret = emulator.client("secretsmanager").get_secret_value(SecretId=stack.outputs["Secret"])
    assert len(secret["SecretString"]) == 40
    assert secret["SecretString"].isalnum()


def test_a_function_gets_its_reserved_concurrency(emulator: Emulator, stack: Stack) -> None:
    stack.deploy(
        {
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}},
            },
            "Function": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "Code": {"ZipFile": "def handler(event, context):\n    return event\n"},
                    "Handler": "index.handler",
                    "Runtime": "python3.13",
                    "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                    "ReservedConcurrentExecutions": 7,
                },
            },
        }
    )
    concurrency = emulator.client("lambda").get_function_concurrency(FunctionName=stack.outputs["Function"])
    assert concurrency["ReservedConcurrentExecutions"] == 7


def _attributes(emulator: Emulator, queue_url: str) -> dict[str, str]:
    answer = emulator.client("sqs").get_queue_attributes(QueueUrl=queue_url, AttributeNames=["All"])
    return dict(answer["Attributes"])
