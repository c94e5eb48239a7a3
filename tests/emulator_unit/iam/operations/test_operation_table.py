"""Table of operations: what a call needs, on which resources, and that the table is whole."""

from typing import Any

import botocore.session
import pytest

from lab_emulator.iam.api_call import ApiCall
from lab_emulator.iam.operations.operation_table import operations_of, requirements, services
from lab_emulator.iam.operations.requirement import Requirement

ACCOUNT, REGION = "000000000000", "us-east-1"
QUEUE_URL = f"http://127.0.0.1:4566/{ACCOUNT}/orders"
QUEUE = f"arn:aws:sqs:{REGION}:{ACCOUNT}:orders"
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:pages"
TABLE = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/state"
FUNCTION = f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:worker"
ROLE = f"arn:aws:iam::{ACCOUNT}:role/service/worker"
MACHINE = f"arn:aws:states:{REGION}:{ACCOUNT}:stateMachine:rounds"
BUS = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus"
GROUP = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group"
PARAMETER = f"arn:aws:ssm:{REGION}:{ACCOUNT}:parameter"

Needs = list[tuple[str, str]]
NEEDS: list[tuple[str, str, dict[str, Any], Needs]] = [
    ("sqs", "SendMessage", {"QueueUrl": QUEUE_URL}, [("sqs:SendMessage", QUEUE)]),
    ("sqs", "SendMessageBatch", {"QueueUrl": QUEUE_URL}, [("sqs:SendMessage", QUEUE)]),
    ("sqs", "DeleteMessageBatch", {"QueueUrl": QUEUE_URL}, [("sqs:DeleteMessage", QUEUE)]),
    (
        "sqs",
        "ChangeMessageVisibilityBatch",
        {"QueueUrl": QUEUE_URL},
        [("sqs:ChangeMessageVisibility", QUEUE)],
    ),
    (
        "sqs",
        "ReceiveMessage",
        {"QueueUrl": "http://sqs.us-east-1.localhost:4566/111111111111/orders"},
        [("sqs:ReceiveMessage", f"arn:aws:sqs:{REGION}:111111111111:orders")],
    ),
    ("sqs", "GetQueueUrl", {"QueueName": "orders"}, [("sqs:GetQueueUrl", QUEUE)]),
    ("sqs", "ListQueues", {}, [("sqs:ListQueues", "*")]),
    (
        "sqs",
        "StartMessageMoveTask",
        {"SourceArn": QUEUE, "DestinationArn": f"{QUEUE}-2"},
        [
            ("sqs:StartMessageMoveTask", QUEUE),
            ("sqs:ReceiveMessage", QUEUE),
            ("sqs:DeleteMessage", QUEUE),
            ("sqs:GetQueueAttributes", QUEUE),
            ("sqs:SendMessage", f"{QUEUE}-2"),
        ],
    ),
    ("sns", "Subscribe", {"TopicArn": TOPIC}, [("sns:Subscribe", TOPIC)]),
    ("sns", "Unsubscribe", {"SubscriptionArn": f"{TOPIC}:0f"}, [("sns:Unsubscribe", TOPIC)]),
    ("sns", "CreateTopic", {"Name": "pages"}, [("sns:CreateTopic", TOPIC)]),
    (
        "dynamodb",
        "TransactWriteItems",
        {
            "TransactItems": [
                {"Put": {"TableName": "state"}},
                {"Update": {"TableName": "state"}},
                {"Put": {"TableName": f"{TABLE}-2"}},
                {"ConditionCheck": {"TableName": "state"}},
            ]
        },
        [
            ("dynamodb:ConditionCheckItem", TABLE),
            ("dynamodb:PutItem", TABLE),
            ("dynamodb:PutItem", f"{TABLE}-2"),
            ("dynamodb:UpdateItem", TABLE),
        ],
    ),
    ("dynamodb", "DescribeTable", {"TableName": TABLE}, [("dynamodb:DescribeTable", TABLE)]),
    ("dynamodb", "ListTables", {}, [("dynamodb:ListTables", "*")]),
    ("lambda", "Invoke", {"FunctionName": "worker"}, [("lambda:InvokeFunction", FUNCTION)]),
    (
        "lambda",
        "Invoke",
        {"FunctionName": f"{ACCOUNT}:function:worker"},
        [("lambda:InvokeFunction", FUNCTION)],
    ),
    ("lambda", "Invoke", {"FunctionName": FUNCTION}, [("lambda:InvokeFunction", FUNCTION)]),
    (
        "lambda",
        "Invoke",
        {"FunctionName": "worker", "Qualifier": "live"},
        [("lambda:InvokeFunction", f"{FUNCTION}:live")],
    ),
    (
        "lambda",
        "CreateFunction",
        {"FunctionName": "worker", "Role": ROLE},
        [("lambda:CreateFunction", FUNCTION), ("iam:PassRole", ROLE)],
    ),
    (
        "lambda",
        "UpdateFunctionConfiguration",
        {"FunctionName": "worker", "Timeout": 3},
        [("lambda:UpdateFunctionConfiguration", FUNCTION)],
    ),
    (
        "lambda",
        "UpdateEventSourceMapping",
        {"UUID": "0f"},
        [("lambda:UpdateEventSourceMapping", f"arn:aws:lambda:{REGION}:{ACCOUNT}:event-source-mapping:0f")],
    ),
    ("s3", "ListObjectsV2", {"Bucket": "files"}, [("s3:ListBucket", "arn:aws:s3:::files")]),
    ("s3", "HeadBucket", {"Bucket": "files"}, [("s3:ListBucket", "arn:aws:s3:::files")]),
    ("s3", "ListBuckets", {}, [("s3:ListAllMyBuckets", "*")]),
    (
        "s3",
        "CompleteMultipartUpload",
        {"Bucket": "files", "Key": "a/b"},
        [("s3:PutObject", "arn:aws:s3:::files/a/b")],
    ),
    (
        "s3",
        "DeleteObject",
        {"Bucket": "files", "Key": "a", "VersionId": "1"},
        [("s3:DeleteObjectVersion", "arn:aws:s3:::files/a")],
    ),
    (
        "s3",
        "DeleteObjects",
        {"Bucket": "files", "Delete": {"Objects": [{"Key": "a"}, {"Key": "b", "VersionId": "1"}]}},
        [("s3:DeleteObject", "arn:aws:s3:::files/a"), ("s3:DeleteObjectVersion", "arn:aws:s3:::files/b")],
    ),
    (
        "s3",
        "UploadPartCopy",
        {"Bucket": "files", "Key": "b", "CopySource": "other/a%20b?versionId=1"},
        [("s3:GetObjectVersion", "arn:aws:s3:::other/a b"), ("s3:PutObject", "arn:aws:s3:::files/b")],
    ),
    (
        "events",
        "PutEvents",
        {"Entries": [{"EventBusName": "outcomes"}, {}, {"EventBusName": f"{BUS}/outcomes"}]},
        [("events:PutEvents", f"{BUS}/outcomes"), ("events:PutEvents", f"{BUS}/default")],
    ),
    (
        "events",
        "PutRule",
        {"Name": "failed", "EventBusName": "outcomes"},
        [("events:PutRule", f"arn:aws:events:{REGION}:{ACCOUNT}:rule/outcomes/failed")],
    ),
    (
        "events",
        "PutTargets",
        {"Rule": "failed", "Targets": [{"RoleArn": ROLE}, {}]},
        [
            ("events:PutTargets", f"arn:aws:events:{REGION}:{ACCOUNT}:rule/failed"),
            ("iam:PassRole", ROLE),
        ],
    ),
    ("ssm", "GetParameter", {"Name": "/lab/mode"}, [("ssm:GetParameter", f"{PARAMETER}/lab/mode")]),
    (
        "ssm",
        "GetParameters",
        {"Names": ["/a", "b:3"]},
        [("ssm:GetParameters", f"{PARAMETER}/a"), ("ssm:GetParameters", f"{PARAMETER}/b")],
    ),
    (
        "logs",
        "PutLogEvents",
        {"logGroupName": "/aws/g", "logStreamName": "s"},
        [("logs:PutLogEvents", f"{GROUP}:/aws/g:log-stream:s")],
    ),
    ("logs", "CreateLogGroup", {"logGroupName": "g"}, [("logs:CreateLogGroup", f"{GROUP}:g:log-stream:")]),
    (
        "logs",
        "FilterLogEvents",
        {"logGroupIdentifier": f"{GROUP}:g"},
        [("logs:FilterLogEvents", f"{GROUP}:g:log-stream:")],
    ),
    ("cloudwatch", "GetMetricData", {}, [("cloudwatch:GetMetricData", "*")]),
    (
        "cloudwatch",
        "DeleteAlarms",
        {"AlarmNames": ["a", "b"]},
        [
            ("cloudwatch:DeleteAlarms", f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:a"),
            ("cloudwatch:DeleteAlarms", f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:b"),
        ],
    ),
    (
        "stepfunctions",
        "StartSyncExecution",
        {"stateMachineArn": MACHINE},
        [("states:StartSyncExecution", MACHINE)],
    ),
    ("kms", "Decrypt", {"KeyId": "0f"}, [("kms:Decrypt", f"arn:aws:kms:{REGION}:{ACCOUNT}:key/0f")]),
    ("sts", "AssumeRole", {"RoleArn": ROLE}, [("sts:AssumeRole", ROLE)]),
    ("sts", "GetCallerIdentity", {}, []),
    (
        "iam",
        "CreateRole",
        {"RoleName": "worker", "Path": "/service/"},
        [("iam:CreateRole", ROLE)],
    ),
    (
        "cloudformation",
        "DescribeStacks",
        {"StackName": "lab"},
        [("cloudformation:DescribeStacks", f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/lab/*")],
    ),
    (
        "cloudformation",
        "CreateChangeSet",
        {"StackName": "lab", "RoleARN": ROLE},
        [
            ("cloudformation:CreateChangeSet", f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/lab/*"),
            ("iam:PassRole", ROLE),
        ],
    ),
    ("xray", "PutTraceSegments", {}, [("xray:PutTraceSegments", "*")]),
]


def _needs(call: ApiCall) -> Needs:
    """All but keys, for which the services' stores are asked: tests with an emulator have them."""
    needed = requirements(call)
    assert needed is not None, f"{call.service} {call.operation} is not in the table"
    return [(each.action, arn) for each in needed if not _asks_a_store(each) for arn in each.arns(call)]


def _asks_a_store(requirement: Requirement) -> bool:
    return getattr(requirement.resources, "__module__", "").endswith("customer_key")


@pytest.mark.parametrize(("service", "operation", "request_", "expected"), NEEDS)
def test_a_call_needs_its_actions_on_its_resources(
    service: str, operation: str, request_: dict[str, Any], expected: Needs
) -> None:
    assert _needs(ApiCall(service, operation, ACCOUNT, REGION, request_)) == expected


def test_api_gateway_is_asked_by_method_and_path() -> None:
    call = ApiCall("apigatewayv2", "GetApi", ACCOUNT, REGION, {}, "GET", "/v2/apis/0f")

    assert _needs(call) == [("apigateway:GET", f"arn:aws:apigateway:{REGION}::/apis/0f")]


@pytest.mark.parametrize("call", [("ses", "SendEmail"), ("sqs", "NoSuchOperation")])
def test_what_the_table_lacks_needs_nothing_known(call: tuple[str, str]) -> None:
    assert requirements(ApiCall(*call, ACCOUNT, REGION)) is None


@pytest.mark.parametrize("service", services())
def test_each_operation_is_one_of_the_service(service: str) -> None:
    model = botocore.session.Session().get_service_model(service)

    assert set(operations_of(service)) <= set(model.operation_names)


@pytest.mark.parametrize("service", services())
def test_each_member_of_a_condition_is_one_of_the_request(service: str) -> None:
    model = botocore.session.Session().get_service_model(service)

    for operation, needed in operations_of(service).items():
        shape = model.operation_model(operation).input_shape
        members = set(shape.members) if shape else set()
        assert {each.member for each in needed} - {None} <= members, operation
