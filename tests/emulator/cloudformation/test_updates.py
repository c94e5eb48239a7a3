"""Changing a template changes the resource, in place, and dropping a property restores its default."""

import json
import uuid
from typing import Any

import pytest

from tests.emulator.cloudformation_stack import DeploymentFailed, Stack, resource
from tests.emulator.conftest import Emulator

OLD_TAGS = [{"Key": "stage", "Value": "old"}, {"Key": "dropped", "Value": "x"}]
NEW_TAGS = [{"Key": "stage", "Value": "new"}]
TRUST = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"Service": "lambda.amazonaws.com"},
            "Action": "sts:AssumeRole",
        }
    ],
}
TABLE = {
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
    "SSESpecification": {"SSEEnabled": True},
}


def _change(stack: Stack, type_: str, before: dict[str, Any], after: dict[str, Any]) -> str:
    """Deploy one resource twice; return its physical id, which the update must not have changed."""
    stack.deploy({"It": resource(type_, **before)})
    physical_id = stack.outputs["It"]
    stack.deploy({"It": resource(type_, **after)})
    assert stack.outputs["It"] == physical_id, "the update replaced the resource"
    return physical_id


def test_an_update_that_is_not_implemented_fails_and_says_so(stack: Stack) -> None:
    stack.deploy({"It": resource("AWS::Scheduler::ScheduleGroup", Name=stack.name, Tags=OLD_TAGS)})
    with pytest.raises(DeploymentFailed, match="cannot update AWS::Scheduler::ScheduleGroup in place"):
        stack.deploy({"It": resource("AWS::Scheduler::ScheduleGroup", Name=stack.name, Tags=NEW_TAGS)})


def test_log_group(emulator: Emulator, stack: Stack) -> None:
    before = {"RetentionInDays": 14, "Tags": OLD_TAGS}
    name = _change(stack, "AWS::Logs::LogGroup", before, {"RetentionInDays": 30, "Tags": NEW_TAGS})
    logs = emulator.client("logs")
    (group,) = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    assert group["retentionInDays"] == 30
    assert logs.list_tags_for_resource(resourceArn=group["logGroupArn"])["tags"] == {"stage": "new"}
    stack.deploy({"It": resource("AWS::Logs::LogGroup")})
    (group,) = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    assert "retentionInDays" not in group


def test_metric_filter(emulator: Emulator, stack: Stack) -> None:
    def template(pattern: str) -> dict[str, Any]:
        transformation = {"MetricName": "E", "MetricNamespace": "Lab", "MetricValue": "1"}
        return {
            "Group": resource("AWS::Logs::LogGroup"),
            "Filter": resource(
                "AWS::Logs::MetricFilter",
                LogGroupName={"Ref": "Group"},
                FilterPattern=pattern,
                MetricTransformations=[transformation],
            ),
        }

    stack.deploy(template("ERROR"))
    stack.deploy(template("WARN"))
    filters = emulator.client("logs").describe_metric_filters(logGroupName=stack.outputs["Group"])
    assert [entry["filterPattern"] for entry in filters["metricFilters"]] == ["WARN"]


def test_saved_query(emulator: Emulator, stack: Stack) -> None:
    before = {"Name": stack.name, "QueryString": "fields @message"}
    _change(stack, "AWS::Logs::QueryDefinition", before, before | {"QueryString": "stats count()"})
    found = emulator.client("logs").describe_query_definitions(queryDefinitionNamePrefix=stack.name)
    assert [query["queryString"] for query in found["queryDefinitions"]] == ["stats count()"]


def test_dashboard(emulator: Emulator, stack: Stack) -> None:
    before = {"DashboardBody": '{"widgets": []}'}
    name = _change(stack, "AWS::CloudWatch::Dashboard", before, {"DashboardBody": '{"start": "-PT1H"}'})
    assert emulator.client("cloudwatch").get_dashboard(DashboardName=name)["DashboardBody"] == (
        '{"start": "-PT1H"}'
    )


