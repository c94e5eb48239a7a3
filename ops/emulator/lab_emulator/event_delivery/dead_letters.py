"""The queue that a target names for events which it would not take."""

import logging

from localstack.aws.api.events import Target
from localstack.aws.connect import connect_to
from localstack.services.events.utils import to_json_str
from localstack.utils.aws.arns import parse_arn

from lab_emulator.event_delivery.delivery import Delivery
from lab_emulator.event_delivery.failure import Failure

LOG = logging.getLogger(__name__)


def park(delivery: Delivery, target: Target, failure: Failure, exhausted: str | None) -> bool | None:
    """Send the event as it was matched to the target's queue, and say whether that went well.

    None where the target has no queue: the event is lost, as on AWS. The attributes are those of the
    user guide (eb-rule-dlq); EXHAUSTED_RETRY_CONDITION only where a limit of the policy was reached.
    """
    queue_arn = (target.get("DeadLetterConfig") or {}).get("Arn")
    if not queue_arn:
        LOG.warning("%s is lost: target %s has no dead-letter queue", delivery.event["id"], target["Arn"])
        return None
    attributes = {
        "RULE_ARN": delivery.rule.arn,
        "TARGET_ARN": target["Arn"],
        "ERROR_CODE": failure.code,
        "ERROR_MESSAGE": failure.message,
        "RETRY_ATTEMPTS": str(delivery.retries),
    }
    if exhausted:
        attributes["EXHAUSTED_RETRY_CONDITION"] = exhausted
    try:
        _send(queue_arn, to_json_str(_as_matched(delivery)), attributes)
    except Exception:  # as on AWS the event is lost then; the metric and this line are all that tells
        LOG.exception("%s is lost: it could not be sent to %s", delivery.event["id"], queue_arn)
        return False
    return True


def _as_matched(delivery: Delivery) -> dict:
    return {name: value for name, value in delivery.event.items() if name != "event-bus-name"}


def _send(queue_arn: str, body: str, attributes: dict[str, str]) -> None:
    queue = parse_arn(queue_arn)
    sqs = connect_to(aws_access_key_id=queue["account"], region_name=queue["region"]).sqs
    sqs.send_message(
        QueueUrl=sqs.get_queue_url(QueueName=queue["resource"])["QueueUrl"],
        MessageBody=body,
        MessageAttributes={
            name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
        },
    )
