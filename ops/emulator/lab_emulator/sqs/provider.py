"""Provider of SQS: LocalStack's, with workers of ours for what happens to messages by itself."""

from localstack.services.plugins import Service, aws_provider
from localstack.services.sqs.provider import SqsProvider

from lab_emulator.sqs.message_move import RenewingMoveTaskManager
from lab_emulator.sqs.retention import RetainingUpdateWorker


class LabSqsProvider(SqsProvider):
    """Queues whose messages expire, and are new when a task moves them; the rest is LocalStack's."""

    def __init__(self) -> None:
        super().__init__()
        self._queue_update_worker = RetainingUpdateWorker()
        self._message_move_task_manager = RenewingMoveTaskManager()


@aws_provider(api="sqs", name="lab")
def sqs() -> Service:
    """Plug in under the name that `PROVIDER_OVERRIDE_SQS=lab` chooses."""
    return Service.for_provider(LabSqsProvider())
