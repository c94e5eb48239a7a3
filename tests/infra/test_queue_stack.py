"""Queue, DLQ and table: what keeps an event safe."""

import pytest

from infra.constructs.sqs_with_dlq import MAX_MESSAGE_BYTES
from tests.infra.templates import Properties, Synthesized, as_list, references, strings

QUEUE, DLQ, PARKED = "EventsQueue", "EventsDlq", "EventsParked"
STATE, JOBS = "StateTable", "RedriveJobsTable"


def _queue(app: Synthesized, prefix: str) -> Properties:
    (properties,) = (v for k, v in app.resources("AWS::SQS::Queue", "Queue").items() if k.startswith(prefix))
    return properties


def test_the_queue_gives_up_after_the_receives_that_are_set(dev: Synthesized, jwt: Synthesized) -> None:
    policies = [_queue(app, QUEUE)["RedrivePolicy"] for app in (dev, jwt)]
    assert [policy["maxReceiveCount"] for policy in policies] == [5, 3]
    assert all(references(policy, DLQ) for policy in policies)


def test_every_queue_is_a_dlq_or_has_one(each: Synthesized) -> None:
    """`Undelivered` and `Parked` are the ends of other roads: what EventBridge's targets refuse, and what a
    redrive must not send round again."""
    for id_, properties in each.resources("AWS::SQS::Queue").items():
        is_dlq = id_.startswith((DLQ, PARKED, "OutcomesUndelivered"))
        assert is_dlq != ("RedrivePolicy" in properties), id_


def test_the_dlq_serves_that_queue_alone(each: Synthesized) -> None:
    name = _queue(each, QUEUE)["QueueName"]
    policy = _queue(each, DLQ)["RedriveAllowPolicy"]
    assert policy["redrivePermission"] == "byQueue"
    assert any(text.endswith(f":{name}") for text in strings(policy))


def test_a_message_is_kept_longer_in_the_dlq(each: Synthesized) -> None:
    kept = [_queue(each, prefix)["MessageRetentionPeriod"] for prefix in (QUEUE, DLQ)]
    assert kept[0] < kept[1]


def test_the_queue_takes_the_largest_message_that_sqs_takes(each: Synthesized) -> None:
    assert _queue(each, QUEUE)["MaximumMessageSize"] == MAX_MESSAGE_BYTES


def test_a_message_stays_hidden_for_six_attempts_and_a_window(each: Synthesized) -> None:
    """https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html"""
    worker = each.functions()["worker"]
    window = each.only("AWS::Lambda::EventSourceMapping")["MaximumBatchingWindowInSeconds"]
    assert _queue(each, QUEUE)["VisibilityTimeout"] >= 6 * worker["Timeout"] + window


def test_what_is_parked_is_kept_as_long_as_sqs_can(each: Synthesized) -> None:
    assert _queue(each, PARKED)["MessageRetentionPeriod"] == 14 * 86_400


@pytest.mark.parametrize(("prefix", "key"), [(STATE, "idempotencyKey"), (JOBS, "jobId")])
def test_each_table_has_its_key_and_forgets(each: Synthesized, prefix: str, key: str) -> None:
    (table,) = (v for k, v in each.resources("AWS::DynamoDB::Table").items() if k.startswith(prefix))
    assert table["KeySchema"] == [{"AttributeName": key, "KeyType": "HASH"}]
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expiresAt", "Enabled": True}
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}


def test_queues_and_topic_refuse_plain_http(each: Synthesized) -> None:
    for policy_type, resource_type in (
        ("AWS::SQS::QueuePolicy", "AWS::SQS::Queue"),
        ("AWS::SNS::TopicPolicy", "AWS::SNS::Topic"),
    ):
        for id_ in each.resources(resource_type):
            denials = [
                statement
                for policy in each.resources(policy_type).values()
                for statement in policy["PolicyDocument"]["Statement"]
                if statement["Effect"] == "Deny" and references(statement["Resource"], id_)
            ]
            assert any(d["Condition"]["Bool"]["aws:SecureTransport"] == "false" for d in denials), id_


def test_without_a_key_of_our_own_queues_use_that_of_sqs(dev: Synthesized) -> None:
    assert all(queue["SqsManagedSseEnabled"] for queue in dev.resources("AWS::SQS::Queue").values())
    assert "AWS::KMS::Key" not in dev.types()


def test_a_key_of_our_own_encrypts_queues_table_topic_and_secret(prod: Synthesized) -> None:
    (key,) = prod.resources("AWS::KMS::Key")
    assert all(
        references(queue["KmsMasterKeyId"], key) for queue in prod.resources("AWS::SQS::Queue").values()
    )
    tables = prod.resources("AWS::DynamoDB::Table").values()
    assert all(references(table["SSESpecification"], key) for table in tables)
    topics = prod.resources("AWS::SNS::Topic").values()
    assert all(references(topic["KmsMasterKeyId"], key) for topic in topics)
    assert references(prod.only("AWS::SecretsManager::Secret")["KmsKeyId"], key)
    assert prod.only("AWS::KMS::Key")["EnableKeyRotation"] is True
    assert prod.only("AWS::KMS::Alias")["AliasName"] == "alias/ingestion-lab-prod"


def test_services_that_write_encrypted_messages_may_use_the_key(prod: Synthesized) -> None:
    statements = prod.only("AWS::KMS::Key")["KeyPolicy"]["Statement"]
    allowed = {
        service
        for statement in statements
        if "kms:GenerateDataKey" in as_list(statement["Action"])
        for service in as_list(statement["Principal"].get("Service", []))
    }
    assert allowed == {"events.amazonaws.com", "cloudwatch.amazonaws.com"}


@pytest.mark.parametrize(
    ("context", "policies"),
    [
        ("dev", {"Delete"}),
        # A first deployment that fails is to leave nothing behind that bears a name which the next one needs.
        # Tables have none, and their protection would have CloudFormation fail to delete them.
        ("prod", {"RetainExceptOnCreate", "AWS::DynamoDB::Table: Retain"}),
        ("jwt", {"Delete"}),
    ],
)
def test_data_is_left_behind_where_it_matters(
    context: str, policies: set[str], request: pytest.FixtureRequest
) -> None:
    app: Synthesized = request.getfixturevalue(context)
    kept = ("AWS::SQS::Queue", "AWS::DynamoDB::Table", "AWS::Logs::LogGroup", "AWS::KMS::Key")
    found = {
        (resource["Type"], resource["DeletionPolicy"])
        for stack in app.stacks.values()
        for resource in stack["Resources"].values()
        if resource["Type"] in kept
    }
    assert {f"{type_}: {policy}" if policy == "Retain" else policy for type_, policy in found} == policies
    assert {type_ for type_, _ in found} >= set(kept[:3])
