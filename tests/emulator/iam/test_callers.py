"""Callers: root, users, sessions, services and the anonymous, each by the policies that are asked for it."""

import json
import time
import urllib.error
import urllib.request
import uuid
from typing import Any

import pytest
from botocore.exceptions import ClientError

from ops.lab.waiting import eventually
from tests.emulator.conftest import Emulator
from tests.emulator.iam.conftest import Caller, new_role, policy, session_of
from tests.emulator.lambda_functions import create, deploy

DENIED = "is not authorized to perform"


def _queue(emulator: Emulator, **attributes: str) -> tuple[str, str]:
    """URL and ARN of a new queue."""
    name = f"queue-{uuid.uuid4().hex[:8]}"
    url = emulator.client("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    return url, f"arn:aws:sqs:us-east-1:000000000000:{name}"


def _bodies(emulator: Emulator, url: str) -> list[str]:
    answer = emulator.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
    return [message["Body"] for message in answer.get("Messages", [])]


def _get(url: str) -> tuple[int, bytes]:
    """Status and body of what an unsigned GET is answered."""
    try:
        with urllib.request.urlopen(url, timeout=60) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def test_root_may_do_everything(emulator: Emulator) -> None:
    url, _arn = _queue(emulator)

    emulator.client("sqs").send_message(QueueUrl=url, MessageBody="x")


def test_a_role_may_do_what_it_is_allowed_at_once_and_no_longer_than_that(role: Caller) -> None:
    url, arn = _queue(role.emulator)
    sqs = role.client("sqs")
    with pytest.raises(ClientError, match=DENIED):
        sqs.send_message(QueueUrl=url, MessageBody="x")

    role.allow("sqs:SendMessage", arn)
    sqs.send_message(QueueUrl=url, MessageBody="x")

    iam = role.emulator.client("iam")
    for name in iam.list_role_policies(RoleName=role.name)["PolicyNames"]:
        iam.delete_role_policy(RoleName=role.name, PolicyName=name)
    with pytest.raises(ClientError, match=DENIED):
        sqs.send_message(QueueUrl=url, MessageBody="x")


def test_a_batch_needs_the_permission_of_each_table(role: Caller) -> None:
    table = "arn:aws:dynamodb:us-east-1:000000000000:table"
    role.allow("dynamodb:BatchGetItem", f"{table}/one")
    asked = {name: {"Keys": [{"k": {"S": "1"}}]} for name in ("one", "two")}

    with pytest.raises(ClientError, match=f"{DENIED}: dynamodb:BatchGetItem on resource: {table}/two"):
        role.client("dynamodb").batch_get_item(RequestItems=asked)


def test_a_boundary_and_a_session_policy_limit_a_role(emulator: Emulator) -> None:
    iam = emulator.client("iam")
    boundary = iam.create_policy(
        PolicyName=f"boundary-{uuid.uuid4().hex[:8]}",
        PolicyDocument=policy({"Effect": "Allow", "Action": ["sqs:ListQueues", "ssm:*"], "Resource": "*"}),
    )["Policy"]["Arn"]
    name = new_role(emulator, PermissionsBoundary=boundary)
    session_of(emulator, name).allow("*", "*")
    session = policy({"Effect": "Allow", "Action": "sqs:*", "Resource": "*"})
    limited = session_of(emulator, name, Policy=session)

    limited.client("sqs").list_queues()
    with pytest.raises(ClientError, match="because no session policy allows"):
        limited.client("ssm").describe_parameters()
    with pytest.raises(ClientError, match="because no permissions boundary allows"):
        limited.client("dynamodb").list_tables()


def test_a_user_has_the_policies_of_its_own_and_of_its_groups(emulator: Emulator) -> None:
    iam, name = emulator.client("iam"), f"user-{uuid.uuid4().hex[:8]}"
    iam.create_user(UserName=name)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    credentials = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
    user = Caller(emulator, name, f"arn:aws:iam::000000000000:user/{name}", credentials)
    with pytest.raises(ClientError, match=f"User: {user.arn} {DENIED}: sqs:ListQueues"):
        user.client("sqs").list_queues()

    group = f"group-{uuid.uuid4().hex[:8]}"
    iam.create_group(GroupName=group)
    iam.put_group_policy(
        GroupName=group,
        PolicyName="reads",
        PolicyDocument=policy({"Effect": "Allow", "Action": "sqs:ListQueues", "Resource": "*"}),
    )
    iam.add_user_to_group(GroupName=group, UserName=name)
    user.client("sqs").list_queues()


def test_the_policy_of_a_resource_is_asked_for_the_anonymous(emulator: Emulator) -> None:
    s3, bucket = emulator.client("s3"), f"bucket-{uuid.uuid4().hex[:8]}"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="page", Body=b"hello")
    url = f"{emulator.endpoint}/{bucket}/page"

    assert _get(url)[0] == 403

    everyone = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
    s3.put_bucket_policy(Bucket=bucket, Policy=policy(everyone | {"Resource": f"arn:aws:s3:::{bucket}/*"}))
    assert _get(url) == (200, b"hello")


