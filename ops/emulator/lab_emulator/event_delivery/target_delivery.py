"""Delivery of one event to one target: attempts, retries, and the target's dead-letter queue."""

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial

from localstack.aws.api.events import Target
from localstack.aws.connect import connect_to
from localstack.services.events.models import FormattedEvent, Rule
from localstack.services.events.target import TargetSender
from localstack.services.events.utils import to_json_str
from localstack.utils.aws.arns import parse_arn
from localstack.utils.aws.client_types import ServicePrincipal
from localstack.utils.xray.trace_header import TraceHeader

from lab_emulator.event_delivery.retry_policy import DeliveryFailure, RetryPolicy, describe, interval_seconds
from lab_emulator.service_metrics import events as metrics
from lab_emulator.timetable import Timetable

LOG = logging.getLogger(__name__)

MAX_AT_ONCE = 16
# A target that is down for long must not fill the memory: what comes on top goes to its queue at once.
MAX_WAITING = 10_000


@dataclass
class EventDelivery:
    """Event on its way to one target.

    `retries` counts the attempts after the first; it has `ended` once there will be no other.
    """

    rule: Rule
    target_id: str
    event: FormattedEvent
    trace_header: TraceHeader
    retries: int = 0
    began_at: float = field(default_factory=time.monotonic)
    ended: bool = False

    @property
    def target_key(self) -> str:
        """The name under which LocalStack keeps the target's sender."""
        return f"{self.rule.arn}-{self.target_id}"

    @property
    def age_seconds(self) -> float:
        return time.monotonic() - self.began_at


class Courier:
    """Courier of events on threads of its own: a target that is slow or fails holds up no other."""

    def __init__(self, find_sender: Callable[[str], TargetSender | None]) -> None:
        """`find_sender` returns a target's sender by its key; None once the target was removed."""
        self._find_sender = find_sender
        self._pool = ThreadPoolExecutor(MAX_AT_ONCE, thread_name_prefix="event-delivery")
        self._retries = Timetable("event-retries")
        self._closed = threading.Event()

    def deliver(self, delivery: EventDelivery) -> None:
        """Attempt a delivery soon, and return at once."""
        self._pool.submit(self._deliver, delivery)

    def close(self) -> None:
        """Drop what has not been attempted yet; an attempt that fails from now on is neither retried nor
        parked."""
        self._closed.set()
        self._retries.close()
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _deliver(self, delivery: EventDelivery) -> None:
        try:
            self._attempt(delivery)
        except Exception:  # the pool would swallow it
            delivery.ended = True  # a scheduled rule offers its target no other event until then
            LOG.exception("event %s: delivery to %s broke", delivery.event["id"], delivery.target_key)

    def _attempt(self, delivery: EventDelivery) -> None:
        # Asked for each time: a target that was put right or removed meanwhile is what counts.
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

    def _handle(self, delivery: EventDelivery, sender: TargetSender, failure: DeliveryFailure) -> None:
        LOG.info("event %s: target %s failed: %s", delivery.event["id"], sender.arn, failure)
        if self._closed.is_set():
            delivery.ended = True
            return
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


def park(
    delivery: EventDelivery, target: Target, failure: DeliveryFailure, exhausted: str | None
) -> bool | None:
    """Send the event as it was matched to the target's dead-letter queue, and say whether that went well.

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
        _send(queue_arn, delivery.rule.arn, to_json_str(_as_matched(delivery)), attributes)
    except Exception:  # as on AWS the event is lost then; the metric and this line are all that tells
        LOG.exception("%s is lost: it could not be sent to %s", delivery.event["id"], queue_arn)
        return False
    return True


def _as_matched(delivery: EventDelivery) -> dict:
    return {name: value for name, value in delivery.event.items() if name != "event-bus-name"}


def _send(queue_arn: str, rule_arn: str, body: str, attributes: dict[str, str]) -> None:
    queue = parse_arn(queue_arn)
    sqs = connect_to(aws_access_key_id=queue["account"], region_name=queue["region"]).sqs
    as_events = sqs.request_metadata(source_arn=rule_arn, service_principal=ServicePrincipal.events)
    as_events.send_message(
        QueueUrl=sqs.get_queue_url(QueueName=queue["resource"])["QueueUrl"],
        MessageBody=body,
        MessageAttributes={
            name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()
        },
    )
