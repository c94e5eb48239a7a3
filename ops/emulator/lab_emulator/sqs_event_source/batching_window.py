"""Batching window: gathers the messages of one batch until it is full or the window has passed."""

import time
from collections import deque
from collections.abc import Callable

from lab_emulator.sqs_event_source.filter_criteria import RecordFilter
from lab_emulator.sqs_event_source.mapping_settings import MappingSettings
from lab_emulator.sqs_event_source.polled_queue import MAX_WAIT_SECONDS, MessageSignal, PolledQueue
from lab_emulator.sqs_event_source.record_batch import EventRecord, RecordBatch, to_record


class BatchCollector:
    """Collects one batch at a time, for one mapping, in one thread.

    A batch is complete when it has BatchSize records, when the batching window has passed since
    its first record came, or when a record would take it past 6 MB (Lambda developer guide,
    invocation-eventsourcemapping, "Batching behavior"). That record begins the next batch.
    """

    def __init__(self, settings: MappingSettings, queue: PolledQueue) -> None:
        self._settings = settings
        self._queue = queue
        self._signal = MessageSignal(settings.queue_arn)
        self._filter = RecordFilter(settings.filter_patterns)
        self._left_over: deque[EventRecord] = deque()

    def collect(self, cancelled: Callable[[], bool]) -> RecordBatch | None:
        """The next batch, or None where none came within 20 s or `cancelled` (see `wake`).

        A batch that was begun before `cancelled` is still handed over: its messages are invisible,
        and would stay so until their visibility timeout. Raises QueueDoesNotExist or ClientError;
        what was received until then comes back like that, or is the next call's to hand over.
        """
        self._drop_what_is_visible_again()
        if not self._left_over and not self._signal.wait(MAX_WAIT_SECONDS, cancelled):
            return None
        batch = RecordBatch(self._settings.batch_size)
        self._fill(batch)
        while batch.records and not cancelled() and not self._complete(batch):
            if self._signal.wait(self._window_left_seconds(batch), cancelled):
                self._fill(batch)
        return batch if batch.records else None

    def wake(self) -> None:
        """Let `collect` look at its `cancelled` again."""
        self._signal.wake()

    def _complete(self, batch: RecordBatch) -> bool:
        return bool(self._left_over) or batch.missing == 0 or self._window_left_seconds(batch) <= 0

    def _window_left_seconds(self, batch: RecordBatch) -> float:
        return batch.began_at + self._settings.batching_window_seconds - time.monotonic()

    def _fill(self, batch: RecordBatch) -> None:
        if not self._left_over:
            self._receive(batch.missing)
        while self._left_over and batch.takes(self._left_over[0]):
            batch.add(self._left_over.popleft())

    def _drop_what_is_visible_again(self) -> None:
        """Drop the left-over records whose visibility timeout has passed: SQS hands those messages out anew.

        They may have waited for longer than that, for a slot or for the pause after a failed poll.
        """
        if self._left_over:
            oldest_invisible = time.monotonic() - self._queue.visibility_timeout_seconds
            while self._left_over and self._left_over[0].received_at <= oldest_invisible:
                self._left_over.popleft()

    def _receive(self, max_messages: int) -> None:
        received_at = time.monotonic()
        messages = self._queue.receive(max_messages)
        unwanted = []
        for message in messages:
            record = to_record(message, self._settings.queue_arn, received_at)
            if self._filter.wants(record):
                self._left_over.append(record)
            else:
                unwanted.append(record.receipt_handle)
        self._queue.delete(unwanted)