def test_a_presigned_url_is_its_signer_s(role: Caller) -> None:
    s3, bucket = role.emulator.client("s3"), f"bucket-{uuid.uuid4().hex[:8]}"
    s3.create_bucket(Bucket=bucket)
    s3.put_object(Bucket=bucket, Key="page", Body=b"hello")
    url = role.client("s3").generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": "page"})

    status, body = _get(url)
    assert (status, b"no identity-based policy allows the s3:GetObject action" in body) == (403, True)

    role.allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*")
    assert _get(url) == (200, b"hello")


def _from(service: str, source_arn: str, action: str, resource: str) -> dict[str, Any]:
    return {
        "Effect": "Allow",
        "Principal": {"Service": service},
        "Action": action,
        "Resource": resource,
        "Condition": {"ArnEquals": {"aws:SourceArn": source_arn}},
    }


def test_a_topic_delivers_to_a_queue_whose_policy_lets_it(emulator: Emulator) -> None:
    sns, (url, arn) = emulator.client("sns"), _queue(emulator)
    topic = sns.create_topic(Name=f"topic-{uuid.uuid4().hex[:8]}")["TopicArn"]
    options = {"RawMessageDelivery": "true"}
    sns.subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn, Attributes=options)

    sns.publish(TopicArn=topic, Message="before")
    _eventually_denied(emulator, "sns.amazonaws.com", arn)
    emulator.client("sqs").set_queue_attributes(
        QueueUrl=url, Attributes={"Policy": policy(_from("sns.amazonaws.com", topic, "sqs:SendMessage", arn))}
    )
    sns.publish(TopicArn=topic, Message="after")

    received = eventually(lambda: _bodies(emulator, url), within=40, what="a message from the topic")
    assert received == ["after"]


def test_a_rule_that_may_not_deliver_sends_to_its_dead_letter_queue(emulator: Emulator) -> None:
    events, (_url, arn), (dlq_url, dlq) = emulator.client("events"), _queue(emulator), _queue(emulator)
    rule = f"rule-{uuid.uuid4().hex[:8]}"
    rule_arn = events.put_rule(Name=rule, EventPattern=json.dumps({"source": [rule]}))["RuleArn"]
    events.put_targets(Rule=rule, Targets=[{"Id": "1", "Arn": arn, "DeadLetterConfig": {"Arn": dlq}}])
    emulator.client("sqs").set_queue_attributes(
        QueueUrl=dlq_url,
        Attributes={"Policy": policy(_from("events.amazonaws.com", rule_arn, "sqs:SendMessage", dlq))},
    )

    events.put_events(Entries=[{"Source": rule, "DetailType": "t", "Detail": "{}"}])

    def dead() -> list[dict[str, Any]]:
        answer = emulator.client("sqs").receive_message(QueueUrl=dlq_url, MessageAttributeNames=["All"])
        return list(answer.get("Messages", []))

    (message,) = eventually(dead, within=40, what="a dead letter")
    assert message["MessageAttributes"]["ERROR_CODE"]["StringValue"] == "NO_PERMISSIONS"


