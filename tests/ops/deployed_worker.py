"""A worker, its queue and its mapping that only moto has, with the templates that would have made them."""

import io
import json
import zipfile
from typing import Any
from unittest.mock import MagicMock

import boto3

from ops.lab.app.target import Target

FUNCTION = {
    "FunctionName": "worker",
    "Runtime": "python3.13",
    "Handler": "h.h",
    "Timeout": 3,
    "MemorySize": 512,
    "Environment": {"Variables": {"LEASE_SECONDS": "6", "EVENT_SCHEMA": "v1"}},
}
SOURCE = {"BatchSize": 5, "MaximumBatchingWindowInSeconds": 1}


def deploy_worker(target: Target) -> None:
    """Queue, worker and mapping as a template has them: moto makes no stack without further packages."""
    url = target.output("QueueUrl")
    target.sqs.set_queue_attributes(QueueUrl=url, Attributes={"VisibilityTimeout": "19"})
    arn = target.sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    client: Any = target.functions
    client.create_function(**FUNCTION, Role=_role(), Code={"ZipFile": _archive()})
    mapping = client.create_event_source_mapping(**SOURCE, FunctionName="worker", EventSourceArn=arn)
    outputs: Any = target.outputs
    dlq = target.output("DlqUrl")
    target.sqs.set_queue_attributes(QueueUrl=dlq, Attributes={"MessageRetentionPeriod": "1209600"})
    outputs |= {"WorkerFunctionName": "worker", "WorkerMappingId": mapping["UUID"]}
    target.cloudformation = _one_stack(
        {
            url: {"VisibilityTimeout": 19},
            dlq: {"MessageRetentionPeriod": 1_209_600},
            "worker": FUNCTION,
            mapping["UUID"]: SOURCE,
        }
    )


def _one_stack(properties_by_id: dict[str, dict[str, Any]]) -> Any:
    """A CloudFormation client that knows one stack with these resources, by physical id."""
    client = MagicMock()
    resources = {f"Resource{at}": item for at, item in enumerate(properties_by_id.items())}
    body = {"Resources": {name: {"Properties": properties} for name, (_, properties) in resources.items()}}
    client.get_template.return_value = {"TemplateBody": body}
    summaries = [
        {"LogicalResourceId": name, "PhysicalResourceId": physical}
        for name, (physical, _) in resources.items()
    ]
    pages = [{"StackResourceSummaries": summaries}]
    client.get_paginator.return_value.paginate.return_value = pages
    return client


def _role() -> str:
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    iam = boto3.client("iam")
    return str(iam.create_role(RoleName="worker", AssumeRolePolicyDocument=policy)["Role"]["Arn"])


def _archive() -> bytes:
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as content:
        content.writestr("h.py", "")
    return archive.getvalue()
