"""Worker of an event source mapping: enabled, updated, disabled, deleted."""

import logging
import threading
import time

from localstack.aws.api import ServiceException
from localstack.services.lambda_.event_source_mapping.esm_worker import EsmState, EsmStateReason, EsmWorker
from localstack.services.lambda_.event_source_mapping.esm_worker_factory import EsmWorkerFactory
from localstack.utils.aws.arns import parse_arn
from localstack.utils.backoff import ExponentialBackoff

from lab_emulator.iam.permission_check import PermissionDenied
from lab_emulator.sqs_event_source.batch_delivery import BatchDelivery
from lab_emulator.sqs_event_source.batching_window import BatchCollector
from lab_emulator.sqs_event_source.mapping_settings import MappingSettings
from lab_emulator.sqs_event_source.maximum_concurrency import InvocationSlots, SlotsByMapping
from lab_emulator.sqs_event_source.polled_queue import PolledQueue
from lab_emulator.sqs_event_source.record_batch import RecordBatch
from lab_emulator.sqs_event_source.target_function import TargetFunction

LOG = logging.getLogger(__name__)

MAX_DRAIN_SECONDS = 30.0
"""How long a disabled or deleted mapping waits for its batches in flight before it says so. They
are finished, and their messages deleted, in any case."""

FIRST_ERROR_PAUSE_SECONDS = 0.5
MAX_ERROR_PAUSE_SECONDS = 30.0

_slots_by_mapping = SlotsByMapping()


class SqsEventSourceWorker(EsmWorker):
    """Polls for one mapping, and is controlled by LocalStack's Lambda provider.

    UpdateEventSourceMapping makes a new worker and stops the old one. A stopped worker has
    been replaced: the mapping then belongs to the new one.
    """

    def __init__(
        self,
        esm_config,
        *,
        enabled: bool,
        collector: BatchCollector,
        delivery: BatchDelivery,
        slots: InvocationSlots,
    ) -> None:
        super().__init__(
            esm_config, poller=collector, enabled=enabled, user_state_reason=EsmStateReason.USER_INITIATED
        )
        self._collector = collector
        self._delivery = delivery
        self._slots = slots
        self._replaced = False
        self._finished = False

    def create(self) -> None:
        """Begin to poll; where the mapping is disabled, wait until its predecessor's batches are done."""
        self._enter(EsmState(self.esm_config["State"]))
        self.start()

    def start(self) -> None:
        name = f"sqs-event-source-{self.uuid}"
        self._poller_thread = threading.Thread(target=self.poller_loop, name=name, daemon=True)
        self._poller_thread.start()

    def stop(self) -> None:
        """Poll no more: another worker has taken this one's place."""
        with self._state_lock:
            self._replaced = True
        self._interrupt()

    def delete(self) -> None:
        with self._state_lock:
            super().delete()
            if self._finished:  # disabled before: no thread is left that would do it
                self.delete_esm_in_store()
        self._interrupt()

    def stop_for_shutdown(self) -> None:
        super().stop_for_shutdown()
        self._interrupt()

    def poller_loop(self, *_args, **_kwargs) -> None:
        if self.enabled:
            self._enter(EsmState.ENABLED)
            self._poll()
        if self._replaced or self._graceful_shutdown_triggered:
            return
        self._slots.wait_until_idle(MAX_DRAIN_SECONDS)
        self._finish()

    def _poll(self) -> None:
        pause = ExponentialBackoff(
            initial_interval=FIRST_ERROR_PAUSE_SECONDS, max_interval=MAX_ERROR_PAUSE_SECONDS
        )
        while self._slots.acquire(self._shutdown_event.is_set):
            batch = None
            try:
                batch = self._collector.collect(self._shutdown_event.is_set)
                pause.reset()
            except Exception as error:  # whatever it was, an enabled mapping goes on polling
                self._log_failed_poll(error)
                self._shutdown_event.wait(pause.next_backoff())
            finally:
                if batch is None:
                    self._slots.release()
            if batch is not None:
                self._start_delivery(batch)

    def _log_failed_poll(self, error: Exception) -> None:
        expected = isinstance(error, ServiceException | PermissionDenied)
        arn = self.esm_config["EventSourceArn"]
        LOG.warning("%s: polling failed: %s", arn, error, exc_info=None if expected else error)

    def _start_delivery(self, batch: RecordBatch) -> None:
        name = f"sqs-batch-{self.uuid[:8]}-{batch.records[0].message_id}"
        threading.Thread(target=self._deliver, args=(batch,), name=name, daemon=True).start()

    def _deliver(self, batch: RecordBatch) -> None:
        try:
            self._delivery.deliver(batch, self._shutdown_event)
        except Exception:  # the thread ends here: the messages come back, the reason must not be lost
            LOG.exception("%s: a batch could not be delivered", self.esm_config["EventSourceArn"])
        finally:
            self._slots.release()

    def _interrupt(self) -> None:
        self._shutdown_event.set()
        self._collector.wake()
        self._slots.wake()

    def _enter(self, state: EsmState) -> None:
        with self._state_lock:
            if self._replaced or self.current_state == EsmState.DELETING:
                return
            self.current_state = state
            self.state_transition_reason = self.user_state_reason
            self.update_esm_state_in_store(state)

    def _finish(self) -> None:
        with self._state_lock:
            self._finished = True
            if self.current_state == EsmState.DELETING:
                self.delete_esm_in_store()
            else:
                self._enter(EsmState.DISABLED)


def wait_until_idle(timeout_seconds: float) -> None:
    """Wait for at most `timeout_seconds` until no mapping has a batch in flight."""
    deadline = time.monotonic() + timeout_seconds
    for slots in _slots_by_mapping.all():
        slots.wait_until_idle(max(0.0, deadline - time.monotonic()))


def reads_standard_queue(mapping) -> bool:
    """Whether the mapping's source is an SQS queue that is not FIFO."""
    arn = mapping.get("EventSourceArn")
    return bool(arn) and parse_arn(arn)["service"] == "sqs" and not arn.endswith(".fifo")


def get_esm_worker(original, factory: EsmWorkerFactory) -> EsmWorker:
    """In the place of `EsmWorkerFactory.get_esm_worker`; other sources get LocalStack's own worker."""
    if not reads_standard_queue(factory.esm_config):
        return original(factory)
    settings = MappingSettings.from_configuration(factory.esm_config)
    function = TargetFunction(settings.function_arn)
    queue = PolledQueue(settings.queue_arn, function)
    return SqsEventSourceWorker(
        factory.esm_config,
        enabled=factory.enabled,
        collector=BatchCollector(settings, queue),
        delivery=BatchDelivery(queue, function, settings.reports_item_failures),
        slots=_slots_by_mapping.get(settings.uuid, settings.max_concurrent_batches),
    )