def test_a_mapping_is_refused_whose_role_may_not_read_the_queue(emulator: Emulator) -> None:
    role = new_role(emulator, "lambda.amazonaws.com")
    arn = f"arn:aws:iam::000000000000:role/{role}"
    function = deploy(emulator.endpoint, "def handler(event, context): return 1", Role=arn, Timeout=3)
    _url, queue = _queue(emulator)

    with pytest.raises(ClientError, match="does not have permissions to call GetQueueAttributes on SQS"):
        function.client.create_event_source_mapping(EventSourceArn=queue, FunctionName=function.name)


def test_lambda_cannot_take_on_a_role_that_does_not_trust_it(emulator: Emulator) -> None:
    role = f"arn:aws:iam::000000000000:role/{new_role(emulator)}"

    with pytest.raises(ClientError, match="cannot be assumed by Lambda"):
        create(emulator.endpoint, "def handler(event, context): return 1", Role=role, Timeout=3)

    assert role in _denied(emulator, "lambda.amazonaws.com")


def test_a_log_group_invokes_a_function_whose_policy_names_it(emulator: Emulator) -> None:
    role = f"arn:aws:iam::000000000000:role/{new_role(emulator, 'lambda.amazonaws.com')}"
    function = deploy(emulator.endpoint, "def handler(event, context): return 1", Role=role, Timeout=3)
    arn = f"arn:aws:lambda:us-east-1:000000000000:function:{function.name}"
    logs, group = emulator.client("logs"), f"group-{uuid.uuid4().hex[:8]}"
    logs.create_log_group(logGroupName=group)
    function.client.add_permission(
        FunctionName=function.name,
        StatementId="logs",
        Action="lambda:InvokeFunction",
        Principal="logs.amazonaws.com",
        SourceArn=f"arn:aws:logs:us-east-1:000000000000:log-group:{group}:*",
    )

    logs.put_subscription_filter(logGroupName=group, filterName="all", filterPattern="", destinationArn=arn)
    logs.create_log_stream(logGroupName=group, logStreamName="s")
    line = {"timestamp": int(time.time() * 1000), "message": "hello"}
    logs.put_log_events(logGroupName=group, logStreamName="s", logEvents=[line])

    def invoked() -> list[dict[str, Any]]:
        with urllib.request.urlopen(f"{emulator.endpoint}/_lab/iam/calls", timeout=60) as answer:
            calls = json.load(answer)
        return [
            call for call in calls if (call["principal"], call["resource"]) == ("logs.amazonaws.com", arn)
        ]

    (call,) = eventually(invoked, within=40, what="an invocation by CloudWatch Logs")
    assert (call["action"], call["finding"]) == ("lambda:InvokeFunction", "allowed")


def _denied(emulator: Emulator, principal: str) -> set[str]:
    """The resources that this principal was denied."""
    with urllib.request.urlopen(f"{emulator.endpoint}/_lab/iam", timeout=60) as answer:
        denied = json.load(answer)["denied"]
    return {call["resource"] for call in denied if call["principal"] == principal}


def _eventually_denied(emulator: Emulator, principal: str, resource: str) -> None:
    eventually(lambda: resource in _denied(emulator, principal), within=40, what=f"a denial of {principal}")


def test_an_address_of_the_emulator_that_nothing_serves_is_no_bucket(emulator: Emulator) -> None:
    """LocalStack serves its mailbox after the first mail: until then it takes the address for a bucket's."""
    status, _body = _get(f"{emulator.endpoint}/_aws/nothing-here")

    assert status == 404
    report = json.loads(_get(f"{emulator.endpoint}/_lab/iam")[1])
    assert "nothing-here" not in json.dumps(report)
