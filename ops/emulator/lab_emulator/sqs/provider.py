"""Provider of SQS: LocalStack's, with workers of ours for what happens to messages by itself."""

from typing import Any

from localstack.aws.api import RequestContext, handler
from localstack.aws.api.sqs import (
    BatchResultErrorEntry,
    ChangeMessageVisibilityBatchRequestEntryList,
    ChangeMessageVisibilityBatchResult,
    CreateQueueResult,
    NullableInteger,
    QueueAttributeMap,
    ReceiveMessageResult,
    String,
)
from localstack.services.plugins import Service, aws_provider
from localstack.services.sqs.exceptions import InvalidParameterValueException
from localstack.services.sqs.models import SqsMessage, SqsQueue, sqs_stores
from localstack.services.sqs.provider import SqsProvider

from lab_emulator.sqs import limits
from lab_emulator.sqs.message_move import RenewingMoveTaskManager
from lab_emulator.sqs.retention import RetainingUpdateWorker


class LabSqsProvider(SqsProvider):
    """Queues within SQS's limits, whose messages expire, and are new when a task moves them."""

    def __init__(self) -> None:
        super().__init__()
        self._queue_update_worker = RetainingUpdateWorker()
        self._message_move_task_manager = RenewingMoveTaskManager()

    def on_before_state_load(self) -> None:
        """End move tasks, the counting of messages, and receives that wait for one."""
        self._message_move_task_manager.close()
        self._stop_cloudwatch_metrics_reporting()
        for _account, _region, store in list(sqs_stores.iter_stores()):
            for queue in list(store.queues.values()):
                queue.shutdown()

    def on_after_state_load(self) -> None:
        self._message_move_task_manager = RenewingMoveTaskManager()
        self._init_cloudwatch_metrics_reporting()
        self._start_cloudwatch_metrics_reporting()

    @handler("CreateQueue")
    def create_queue(
        self,
        context: RequestContext,
        queue_name: String,
        attributes: QueueAttributeMap | None = None,
        **parameters: Any,
    ) -> CreateQueueResult:
        limits.check_queue_attributes(attributes)
        return super().create_queue(context, queue_name, attributes, **parameters)

    @handler("SetQueueAttributes")
    def set_queue_attributes(
        self, context: RequestContext, queue_url: String, attributes: QueueAttributeMap, **parameters: Any
    ) -> None:
        limits.check_queue_attributes(attributes)
        super().set_queue_attributes(context, queue_url, attributes, **parameters)

    @handler("ReceiveMessage")
    def receive_message(
        self,
        context: RequestContext,
        queue_url: String,
        visibility_timeout: NullableInteger | None = None,
        **parameters: Any,
    ) -> ReceiveMessageResult:
        limits.check_visibility(visibility_timeout)
        return super().receive_message(
            context, queue_url, visibility_timeout=visibility_timeout, **parameters
        )

    @handler("ChangeMessageVisibility")
    def change_message_visibility(
        self,
        context: RequestContext,
        queue_url: String,
        receipt_handle: String,
        visibility_timeout: NullableInteger,
        **parameters: Any,
    ) -> None:
        limits.check_visibility(visibility_timeout)
        super().change_message_visibility(
            context, queue_url, receipt_handle, visibility_timeout, **parameters
        )

    @handler("ChangeMessageVisibilityBatch")
    def change_message_visibility_batch(
        self,
        context: RequestContext,
        queue_url: String,
        entries: ChangeMessageVisibilityBatchRequestEntryList,
        **parameters: Any,
    ) -> ChangeMessageVisibilityBatchResult:
        """An entry that is out of range fails alone."""
        self._assert_batch(entries)
        refused = {entry["Id"]: refusal for entry in entries if (refusal := _refusal(entry))}
        taken = [entry for entry in entries if entry["Id"] not in refused]
        answer = ChangeMessageVisibilityBatchResult(Successful=[], Failed=[])
        if taken:
            answer = super().change_message_visibility_batch(context, queue_url, taken, **parameters)
        answer["Failed"] = [*answer["Failed"], *refused.values()]
        return answer

    def _put_message(
        self,
        queue: SqsQueue,
        context: RequestContext,
        message_body: String,
        delay_seconds: NullableInteger | None = None,
        message_attributes: Any = None,
        *others: Any,
        **parameters: Any,
    ) -> SqsMessage:
        """Called for SendMessage, and for each entry of SendMessageBatch, which fails alone."""
        limits.check_delay(delay_seconds)
        limits.check_message_attributes(message_attributes)
        return super()._put_message(
            queue, context, message_body, delay_seconds, message_attributes, *others, **parameters
        )


def _refusal(entry: Any) -> BatchResultErrorEntry | None:
    try:
        limits.check_visibility(entry.get("VisibilityTimeout"))
    except InvalidParameterValueException as error:
        return BatchResultErrorEntry(
            Id=entry["Id"], SenderFault=True, Code="InvalidParameterValue", Message=error.message
        )
    return None


@aws_provider(api="sqs", name="lab")
def sqs() -> Service:
    """Plug in under the name that `PROVIDER_OVERRIDE_SQS=lab` chooses."""
    return Service.for_provider(LabSqsProvider())
