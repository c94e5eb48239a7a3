"""Subscription filters: what matches goes to a function, in batches, and no writer waits for it.

Stock, PutLogEvents invokes the function, waits for its end and fails where the function does; the events that
a first filter lets through are all that a second one sees; and a group with a filter takes no new stream.
CloudWatch Logs invokes asynchronously: once a batch was taken, retries and dead letters are the function's
own (user guide, SubscriptionFilters).
"""

import base64
import gzip
import json
import logging
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import Any

from localstack.aws.connect import connect_to
from localstack.utils.aws import arns
from localstack.utils.aws.client_types import ServicePrincipal
from moto.core.utils import unix_time_millis
from moto.logs.exceptions import ResourceAlreadyExistsException
from moto.logs.models import LogEvent, LogGroup, LogStream

from lab_emulator.logs.filter_pattern import parse_pattern
from lab_emulator.logs.text_filter_pattern import LogMessage
from lab_emulator.timetable import Timetable

LOG = logging.getLogger(__name__)

PutLogEvents = Callable[[LogStream, list[dict[str, Any]]], str]

GATHER_SECONDS = 0.5
# Log lines that compress badly must still fit into an asynchronous invocation.
MAX_BATCH_EVENTS = 500
MAX_RETRIES = 8
FIRST_RETRY_SECONDS = 0.5


@dataclass(frozen=True)
class LogSubscription:
    """Subscription filter of a stream's group, and the function that gets what it lets through."""

    account_id: str
    group: str
    stream: str
    filter_name: str
    function_arn: str
    group_arn: str


class SubscriptionForwarder:
    """Forwarder that gathers the events of each subscription, and hands them over on a thread of its own."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._waiting: dict[LogSubscription, list[dict[str, Any]]] = defaultdict(list)
        self._timetable = Timetable("log-subscriptions")

    def forget(self) -> None:
        """Drop all that is gathered, or waits to be handed over again."""
        with self._lock:
            self._timetable.close()
            self._waiting.clear()
            self._timetable = Timetable("log-subscriptions")

    def forward(self, stream: LogStream, events: list[LogEvent]) -> None:
        """Take which of `events` each filter of the stream's group matches, and return at once."""
        for each in list(stream.log_group.subscription_filters.values()):
            pattern = parse_pattern(each.filter_pattern or "")
            matching = [_record(event) for event in events if pattern.matches(LogMessage(event.message))]
            if matching:
                group = stream.log_group
                # As the permission of the function names it (user guide, SubscriptionFilters).
                source = f"{arns.log_group_arn(group.name, stream.account_id, stream.region)}:*"
                self._add(
                    LogSubscription(
                        stream.account_id,
                        group.name,
                        stream.log_stream_name,
                        each.name,
                        each.destination_arn,
                        source,
                    ),
                    matching,
                )

    def _add(self, subscription: LogSubscription, records: list[dict[str, Any]]) -> None:
        with self._lock:
            waiting = self._waiting[subscription]
            if not waiting:
                self._timetable.call_in(GATHER_SECONDS, partial(self._send_waiting, subscription))
            waiting.extend(records)

    def _send_waiting(self, subscription: LogSubscription) -> None:
        with self._lock:
            records = self._waiting.pop(subscription, [])  # none: they were forgotten
            timetable = self._timetable
        for start in range(0, len(records), MAX_BATCH_EVENTS):
            event = payload(subscription, records[start : start + MAX_BATCH_EVENTS])
            self._send(timetable, subscription, event, 0)

    def _send(self, timetable: Timetable, subscription: LogSubscription, event: bytes, retries: int) -> None:
        """Hand a batch over. `timetable` is that which it came by: one that was closed retries nothing."""
        arn = subscription.function_arn
        target = arns.parse_arn(arn)
        try:
            clients = connect_to(aws_access_key_id=target["account"], region_name=target["region"])
            client = clients.lambda_.request_metadata(
                source_arn=subscription.group_arn, service_principal=ServicePrincipal.logs
            )
            client.invoke(FunctionName=arn, InvocationType="Event", Payload=event)
        except Exception as error:  # the timetable's thread has to outlive it, and a function may come back
            if retries == MAX_RETRIES:
                LOG.warning(
                    "%s: %s of %s is lost: %s", arn, subscription.filter_name, subscription.group, error
                )
                return
            pause_seconds = FIRST_RETRY_SECONDS * 2**retries
            again = partial(self._send, timetable, subscription, event, retries + 1)
            timetable.call_in(pause_seconds, again)


def payload(subscription: LogSubscription, records: list[dict[str, Any]]) -> bytes:
    """The event that the function gets: base64 of gzip of the message."""
    message = {
        "messageType": "DATA_MESSAGE",
        "owner": subscription.account_id,
        "logGroup": subscription.group,
        "logStream": subscription.stream,
        "subscriptionFilters": [subscription.filter_name],
        "logEvents": records,
    }
    data = base64.b64encode(gzip.compress(json.dumps(message).encode())).decode()
    return json.dumps({"awslogs": {"data": data}}).encode()


def _record(event: LogEvent) -> dict[str, Any]:
    # The id is that of FilterLogEvents: by it a reader knows a line that came twice.
    id_ = event.to_filter_dict()["eventId"]
    return {"id": id_, "timestamp": event.timestamp, "message": event.message}


FORWARDER = SubscriptionForwarder()


def create_log_stream(group: LogGroup, log_stream_name: str) -> None:
    """Stand in for LocalStack's patch of moto's, which takes filters for dictionaries; they no longer are.

    It does what moto's own does.
    """
    if log_stream_name in group.streams:
        raise ResourceAlreadyExistsException
    group.streams[log_stream_name] = LogStream(log_group=group, name=log_stream_name)


def subscribed(stock: PutLogEvents) -> PutLogEvents:
    """Stand in for LocalStack's own, which stays for groups that are not subscribed, or not by a function."""

    def put_log_events(stream: LogStream, log_events: list[dict[str, Any]]) -> str:
        filters = list(stream.log_group.subscription_filters.values())
        if not filters or not all(":lambda:" in each.destination_arn for each in filters):
            return stock(stream, log_events)
        stream.last_ingestion_time = int(unix_time_millis())
        stream.stored_bytes += sum(len(event["message"]) for event in log_events)
        events = [LogEvent(stream.last_ingestion_time, event) for event in log_events]
        stream.events += events
        stream.upload_sequence_token += 1
        FORWARDER.forward(stream, events)
        return f"{stream.upload_sequence_token:056d}"

    return put_log_events
