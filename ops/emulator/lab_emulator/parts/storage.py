"""Parts of DynamoDB and S3, and how each is told apart from what LocalStack has."""

from lab_emulator.parts.part import Part, provider_of


def _keeps_tables_in_moto() -> bool:
    from lab_emulator.dynamodb.provider import MotoDynamoDbProvider

    return isinstance(provider_of("dynamodb"), MotoDynamoDbProvider)


def _tells_objects_as_they_are() -> bool:
    from localstack.services.s3.notifications import EventBridgeNotifier

    from lab_emulator.s3.event_payload import event_payload

    return getattr(EventBridgeNotifier._get_event_payload, "func", None) is event_payload


PARTS = (
    Part("dynamodb over moto", "tables without a download, one writer at a time", _keeps_tables_in_moto),
    Part("s3 events on eventbridge", "keys as they are, sequencers that order", _tells_objects_as_they_are),
)
