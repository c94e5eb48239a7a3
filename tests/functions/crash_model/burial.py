"""Puts an accepted event where the last failed attempt would have left it: other scenarios play how."""

from functions.common.sqs_message import IDEMPOTENCY_KEY, REDRIVE_COUNT, number_attribute, text_attribute
from functions.ingestion.identity import Identity, checksum
from functions.redrive.parameters import DEFAULT_MAX_REDRIVES
from tests.functions.crash_model.resources import MAX_RECEIVE_COUNT
from tests.functions.crash_model.warm_clients import warm_client
from tests.functions.crash_model.world import World

FIT_TO_PARK = DEFAULT_MAX_REDRIVES  # a letter that was redriven so often goes no further


def bury(
    world: World, key: str, category: str = "TRANSIENT", error_type: str = "Outage", redrives: int = 0
) -> None:
    """A dead letter, and its failure in the table."""
    body = f'{{"amount":1,"orderId":"order-{key}"}}'
    warm_client("sqs").send_message(
        QueueUrl=world.resources.dlq_url,
        MessageBody=body,
        MessageAttributes={
            IDEMPOTENCY_KEY: text_attribute(key),
            REDRIVE_COUNT: number_attribute(redrives),
        },
    )
    warm_client("dynamodb").put_item(
        TableName=world.resources.table,
        Item={
            "idempotencyKey": {"S": key},
            "status": {"S": "FAILED"},
            "checksum": {"S": checksum(body)},
            "attempts": {"N": str(MAX_RECEIVE_COUNT)},
            "errorType": {"S": error_type},
            "errorCategory": {"S": category},
            "expiresAt": {"N": str(int(world.clock()) + 7 * 86_400)},
        },
    )
    world.client.accepted.append(Identity(key, checksum(body)))
    world.effects.begun[key] = MAX_RECEIVE_COUNT
    world.buried.add(key)
