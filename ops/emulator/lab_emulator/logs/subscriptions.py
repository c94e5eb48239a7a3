"""Subscription filters that invoke functions as CloudWatch Logs does: asynchronously.

Stock, PutLogEvents invokes the function, waits for its end and fails where the function does; the events that
a first filter lets through are all that a second one sees; and a group with a filter takes no new stream.
"""

import base64
import gzip
import json
import logging
from collections.abc import Callable, Sequence
from typing import Any

from localstack.aws.connect import connect_to
from localstack.utils.aws import arns
from localstack.utils.aws.client_types import ServicePrincipal
from moto.core.utils import unix_time_millis
from moto.logs.exceptions import ResourceAlreadyExistsException
from moto.logs.models import LogEvent, LogGroup, LogStream, SubscriptionFilter

from lab_emulator.logs.patterns import LogMessage, parse_pattern

LOG = logging.getLogger(__name__)

PutLogEvents = Callable[[LogStream, list[dict[str, Any]]], str]


def create_log_stream(group: LogGroup, log_stream_name: str) -> None:
    """As moto has it. LocalStack's patch of it takes filters for dictionaries, which they no longer are."""
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
        for each in filters:
            _deliver(stream, each, events)
        return f"{stream.upload_sequence_token:056d}"

    return put_log_events


def _deliver(stream: LogStream, filter_: SubscriptionFilter, events: Sequence[LogEvent]) -> None:
    """The events are written: what becomes of the subscriber is none of the writer's business."""
    pattern = parse_pattern(filter_.filter_pattern or "")
    matching = [event for event in events if pattern.matches(LogMessage(event.message))]
    if not matching:
        return
    try:
        _invoke(stream, filter_, _payload(stream, filter_, matching))
    except Exception as error:
        LOG.warning("subscription %s of %s failed: %s", filter_.name, stream.log_group.name, error)


def _payload(stream: LogStream, filter_: SubscriptionFilter, events: Sequence[LogEvent]) -> str:
    data = {
        "messageType": "DATA_MESSAGE",
        "owner": stream.account_id,
        "logGroup": stream.log_group.name,
        "logStream": stream.log_stream_name,
        "subscriptionFilters": [filter_.name],
        "logEvents": [
            {"id": str(event.event_id), "timestamp": event.timestamp, "message": event.message}
            for event in events
        ],
    }
    packed = gzip.compress(json.dumps(data, separators=(",", ":")).encode())
    return json.dumps({"awslogs": {"data": base64.b64encode(packed).decode()}})


def _invoke(stream: LogStream, filter_: SubscriptionFilter, payload: str) -> None:
    destination = arns.parse_arn(filter_.destination_arn)
    clients = connect_to(aws_access_key_id=destination["account"], region_name=destination["region"])
    source = arns.log_group_arn(stream.log_group.name, stream.account_id, stream.region)
    client = clients.lambda_.request_metadata(source_arn=source, service_principal=ServicePrincipal.logs)
    client.invoke(FunctionName=filter_.destination_arn, InvocationType="Event", Payload=payload)
