"""Services that act for themselves: policies of queues, topics, functions and log groups that let them."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from lab_emulator.iam.evaluation.authorization_request import AuthorizationRequest
from lab_emulator.iam.evaluation.decision import Outcome, PolicyKind
from lab_emulator.iam.evaluation.policy_evaluation import ApplicablePolicies, evaluate
from tests.emulator_unit.iam.evaluation.callers import (
    ACCOUNT,
    GUIDE,
    PRINCIPAL,
    USER,
    Json,
    allow,
    context_of,
    deny,
    policy,
    service,
)

AWS = "https://docs.aws.amazon.com/"
CONFUSED_DEPUTY = f"{GUIDE}confused-deputy.html"
SNS_TO_SQS = f"{AWS}sns/latest/dg/subscribe-sqs-queue-to-sns-topic.html"
FROM_EVENTBRIDGE = f"{AWS}eventbridge/latest/userguide/eb-use-resource-based.html"
FROM_S3 = f"{AWS}AmazonS3/latest/userguide/grant-destinations-permissions-to-s3.html"
TO_LAMBDA = f"{AWS}lambda/latest/dg/permissions-function-services.html"
FROM_ALARMS = f"{AWS}AmazonCloudWatch/latest/monitoring/Notify_Users_Alarm_Changes.html"
FROM_LOGS = f"{AWS}AmazonCloudWatch/latest/logs/SubscriptionFilters.html"
TO_LOGS = f"{AWS}AmazonCloudWatch/latest/logs/AWS-logs-and-resource-policy.html"
SQS_DENY = f"{AWS}AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-least-privilege-policy.html"

HERE = f"us-east-1:{ACCOUNT}"
QUEUE, TOPIC = f"arn:aws:sqs:{HERE}:q", f"arn:aws:sns:{HERE}:t"
RULE, FUNCTION = f"arn:aws:events:{HERE}:rule/bus/r", f"arn:aws:lambda:{HERE}:function:f"
ALARM, BUCKET = f"arn:aws:cloudwatch:{HERE}:alarm:a", "arn:aws:s3:::amzn-s3-demo-bucket"
API, GROUP = f"arn:aws:execute-api:{HERE}:api/*/POST/events", f"arn:aws:logs:{HERE}:log-group:/aws/events/x"
SOURCE = "aws:SourceArn"


def let(name: str, action: str, resource: str, **conditions: Mapping[str, str]) -> tuple[Json, ...]:
    """Return the policy that lets a service in, under conditions."""
    return (allow(action, resource, Principal={"Service": name}, Condition=conditions),)


SEND_FROM_TOPIC = let("sns.amazonaws.com", "sqs:SendMessage", QUEUE, ArnEquals={SOURCE: TOPIC})
SEND_FROM_RULE = let("events.amazonaws.com", "sqs:SendMessage", QUEUE, ArnEquals={SOURCE: RULE})
PUBLISH_FROM_RULE = let("events.amazonaws.com", "sns:Publish", TOPIC)
PUBLISH_FROM_ALARM = let(
    "cloudwatch.amazonaws.com",
    "sns:Publish",
    TOPIC,
    ArnLike={SOURCE: f"arn:aws:cloudwatch:{HERE}:alarm:*"},
    StringEquals={"aws:SourceAccount": ACCOUNT},
)
SEND_FROM_BUCKET = let(
    "s3.amazonaws.com",
    "SQS:SendMessage",
    QUEUE,
    ArnLike={SOURCE: BUCKET},
    StringEquals={"aws:SourceAccount": ACCOUNT},
)
INVOKE_FROM_API = let("apigateway.amazonaws.com", "lambda:InvokeFunction", FUNCTION, ArnLike={SOURCE: API})
INVOKE_FROM_LOGS = let(
    "logs.amazonaws.com",
    "lambda:InvokeFunction",
    FUNCTION,
    ArnLike={SOURCE: f"arn:aws:logs:{HERE}:log-group:*"},
)
WRITE_FROM_RULE = (
    allow(
        ["logs:CreateLogStream", "logs:PutLogEvents"],
        f"arn:aws:logs:{HERE}:log-group:/aws/events/*:*",
        Principal={"Service": ["events.amazonaws.com", "delivery.logs.amazonaws.com"]},
    ),
)
ONLY_ENCRYPTED = (
    *SEND_FROM_TOPIC,
    deny("sqs:*", QUEUE, Principal="*", Condition={"Bool": {"aws:SecureTransport": "false"}}),
)
EVERYONE_FROM_BUCKET = (
    allow("sqs:SendMessage", QUEUE, Principal={"AWS": "*"}, Condition={"ArnLike": {SOURCE: BUCKET}}),
)


@dataclass(frozen=True)
class ServiceCase:
    """Service that calls for one of its resources, the policy of what it calls, and what AWS says."""

    page: str
    service: str
    action: str
    resource: str
    policy: tuple[Json, ...]
    outcome: Outcome
    context: Mapping[str, str] = field(default_factory=dict)


def case(
    page: str, name: str, action: str, resource: str, let_in: tuple[Json, ...], allowed: bool, **source: str
) -> ServiceCase:
    """Return a case; `source` is the ARN and the account that the service acts for."""
    keys = {"arn": SOURCE, "account": "aws:SourceAccount", "encrypted": "aws:SecureTransport"}
    outcome = Outcome.ALLOWED if allowed else Outcome.IMPLICIT_DENY
    context = {keys[key]: value for key, value in source.items()}
    return ServiceCase(page, f"{name}.amazonaws.com", action, resource, let_in, outcome, context)


SEND, PUBLISH, INVOKE = "sqs:SendMessage", "sns:Publish", "lambda:InvokeFunction"


@pytest.mark.parametrize(
    "case",
    [
        case(SNS_TO_SQS, "sns", SEND, QUEUE, SEND_FROM_TOPIC, True, arn=TOPIC),
        case(SNS_TO_SQS, "sns", SEND, QUEUE, SEND_FROM_TOPIC, False, arn=f"{TOPIC}2"),
        case(SNS_TO_SQS, "sns", SEND, QUEUE, SEND_FROM_TOPIC, False),
        case(SNS_TO_SQS, "events", SEND, QUEUE, SEND_FROM_TOPIC, False, arn=TOPIC),
        case(SNS_TO_SQS, "sns", "sqs:DeleteMessage", QUEUE, SEND_FROM_TOPIC, False, arn=TOPIC),
        case(SNS_TO_SQS, "sns", SEND, f"{QUEUE}2", SEND_FROM_TOPIC, False, arn=TOPIC),
        case(FROM_EVENTBRIDGE, "events", SEND, QUEUE, SEND_FROM_RULE, True, arn=RULE),
        case(FROM_EVENTBRIDGE, "events", SEND, QUEUE, SEND_FROM_RULE, False, arn=f"{RULE}2"),
        case(FROM_EVENTBRIDGE, "events", PUBLISH, TOPIC, PUBLISH_FROM_RULE, True, arn=RULE),
        case(FROM_EVENTBRIDGE, "events", PUBLISH, TOPIC, PUBLISH_FROM_RULE, True),
        case(FROM_EVENTBRIDGE, "s3", PUBLISH, TOPIC, PUBLISH_FROM_RULE, False),
        case(FROM_EVENTBRIDGE, "events", "logs:PutLogEvents", f"{GROUP}:log-stream:s", WRITE_FROM_RULE, True),
        case(TO_LOGS, "delivery.logs", "logs:PutLogEvents", f"{GROUP}:log-stream:s", WRITE_FROM_RULE, True),
        case(TO_LOGS, "delivery.logs", "logs:DeleteLogGroup", GROUP, WRITE_FROM_RULE, False),
        case(FROM_ALARMS, "cloudwatch", PUBLISH, TOPIC, PUBLISH_FROM_ALARM, True, arn=ALARM, account=ACCOUNT),
        case(FROM_ALARMS, "cloudwatch", PUBLISH, TOPIC, PUBLISH_FROM_ALARM, False, arn=ALARM, account="1"),
        case(FROM_ALARMS, "cloudwatch", PUBLISH, TOPIC, PUBLISH_FROM_ALARM, False, arn=ALARM),
        case(FROM_ALARMS, "cloudwatch", PUBLISH, TOPIC, PUBLISH_FROM_ALARM, False, account=ACCOUNT),
        case(FROM_ALARMS, "cloudwatch", PUBLISH, TOPIC, PUBLISH_FROM_ALARM, False, arn=RULE, account=ACCOUNT),
        case(FROM_S3, "s3", SEND, QUEUE, SEND_FROM_BUCKET, True, arn=BUCKET, account=ACCOUNT),
        case(FROM_S3, "s3", SEND, QUEUE, SEND_FROM_BUCKET, False, arn="arn:aws:s3:::b", account=ACCOUNT),
        case(FROM_S3, "s3", SEND, QUEUE, SEND_FROM_BUCKET, False, arn=BUCKET, account="1"),
        case(FROM_S3, "s3", SEND, QUEUE, EVERYONE_FROM_BUCKET, True, arn=BUCKET),
        case(FROM_S3, "s3", SEND, QUEUE, EVERYONE_FROM_BUCKET, False, arn="arn:aws:s3:::b"),
        case(
            TO_LAMBDA, "apigateway", INVOKE, FUNCTION, INVOKE_FROM_API, True, arn=API.replace("*", "$default")
        ),
        case(
            TO_LAMBDA, "apigateway", INVOKE, FUNCTION, INVOKE_FROM_API, False, arn=API.replace("POST", "GET")
        ),
        case(TO_LAMBDA, "apigateway", INVOKE, f"{FUNCTION}2", INVOKE_FROM_API, False, arn=API),
        case(FROM_LOGS, "logs", INVOKE, FUNCTION, INVOKE_FROM_LOGS, True, arn=f"{GROUP}:*"),
        case(FROM_LOGS, "logs", INVOKE, FUNCTION, INVOKE_FROM_LOGS, False, arn=TOPIC),
        case(SQS_DENY, "sns", SEND, QUEUE, ONLY_ENCRYPTED, True, arn=TOPIC, encrypted="true"),
        case(CONFUSED_DEPUTY, "sns", SEND, QUEUE, (), False, arn=TOPIC),
        case(
            PRINCIPAL, "sns", SEND, QUEUE, (allow(SEND, QUEUE, Principal={"AWS": ACCOUNT}),), False, arn=TOPIC
        ),
        case(PRINCIPAL, "sns", SEND, QUEUE, (allow(SEND, QUEUE, Principal="*"),), True),
        case(PRINCIPAL, "sns", SEND, QUEUE, let("SNS.amazonaws.com", SEND, QUEUE), False),
    ],
    ids=lambda case: f"{case.service}-{case.outcome.name}",
)
def test_a_service_acts_by_leave_of_the_resource(case: ServiceCase) -> None:
    caller = service(case.service)
    request = AuthorizationRequest(caller, case.action, case.resource, context_of(case.context))
    policies = ApplicablePolicies(ACCOUNT, resource=policy(*case.policy) if case.policy else None)

    decision = evaluate(request, policies)

    assert (decision.outcome, decision.by) == (case.outcome, PolicyKind.RESOURCE), case.page


def test_a_deny_to_everyone_denies_services_too() -> None:
    context = context_of({SOURCE: TOPIC, "aws:SecureTransport": "false"})
    request = AuthorizationRequest(service("sns.amazonaws.com"), SEND, QUEUE, context)

    decision = evaluate(request, ApplicablePolicies(ACCOUNT, resource=policy(*ONLY_ENCRYPTED)))

    assert decision.outcome is Outcome.EXPLICIT_DENY, SQS_DENY


def test_what_is_let_to_a_service_is_not_let_to_a_user() -> None:
    request = AuthorizationRequest(USER, SEND, QUEUE, context_of({SOURCE: TOPIC}))

    assert not evaluate(request, ApplicablePolicies(ACCOUNT, resource=policy(*SEND_FROM_TOPIC))).is_allowed
