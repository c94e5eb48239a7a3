"""Delivery of a batch: invokes the function, retries while throttled, deletes what was processed."""

import logging
import threading
import time
from typing import Any

from localstack.aws.api import ServiceException
from localstack.aws.api.sqs import QueueDoesNotExist
from localstack.utils.backoff import ExponentialBackoff

from lab_emulator.sqs_event_source.batch_trace import BatchTrace
from lab_emulator.sqs_event_source.partial_batch_response import MalformedResponse, failed_message_ids
from lab_emulator.sqs_event_source.polled_queue import PolledQueue
from lab_emulator.sqs_event_source.record_batch import RecordBatch
from lab_emulator.sqs_event_source.target_function import FunctionFailed, InvocationRefused, TargetFunction

LOG = logging.getLogger(__name__)

FIRST_RETRY_SECONDS = 0.2
MAX_RETRY_SECONDS = 2.0


class BatchDelivery:
    """Delivers batches of one mapping, each in its own thread.

    A failed message is left alone: it comes back after its visibility timeout, and SQS moves it to
    the dead-letter queue when it was received too often (services-sqs-errorhandling).
    """

    def __init__(self, queue: PolledQueue, function: TargetFunction, reports_item_failures: bool) -> None:
        self._queue = queue
        self._function = function
        self._reports_item_failures = reports_item_failures

    def deliver(self, batch: RecordBatch, stopping: threading.Event) -> None:
        """Invoke the function and delete the messages that it processed."""
        trace = BatchTrace.of(batch)
        try:
            failed = self._failed_message_ids(self._invoke(batch, trace, stopping), batch)
            trace.end(self._function.arn, self._queue.arn, failed)
        except (InvocationRefused, FunctionFailed, MalformedResponse, QueueDoesNotExist) as error:
            if isinstance(error, FunctionFailed | MalformedResponse):
                trace.end(self._function.arn, self._queue.arn, batch.message_ids)
            LOG.info(
                "%s: %d messages were not processed: %s: %s",
                self._function.arn,
                len(batch.records),
                type(error).__name__,
                error,
            )
            return
        self._delete(batch.receipt_handles_except(failed))

    def _invoke(self, batch: RecordBatch, trace: BatchTrace, stopping: threading.Event) -> Any:
        """Retry a refused invocation for as long as the batch is invisible.

        So does AWS when a function is throttled (services-sqs-errorhandling, "Backoff strategy for
        failed invocations"). The batch keeps its slot meanwhile, so a mapping whose every batch is
        throttled stops polling.
        """
        payload = batch.payload()
        backoff = ExponentialBackoff(initial_interval=FIRST_RETRY_SECONDS, max_interval=MAX_RETRY_SECONDS)
        while True:
            try:
                trace.invoked()
                return self._function.invoke(payload, trace.header)
            except InvocationRefused:
                delay_seconds = backoff.next_backoff()
                if self._visible_before(batch, delay_seconds) or stopping.wait(delay_seconds):
                    raise

    def _visible_before(self, batch: RecordBatch, delay_seconds: float) -> bool:
        due_back_at = batch.began_at + self._queue.visibility_timeout_seconds
        return time.monotonic() + delay_seconds >= due_back_at

    def _failed_message_ids(self, response: Any, batch: RecordBatch) -> set[str]:
        if not self._reports_item_failures:
            return set()
        return failed_message_ids(response, batch.message_ids)

    def _delete(self, receipt_handles: list[str]) -> None:
        try:
            self._queue.delete(receipt_handles)
        except ServiceException as error:
            LOG.warning("%s: processed messages were not deleted: %s", self._queue.arn, error)