def test_alarm_and_composite_alarm(emulator: Emulator, stack: Stack) -> None:
    def template(threshold: int, tags: list[dict[str, str]], rule: str) -> dict[str, Any]:
        alarm = resource(
            "AWS::CloudWatch::Alarm",
            Namespace="AWS/SQS",
            MetricName="ApproximateNumberOfMessagesVisible",
            Statistic="Maximum",
            Period=60,
            EvaluationPeriods=1,
            ComparisonOperator="GreaterThanThreshold",
            Threshold=threshold,
            Tags=tags,
        )
        composite = resource("AWS::CloudWatch::CompositeAlarm", AlarmRule={"Fn::Sub": rule})
        return {"Alarm": alarm, "Composite": composite}

    stack.deploy(template(0, OLD_TAGS, "ALARM(${Alarm})"))
    names = [stack.outputs["Alarm"], stack.outputs["Composite"]]
    stack.deploy(template(5, NEW_TAGS, "OK(${Alarm})"))
    assert [stack.outputs["Alarm"], stack.outputs["Composite"]] == names
    cloudwatch = emulator.client("cloudwatch")
    found = cloudwatch.describe_alarms(AlarmNames=names, AlarmTypes=["MetricAlarm", "CompositeAlarm"])
    assert [alarm["Threshold"] for alarm in found["MetricAlarms"]] == [5]
    assert [alarm["AlarmRule"] for alarm in found["CompositeAlarms"]] == [f"OK({names[0]})"]
    arn = found["MetricAlarms"][0]["AlarmArn"]
    assert cloudwatch.list_tags_for_resource(ResourceARN=arn)["Tags"] == NEW_TAGS


def test_table(emulator: Emulator, stack: Stack) -> None:
    before = TABLE | {
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": False},
        "TimeToLiveSpecification": {"AttributeName": "old", "Enabled": True},
        "Tags": OLD_TAGS,
    }
    after = TABLE | {
        "PointInTimeRecoverySpecification": {"PointInTimeRecoveryEnabled": True},
        "DeletionProtectionEnabled": True,
        "Tags": NEW_TAGS,
    }
    name = _change(stack, "AWS::DynamoDB::Table", before, after)
    dynamodb = emulator.client("dynamodb")
    table = dynamodb.describe_table(TableName=name)["Table"]
    assert table["DeletionProtectionEnabled"] is True
    assert dynamodb.list_tags_of_resource(ResourceArn=table["TableArn"])["Tags"] == NEW_TAGS
    ttl = dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"]
    assert ttl["TimeToLiveStatus"] == "DISABLED"
    backups = dynamodb.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
    dynamodb.update_table(TableName=name, DeletionProtectionEnabled=False)


def test_a_table_is_not_said_to_have_got_an_index(stack: Stack) -> None:
    keys = [{"AttributeName": "status", "KeyType": "HASH"}]
    index = {"IndexName": "byStatus", "KeySchema": keys, "Projection": {"ProjectionType": "ALL"}}
    stack.deploy({"It": resource("AWS::DynamoDB::Table", **TABLE)})
    with pytest.raises(DeploymentFailed, match="cannot change GlobalSecondaryIndexes"):
        stack.deploy({"It": resource("AWS::DynamoDB::Table", **TABLE, GlobalSecondaryIndexes=[index])})


