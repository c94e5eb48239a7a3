"""A deployment that fails says why, takes back what it did, and leaves a stack to go on with."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.emulator.cloudformation_stack import DeploymentFailed, Stack
from tests.emulator.conftest import Emulator
from tests.emulator.lambda_functions import ROLE

TABLE = {
    "KeySchema": [{"AttributeName": "pk", "KeyType": "HASH"}],
    "AttributeDefinitions": [{"AttributeName": "pk", "AttributeType": "S"}],
    "BillingMode": "PAY_PER_REQUEST",
}
BAD_QUEUE = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "not a name"}}
UNREACHED: dict[str, dict[str, Any]] = {
    "AWS::DynamoDB::Table": TABLE,
    "AWS::Lambda::Permission": {
        "Action": "lambda:InvokeFunction",
        "FunctionName": "absent",
        "Principal": "events.amazonaws.com",
    },
    "AWS::Logs::MetricFilter": {
        "LogGroupName": "absent",
        "FilterPattern": "ERROR",
        "MetricTransformations": [{"MetricName": "E", "MetricNamespace": "Lab", "MetricValue": "1"}],
    },
}
MORE_THAN_THE_ACCOUNT_HAS = 100_000
Update = Callable[[Stack, dict[str, Any]], None]


def _queue(name: str, **properties: Any) -> dict[str, Any]:
    return {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name, **properties}}


def _queues(emulator: Emulator, stack: Stack) -> set[str]:
    """The stack's queues by their own names, which the tests begin with the stack's."""
    urls = emulator.client("sqs").list_queues(QueueNamePrefix=stack.name).get("QueueUrls", [])
    return {url.rsplit("/", 1)[1].removeprefix(f"{stack.name}-") for url in urls}


def _by_change_set(stack: Stack, resources: dict[str, Any]) -> None:
    stack.deploy(resources)


def _by_update_stack(stack: Stack, resources: dict[str, Any]) -> None:
    template = {"Resources": resources}
    stack.client.update_stack(StackName=stack.name, TemplateBody=json.dumps(template))
    stack._expect("UPDATE_COMPLETE")


@pytest.mark.parametrize("type_", UNREACHED)
def test_a_failed_create_leaves_nothing_and_can_be_deleted(
    emulator: Emulator, stack: Stack, type_: str
) -> None:
    unreached = {"Type": type_, "DependsOn": "Bad", "Properties": UNREACHED[type_]}
    resources = {"Good": _queue(f"{stack.name}-good"), "Bad": BAD_QUEUE, "Unreached": unreached}
    with pytest.raises(DeploymentFailed, match=r"^ROLLBACK_COMPLETE"):
        stack.deploy(resources)
    assert _queues(emulator, stack) == set()
    assert stack.client.describe_stack_resources(StackName=stack.name)["StackResources"] == []
    stack.delete()


def test_the_resource_that_failed_says_why_and_no_other_is_blamed(stack: Stack) -> None:
    refers = {"Type": "AWS::SQS::Queue", "Properties": {"Tags": [{"Key": "k", "Value": {"Ref": "Bad"}}]}}
    with pytest.raises(DeploymentFailed):
        stack.deploy({"Refers": refers, "Bad": BAD_QUEUE})
    events = stack.client.describe_stack_events(StackName=stack.name)["StackEvents"]
    failed = [event for event in events if event["ResourceStatus"] == "CREATE_FAILED"]
    assert [event["LogicalResourceId"] for event in failed] == ["Bad"]
    assert "alphanumeric" in failed[0]["ResourceStatusReason"]
    begun = [event for event in events if event["ResourceStatus"] == "ROLLBACK_IN_PROGRESS"]
    assert [event["ResourceStatusReason"] for event in begun] == [
        "The following resource(s) failed to create: [Bad]."
    ]


@pytest.mark.parametrize("way", ["change set", "CreateStack"])
def test_a_failed_creation_is_described_with_its_parameters_and_no_reason(stack: Stack, way: str) -> None:
    """As AWS does (recorded by LocalStack, test_sns_topic_fifo_without_suffix_fails)."""
    template = {"Parameters": {"Name": {"Type": "String"}}, "Resources": {"Bad": BAD_QUEUE}}
    parameters = [{"ParameterKey": "Name", "ParameterValue": "given"}]
    given = {"StackName": stack.name, "TemplateBody": json.dumps(template), "Parameters": parameters}
    if way == "CreateStack":
        stack.client.create_stack(**given)
    else:
        made = stack.client.create_change_set(**given, ChangeSetName="first", ChangeSetType="CREATE")
        stack.client.execute_change_set(ChangeSetName=made["Id"])
    stack._expect("ROLLBACK_COMPLETE")
    (described,) = stack.client.describe_stacks(StackName=stack.name)["Stacks"]
    assert described["Parameters"] == parameters
    assert "StackStatusReason" not in described
    stack.delete()


def test_an_update_that_is_rolled_back_has_the_parameters_it_had(stack: Stack) -> None:
    template = {
        "Parameters": {"Name": {"Type": "String"}},
        "Resources": {"Good": _queue(f"{stack.name}-good")},
    }

    def given(name: str, **resources: Any) -> dict[str, Any]:
        body = template | {"Resources": template["Resources"] | resources}
        parameters = [{"ParameterKey": "Name", "ParameterValue": name}]
        return {"StackName": stack.name, "TemplateBody": json.dumps(body), "Parameters": parameters}

    stack.client.create_stack(**given("before"))
    stack._expect("CREATE_COMPLETE")
    stack.client.update_stack(**given("after", Bad=BAD_QUEUE))
    stack._expect("UPDATE_ROLLBACK_COMPLETE")
    (described,) = stack.client.describe_stacks(StackName=stack.name)["Stacks"]
    assert described["Parameters"] == [{"ParameterKey": "Name", "ParameterValue": "before"}]
    assert "StackStatusReason" not in described


def _function(name: str, memory_mib: int, reserved: int | None = None) -> dict[str, Any]:
    """A function; what it reserves is set last, when all else has been done."""
    properties = {
        "FunctionName": name,
        "Code": {"ZipFile": "def handler(event, context): ..."},
        "Handler": "index.handler",
        "Role": ROLE,
        "Runtime": "python3.13",
        "MemorySize": memory_mib,
    }
    if reserved is not None:
        properties["ReservedConcurrentExecutions"] = reserved
    return {"It": {"Type": "AWS::Lambda::Function", "Properties": properties}}


def test_what_a_failed_create_had_begun_is_deleted(emulator: Emulator, stack: Stack) -> None:
    with pytest.raises(DeploymentFailed, match=r"^ROLLBACK_COMPLETE"):
        stack.deploy(_function(stack.name, 128, reserved=MORE_THAN_THE_ACCOUNT_HAS))
    with pytest.raises(ClientError, match="ResourceNotFoundException"):
        emulator.client("lambda").get_function(FunctionName=stack.name)


@pytest.mark.parametrize("update", [_by_change_set, _by_update_stack])
def test_a_failed_update_restores_what_was(emulator: Emulator, stack: Stack, update: Update) -> None:
    name = stack.name
    old = {
        "Changed": _queue(f"{name}-changed", VisibilityTimeout=10, DelaySeconds=5),
        "Replaced": _queue(f"{name}-replaced"),
        "Dropped": _queue(f"{name}-dropped"),
        "Untouched": _queue(f"{name}-untouched"),
    }
    new = {
        "Changed": _queue(f"{name}-changed", VisibilityTimeout=20),
        "Replaced": _queue(f"{name}-replacement"),
        "Added": _queue(f"{name}-added"),
        "Untouched": old["Untouched"] | {"DependsOn": "Bad"},
        "Bad": BAD_QUEUE | {"DependsOn": ["Changed", "Replaced", "Added"]},
    }
    stack.deploy(old)
    with pytest.raises(DeploymentFailed, match=r"^UPDATE_ROLLBACK_COMPLETE: .*alphanumeric"):
        update(stack, new)
    assert _queues(emulator, stack) == {"changed", "replaced", "dropped", "untouched"}
    attributes = _attributes(emulator, stack.outputs["Changed"])
    assert (attributes["VisibilityTimeout"], attributes["DelaySeconds"]) == ("10", "5")
    kept = stack.client.describe_stack_resources(StackName=name)["StackResources"]
    assert {resource["LogicalResourceId"] for resource in kept} == set(old)

    new["Bad"] = _queue(f"{name}-good")
    update(stack, new)
    expected = {"changed", "replacement", "added", "untouched", "good"}
    assert _queues(emulator, stack) == expected
    assert _attributes(emulator, stack.outputs["Changed"])["VisibilityTimeout"] == "20"
    stack.delete()
    assert _queues(emulator, stack) == set()


def _attributes(emulator: Emulator, url: str) -> dict[str, str]:
    sqs = emulator.client("sqs")
    attributes: dict[str, str] = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return attributes


def test_an_update_that_failed_half_way_is_undone(emulator: Emulator, stack: Stack) -> None:
    stack.deploy(_function(stack.name, 128))
    with pytest.raises(DeploymentFailed, match=r"^UPDATE_ROLLBACK_COMPLETE"):
        stack.deploy(_function(stack.name, 256, reserved=MORE_THAN_THE_ACCOUNT_HAS))
    found = emulator.client("lambda").get_function(FunctionName=stack.name)
    assert found["Configuration"]["MemorySize"] == 128
    assert "Concurrency" not in found


def test_a_stack_deletes_what_is_already_gone(emulator: Emulator, stack: Stack) -> None:
    metric_filter = UNREACHED["AWS::Logs::MetricFilter"] | {"LogGroupName": {"Ref": "Group"}}
    stack.deploy(
        {
            "Queue": _queue(stack.name),
            "Table": {"Type": "AWS::DynamoDB::Table", "Properties": TABLE},
            "Group": {"Type": "AWS::Logs::LogGroup"},
            "Filter": {"Type": "AWS::Logs::MetricFilter", "Properties": metric_filter},
        }
    )
    emulator.client("sqs").delete_queue(QueueUrl=stack.outputs["Queue"])
    emulator.client("dynamodb").delete_table(TableName=stack.outputs["Table"])
    emulator.client("logs").delete_log_group(logGroupName=stack.outputs["Group"])
    stack.delete()


def test_a_stack_that_could_not_be_deleted_says_why_and_can_be_later(
    emulator: Emulator, stack: Stack
) -> None:
    table = {"Type": "AWS::DynamoDB::Table", "Properties": TABLE | {"DeletionProtectionEnabled": True}}
    stack.deploy({"Table": table, "Queue": _queue(f"{stack.name}-q")})
    with pytest.raises(DeploymentFailed, match=r"^DELETE_FAILED: Table: "):
        stack.delete()
    (described,) = stack.client.describe_stacks(StackName=stack.name)["Stacks"]
    assert described["StackStatusReason"] == "The following resource(s) failed to delete: [Table]."
    assert _queues(emulator, stack) == set()
    emulator.client("dynamodb").update_table(
        TableName=stack.outputs["Table"], DeletionProtectionEnabled=False
    )
    stack.delete()
