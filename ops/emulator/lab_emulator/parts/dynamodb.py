"""DynamoDB."""

from lab_emulator.parts.part import Part


def _keeps_tables_in_moto() -> bool:
    from localstack.services.plugins import SERVICE_PLUGINS

    from lab_emulator.dynamodb.provider import MotoDynamoDbProvider

    service = SERVICE_PLUGINS.get_service("dynamodb")
    return service is not None and isinstance(service._provider, MotoDynamoDbProvider)


PARTS: tuple[Part, ...] = (
    Part("dynamodb over moto", "tables without a download, one writer at a time", _keeps_tables_in_moto),
)