def test_bus_and_rule(emulator: Emulator, stack: Stack) -> None:
    def template(tags: list[dict[str, str]], source: str, state: str, targets: list[str]) -> dict[str, Any]:
        rule = resource(
            "AWS::Events::Rule",
            EventBusName={"Ref": "Bus"},
            EventPattern={"source": [source]},
            State=state,
            Targets=[{"Id": name, "Arn": {"Fn::GetAtt": [name, "Arn"]}} for name in targets],
            Tags=tags,
        )
        queues = {name: resource("AWS::SQS::Queue") for name in ("First", "Second")}
        return {"Bus": resource("AWS::Events::EventBus", Name=stack.name, Tags=tags), "Rule": rule} | queues

    stack.deploy(template(OLD_TAGS, "old", "ENABLED", ["First", "Second"]))
    identifier = stack.outputs["Rule"]
    stack.deploy(template(NEW_TAGS, "new", "DISABLED", ["Second"]))
    assert stack.outputs["Rule"] == identifier
    events = emulator.client("events")
    (rule,) = events.list_rules(EventBusName=stack.name)["Rules"]
    assert (json.loads(rule["EventPattern"]), rule["State"]) == ({"source": ["new"]}, "DISABLED")
    targets = events.list_targets_by_rule(Rule=rule["Name"], EventBusName=stack.name)["Targets"]
    assert [target["Id"] for target in targets] == ["Second"]
    assert events.list_tags_for_resource(ResourceARN=rule["Arn"])["Tags"] == NEW_TAGS
    bus_arn = events.describe_event_bus(Name=stack.name)["Arn"]
    assert events.list_tags_for_resource(ResourceARN=bus_arn)["Tags"] == NEW_TAGS


