"""Attempts deliveries, and puts off those that failed."""

import logging
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from localstack.services.events.target import TargetSender

from lab_emulator.event_delivery.dead_letters import park
from lab_emulator.event_delivery.delivery import Delivery
from lab_emulator.event_delivery.failure import Failure, describe
from lab_emulator.event_delivery.retry_policy import RetryPolicy, interval_seconds
from lab_emulator.service_metrics import events as metrics
from lab_emulator.timetable import Timetable

LOG = logging.getLogger(__name__)

MAX_AT_ONCE = 16
# A target that is down for long must not fill the memory: what comes on top goes to its queue at once.
MAX_WAITING = 10_000


class Courier:
    """Delivers on threads of its own: a target that is slow or fails holds up no other."""

    def __init__(self, find_sender: Callable[[str], TargetSender | None]) -> None:
        """`find_sender` knows a target's sender by its key; None once the target was removed."""
        self._find_sender = find_sender
        self._pool = ThreadPoolExecutor(MAX_AT_ONCE, thread_name_prefix="event-delivery")
        self._retries = Timetable("event-retries")

    def deliver(self, delivery: Delivery) -> None:
        """Attempt a delivery soon, and return at once."""
        self._pool.submit(self._deliver, delivery)

    def close(self) -> None:
        """Drop what has not been attempted yet."""
        self._retries.close()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _deliver(self, delivery: Delivery) -> None:
        try:
            self._attempt(delivery)
        except Exception:  # the pool would swallow it
            LOG.exception("event %s: delivery to %s broke", delivery.event["id"], delivery.target_key)

    def _attempt(self, delivery: Delivery) -> None:
        # Asked for anew each time: a target that was put right or removed meanwhile is what counts.
        sender = self._find_sender(delivery.target_key)
        if sender is None:
            LOG.info("event %s: target %s is gone", delivery.event["id"], delivery.target_key)
            delivery.ended = True
            return
        metrics.count_attempt(delivery.rule, is_retry=delivery.retries > 0)
        try:
            sender.process_event(delivery.event.copy(), delivery.trace_header)
        except Exception as error:  # whatever a target raises is a failed delivery
            self._handle(delivery, sender, describe(error))
        else:
            delivery.ended = True
            metrics.count_success(delivery.rule)

    def _handle(self, delivery: Delivery, sender: TargetSender, failure: Failure) -> None:
        LOG.info("event %s: target %s failed: %s", delivery.event["id"], sender.arn, failure)
        exhausted = None
        if failure.is_retried:
            policy = RetryPolicy.of(sender.target)
            exhausted = policy.exhausted_condition(delivery.retries, delivery.age_seconds)
            if exhausted is None and len(self._retries) < MAX_WAITING:
                wait_seconds = interval_seconds(delivery.retries)
                delivery.retries += 1
                self._retries.call_in(wait_seconds, partial(self.deliver, delivery))
                return
        delivery.ended = True
        metrics.count_failure(delivery.rule, parked=park(delivery, sender.target, failure, exhausted))