def test_topic_policy_and_subscription(emulator: Emulator, stack: Stack) -> None:
    def template(display_name: str, action: str, scope: list[str]) -> dict[str, Any]:
        statement = {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": "*"}
        return {
            "Topic": resource("AWS::SNS::Topic", DisplayName=display_name),
            "Policy": resource(
                "AWS::SNS::TopicPolicy",
                Topics=[{"Ref": "Topic"}],
                PolicyDocument={"Version": "2012-10-17", "Statement": [statement]},
            ),
            "Queue": resource("AWS::SQS::Queue"),
            "Subscription": resource(
                "AWS::SNS::Subscription",
                TopicArn={"Ref": "Topic"},
                Protocol="sqs",
                Endpoint={"Fn::GetAtt": ["Queue", "Arn"]},
                FilterPolicy={"kind": scope},
            ),
        }

    stack.deploy(template("old", "sns:Publish", ["a"]))
    arns = (stack.outputs["Topic"], stack.outputs["Subscription"])
    stack.deploy(template("new", "sns:Subscribe", ["b"]))
    assert (stack.outputs["Topic"], stack.outputs["Subscription"]) == arns
    sns = emulator.client("sns")
    attributes = sns.get_topic_attributes(TopicArn=arns[0])["Attributes"]
    assert attributes["DisplayName"] == "new"
    assert json.loads(attributes["Policy"])["Statement"][0]["Action"] == "sns:Subscribe"
    subscription = sns.get_subscription_attributes(SubscriptionArn=arns[1])["Attributes"]
    assert json.loads(subscription["FilterPolicy"]) == {"kind": ["b"]}


def test_parameter(emulator: Emulator, stack: Stack) -> None:
    before = {"Name": f"/{stack.name}/mode", "Type": "String", "Value": "none"}
    name = _change(stack, "AWS::SSM::Parameter", before, before | {"Value": "poison_payload"})
    assert emulator.client("ssm").get_parameter(Name=name)["Parameter"]["Value"] == "poison_payload"


def test_secret_keeps_its_value_until_its_rules_change(emulator: Emulator, stack: Stack) -> None:
    secrets = emulator.client("secretsmanager")
    before = {"Description": "old", "GenerateSecretString": {"PasswordLength": 20}}
    stack.deploy({"It": resource("AWS::SecretsManager::Secret", **before)})
    arn = stack.outputs["It"]
    value = secrets.get_secret_value(SecretId=arn)["SecretString"]
    renamed = before | {"Description": "new", "Tags": NEW_TAGS}
    stack.deploy({"It": resource("AWS::SecretsManager::Secret", **renamed)})
    assert secrets.get_secret_value(SecretId=arn)["SecretString"] == value
    described = secrets.describe_secret(SecretId=arn)
    assert (described["Description"], described["Tags"]) == ("new", NEW_TAGS)
    longer = renamed | {"GenerateSecretString": {"PasswordLength": 30}}
    stack.deploy({"It": resource("AWS::SecretsManager::Secret", **longer)})
    assert len(secrets.get_secret_value(SecretId=arn)["SecretString"]) == 30


def test_key_and_alias(emulator: Emulator, stack: Stack) -> None:
    policy = {"Version": "2012-10-17", "Statement": []}

    def template(description: str, rotation: bool, target: str) -> dict[str, Any]:
        key = {"KeyPolicy": policy, "Description": description, "EnableKeyRotation": rotation}
        return {
            "First": resource("AWS::KMS::Key", **key),
            "Second": resource("AWS::KMS::Key", KeyPolicy=policy),
            "Alias": resource(
                "AWS::KMS::Alias", AliasName=f"alias/{stack.name}", TargetKeyId={"Ref": target}
            ),
        }

    stack.deploy(template("old", False, "First"))
    key_id = stack.outputs["First"]
    stack.deploy(template("new", True, "Second"))
    assert stack.outputs["First"] == key_id
    kms = emulator.client("kms")
    assert kms.describe_key(KeyId=key_id)["KeyMetadata"]["Description"] == "new"
    assert kms.get_key_rotation_status(KeyId=key_id)["KeyRotationEnabled"] is True
    aliased = kms.describe_key(KeyId=f"alias/{stack.name}")["KeyMetadata"]
    assert aliased["KeyId"] == stack.outputs["Second"]


def test_queue(emulator: Emulator, stack: Stack) -> None:
    def template(**properties: Any) -> dict[str, Any]:
        return {"Dlq": resource("AWS::SQS::Queue"), "Queue": resource("AWS::SQS::Queue", **properties)}

    dlq_arn = {"Fn::GetAtt": ["Dlq", "Arn"]}
    stack.deploy(
        template(
            VisibilityTimeout=60,
            RedrivePolicy={"deadLetterTargetArn": dlq_arn, "maxReceiveCount": 5},
            RedriveAllowPolicy={"redrivePermission": "denyAll"},
            SqsManagedSseEnabled=False,
            Tags=OLD_TAGS,
        )
    )
    url = stack.outputs["Queue"]
    stack.deploy(
        template(
            VisibilityTimeout=182,
            RedrivePolicy={"deadLetterTargetArn": dlq_arn, "maxReceiveCount": 3},
            MaximumMessageSize=1048576,
            Tags=NEW_TAGS,
        )
    )
    assert stack.outputs["Queue"] == url
    sqs = emulator.client("sqs")
    attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert (attributes["VisibilityTimeout"], attributes["MaximumMessageSize"]) == ("182", "1048576")
    assert json.loads(attributes["RedrivePolicy"])["maxReceiveCount"] == 3
    assert json.loads(attributes["RedriveAllowPolicy"]) == {"redrivePermission": "allowAll"}
    assert attributes["SqsManagedSseEnabled"] == "false"  # the one that AWS leaves as it was
    assert sqs.list_queue_tags(QueueUrl=url)["Tags"] == {"stage": "new"}


def test_role_keeps_the_policies_attached_by_others(emulator: Emulator, stack: Stack) -> None:
    statement = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": "*"}
    document = {"Version": "2012-10-17", "Statement": [statement]}
    managed = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"

    def template(**role: Any) -> dict[str, Any]:
        policy = {"PolicyName": "theirs", "PolicyDocument": document, "Roles": [{"Ref": "Role"}]}
        return {
            "Role": resource("AWS::IAM::Role", AssumeRolePolicyDocument=TRUST, **role),
            "Policy": resource("AWS::IAM::Policy", **policy),
        }

    stack.deploy(template(Policies=[{"PolicyName": "own", "PolicyDocument": document}]))
    name = stack.outputs["Role"]
    stack.deploy(template(ManagedPolicyArns=[managed], Description="new", Tags=NEW_TAGS))
    assert stack.outputs["Role"] == name
    iam = emulator.client("iam")
    role = iam.get_role(RoleName=name)["Role"]
    assert (role["Description"], role["Tags"]) == ("new", NEW_TAGS)
    assert iam.list_role_policies(RoleName=name)["PolicyNames"] == ["theirs"]
    attached = iam.list_attached_role_policies(RoleName=name)["AttachedPolicies"]
    assert [policy["PolicyArn"] for policy in attached] == [managed]


def test_function_and_event_source_mapping(emulator: Emulator, stack: Stack) -> None:
    def template(function: dict[str, Any], mapping: dict[str, Any]) -> dict[str, Any]:
        return {
            "Role": resource("AWS::IAM::Role", AssumeRolePolicyDocument=TRUST),
            "Queue": resource("AWS::SQS::Queue", VisibilityTimeout=200),
            "Function": resource(
                "AWS::Lambda::Function",
                Code={"ZipFile": "def handler(event, context):\n    return {}\n"},
                Handler="index.handler",
                Runtime="python3.13",
                Role={"Fn::GetAtt": ["Role", "Arn"]},
                **function,
            ),
            "Mapping": resource(
                "AWS::Lambda::EventSourceMapping",
                FunctionName={"Ref": "Function"},
                EventSourceArn={"Fn::GetAtt": ["Queue", "Arn"]},
                **mapping,
            ),
        }

    stack.deploy(
        template(
            {
                "Timeout": 30,
                "MemorySize": 256,
                "ReservedConcurrentExecutions": 5,
                "Environment": {"Variables": {"A": "1"}},
                "Tags": OLD_TAGS,
            },
            {
                "BatchSize": 5,
                "ScalingConfig": {"MaximumConcurrency": 2},
                "FunctionResponseTypes": ["ReportBatchItemFailures"],
            },
        )
    )
    ids = (stack.outputs["Function"], stack.outputs["Mapping"])
    changed = {"Timeout": 20, "Environment": {"Variables": {"A": "2", "B": "3"}}, "Tags": NEW_TAGS}
    stack.deploy(template(changed, {"BatchSize": 20, "MaximumBatchingWindowInSeconds": 1}))
    assert (stack.outputs["Function"], stack.outputs["Mapping"]) == ids
    lambda_ = emulator.client("lambda")
    function = lambda_.get_function(FunctionName=ids[0])
    configuration = function["Configuration"]
    assert (configuration["Timeout"], configuration["MemorySize"]) == (20, 128)
    assert configuration["Environment"]["Variables"] == {"A": "2", "B": "3"}
    assert function["Tags"] == {"stage": "new"}
    assert "Concurrency" not in function
    mapping = lambda_.get_event_source_mapping(UUID=ids[1])
    assert (mapping["BatchSize"], mapping["MaximumBatchingWindowInSeconds"]) == (20, 1)
    assert mapping.get("FunctionResponseTypes") == []
    assert not mapping.get("ScalingConfig")


def test_what_an_update_drops_stays_dropped_in_the_next_one(emulator: Emulator, stack: Stack) -> None:
    role = {"AssumeRolePolicyDocument": TRUST}

    def template(**function: Any) -> dict[str, Any]:
        function |= {
            "Code": {"ZipFile": "def handler(event, context):\n    return {}\n"},
            "Handler": "index.handler",
            "Runtime": "python3.13",
            "Role": {"Fn::GetAtt": ["Role", "Arn"]},
        }
        return {
            "Role": resource("AWS::IAM::Role", **role),
            "Function": resource("AWS::Lambda::Function", **function),
        }

    stack.deploy(template(ReservedConcurrentExecutions=5))
    stack.deploy(template(Timeout=10))
    emulator.client("lambda").put_function_concurrency(
        FunctionName=stack.outputs["Function"], ReservedConcurrentExecutions=3
    )
    stack.deploy(template(Timeout=11))
    # Set by hand, not by the template: CloudFormation has nothing to say about it any more.
    concurrency = emulator.client("lambda").get_function_concurrency(FunctionName=stack.outputs["Function"])
    assert concurrency["ReservedConcurrentExecutions"] == 3


FUNCTION_SETTINGS: dict[str, tuple[Any, Any]] = {
    # What a template says, and what the function has once the template does not say it any more.
    "Architectures": (["arm64"], ["x86_64"]),
    "Description": ("said", ""),
    "EphemeralStorage": ({"Size": 1024}, {"Size": 512}),
    "LoggingConfig": (
        {"LogFormat": "JSON", "LogGroup": "/elsewhere"},
        {"LogFormat": "Text", "LogGroup": "/aws/lambda/{name}"},
    ),
    "MemorySize": (256, 128),
    "SnapStart": ({"ApplyOn": "PublishedVersions"}, {"ApplyOn": "None", "OptimizationStatus": "Off"}),
    "Timeout": (30, 3),
    "TracingConfig": ({"Mode": "Active"}, {"Mode": "PassThrough"}),
}


def test_every_setting_of_a_function_that_a_template_drops_has_its_default_again(
    emulator: Emulator, stack: Stack
) -> None:
    def template(**settings: Any) -> dict[str, Any]:
        return {
            "Role": resource("AWS::IAM::Role", AssumeRolePolicyDocument=TRUST),
            "Dead": resource("AWS::SQS::Queue"),
            "Function": resource(
                "AWS::Lambda::Function",
                Code={"ZipFile": "def handler(event, context):\n    return {}\n"},
                Handler="index.handler",
                Runtime="python3.13",
                Role={"Fn::GetAtt": ["Role", "Arn"]},
                **settings,
            ),
        }

    def configuration() -> dict[str, Any]:
        name = stack.outputs["Function"]
        found: dict[str, Any] = emulator.client("lambda").get_function_configuration(FunctionName=name)
        return found

    said = {name: value for name, (value, _) in FUNCTION_SETTINGS.items()}
    said["Environment"] = {"Variables": {"A": "1"}}
    dead_letters = {"TargetArn": {"Fn::GetAtt": ["Dead", "Arn"]}}
    stack.deploy(template(**said, DeadLetterConfig=dead_letters))
    found = configuration()
    for name, value in said.items():
        assert value == found[name] or value.items() <= found[name].items(), name
    assert found["DeadLetterConfig"]["TargetArn"]

    stack.deploy(template())
    found = configuration()
    expected = {name: default for name, (_, default) in FUNCTION_SETTINGS.items()}
    expected["LoggingConfig"]["LogGroup"] = f"/aws/lambda/{stack.outputs['Function']}"
    assert {name: found[name] for name in expected} == expected
    assert not found.get("Environment", {}).get("Variables")
    assert not found.get("DeadLetterConfig", {}).get("TargetArn")


def test_a_change_to_the_queue_keeps_its_event_source_mapping(emulator: Emulator, stack: Stack) -> None:
    def template(visibility_seconds: int) -> dict[str, Any]:
        return {
            "Role": resource("AWS::IAM::Role", AssumeRolePolicyDocument=TRUST),
            "Queue": resource("AWS::SQS::Queue", VisibilityTimeout=visibility_seconds),
            "Function": resource(
                "AWS::Lambda::Function",
                Code={"ZipFile": "def handler(event, context):\n    return {}\n"},
                Handler="index.handler",
                Runtime="python3.13",
                Role={"Fn::GetAtt": ["Role", "Arn"]},
            ),
            "Mapping": resource(
                "AWS::Lambda::EventSourceMapping",
                FunctionName={"Ref": "Function"},
                EventSourceArn={"Fn::GetAtt": ["Queue", "Arn"]},
            ),
        }

    stack.deploy(template(30))
    identifier = stack.outputs["Mapping"]
    stack.deploy(template(60))
    assert stack.outputs["Mapping"] == identifier
    mappings = emulator.client("lambda").list_event_source_mappings(FunctionName=stack.outputs["Function"])
    assert [mapping["UUID"] for mapping in mappings["EventSourceMappings"]] == [identifier]


def test_a_new_name_replaces_the_resource(emulator: Emulator, stack: Stack) -> None:
    names = [f"/{uuid.uuid4().hex}/mode" for _ in range(2)]
    for name in names:
        stack.deploy({"It": resource("AWS::SSM::Parameter", Name=name, Type="String", Value="none")})
    ssm = emulator.client("ssm")
    found = ssm.get_parameters(Names=names)
    assert [parameter["Name"] for parameter in found["Parameters"]] == names[1:]
