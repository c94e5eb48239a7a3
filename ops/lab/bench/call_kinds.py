"""Kinds of calls that an event is made of, each on resources of its own in the contender's emulator."""

import http.client
import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ops.lab.actions.event_source import pause
from ops.lab.app.target import Target
from ops.lab.app.traffic import new_run_name, order
from ops.lab.bench.contender import Contender
from ops.lab.errors import CommandError

_NAME = "bench-calls"
_TIMEOUT_SECONDS = 60
# As a worker claims a key: it is new, or its lease has run out, and the attempt is counted.
_CLAIM: dict[str, Any] = {
    "UpdateExpression": "SET #status = :status, leaseUntil = :now, "
    "attempts = if_not_exists(attempts, :none) + :one",
    "ConditionExpression": "attribute_not_exists(idempotencyKey) OR #status = :status OR leaseUntil < :now",
    "ExpressionAttributeNames": {"#status": "status"},
    "ExpressionAttributeValues": {
        ":status": {"S": "INFLIGHT"},
        ":now": {"N": "1"},
        ":none": {"N": "0"},
        ":one": {"N": "1"},
    },
}


@dataclass(frozen=True)
class CallKind:
    """A call by its name; `call` makes the one of a number, and raises where it is refused."""

    name: str
    call: Callable[[int], object]


@dataclass
class CallGround:
    """The queue, table, bus and log stream that the calls work on, and connections of their own."""

    contender: Contender
    queue_url: str = ""
    handles: list[str] = field(default_factory=list)
    run: str = field(default_factory=new_run_name)

    @classmethod
    def prepared(cls, contender: Contender) -> "CallGround":
        """Create the resources, and pause the worker: a POST is then what it costs without the worker."""
        ground = cls(contender)
        target = contender.target
        ground.queue_url = target.sqs.create_queue(QueueName=_NAME)["QueueUrl"]
        target.dynamodb.create_table(
            TableName=_NAME,
            KeySchema=[{"AttributeName": "idempotencyKey", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "idempotencyKey", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        target.dynamodb.get_waiter("table_exists").wait(TableName=_NAME, WaiterConfig={"Delay": 1})
        target.events.create_event_bus(Name=_NAME)
        target.logs.create_log_group(logGroupName=_NAME)
        target.logs.create_log_stream(logGroupName=_NAME, logStreamName=_NAME)
        pause(target)
        return ground

    @property
    def kinds(self) -> tuple[CallKind, ...]:
        """In the order in which they must be called: what is received was sent before."""
        target = self.contender.target
        endpoint = urlsplit(target.endpoint or "")
        plain = http.client.HTTPConnection(endpoint.netloc, timeout=_TIMEOUT_SECONDS)
        api = http.client.HTTPConnection(endpoint.netloc, timeout=_TIMEOUT_SECONDS)
        return (
            CallKind("health", lambda _: _request(plain, "GET", "/_localstack/health", None, {})),
            CallKind("sqs.SendMessage", lambda n: self._send(target, n)),
            CallKind("sqs.ReceiveMessage", lambda _: self._receive(target)),
            CallKind("sqs.DeleteMessage", lambda _: self._delete(target)),
            CallKind("dynamodb.PutItem", lambda n: _put(target, n)),
            CallKind("dynamodb.UpdateItem, conditional", lambda n: _claim(target, n)),
            CallKind("dynamodb.GetItem", lambda n: _get(target, n)),
            CallKind("events.PutEvents", lambda n: _announce(target, n)),
            CallKind("cloudwatch.PutMetricData", lambda n: _count(target, n)),
            CallKind("logs.PutLogEvents", lambda n: _log(target, n)),
            CallKind("ssm.GetParameter", lambda _: _parameter(target)),
            CallKind("POST /events: API, ingest, SendMessage", lambda n: self._post(api, n)),
        )

    def _send(self, target: Target, number: int) -> None:
        target.sqs.send_message(QueueUrl=self.queue_url, MessageBody=json.dumps(order(_NAME, number).body))

    def _receive(self, target: Target) -> None:
        answer = target.sqs.receive_message(QueueUrl=self.queue_url, VisibilityTimeout=600)
        self.handles += [message["ReceiptHandle"] for message in answer.get("Messages", [])]

    def _delete(self, target: Target) -> None:
        target.sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=self.handles.pop())

    def _post(self, api: http.client.HTTPConnection, number: int) -> None:
        key = f"{self.run}-{number:06d}"
        path = f"{urlsplit(self.contender.api_url).path.rstrip('/')}/events"
        headers = {**self.contender.headers, "idempotency-key": key}
        _request(api, "POST", path, json.dumps(order(key, number).body), headers)


def _key(number: int) -> dict[str, Any]:
    return {"idempotencyKey": {"S": f"{_NAME}-{number:06d}"}}


def _put(target: Target, number: int) -> None:
    item = _key(number) | {"status": {"S": "INFLIGHT"}, "leaseUntil": {"N": "0"}}
    target.dynamodb.put_item(
        TableName=_NAME, Item=item, ConditionExpression="attribute_not_exists(idempotencyKey)"
    )


def _claim(target: Target, number: int) -> None:
    target.dynamodb.update_item(TableName=_NAME, Key=_key(number), **_CLAIM)


def _get(target: Target, number: int) -> None:
    target.dynamodb.get_item(TableName=_NAME, Key=_key(number), ConsistentRead=True)


def _announce(target: Target, number: int) -> None:
    target.events.put_events(
        Entries=[
            {
                "Source": _NAME,
                "DetailType": "a call",
                "Detail": json.dumps(_key(number)),
                "EventBusName": _NAME,
            }
        ]
    )


def _count(target: Target, number: int) -> None:
    data: Any = [{"MetricName": "calls", "Value": float(number), "Unit": "Count"}]
    target.cloudwatch.put_metric_data(Namespace=_NAME, MetricData=data)


def _log(target: Target, number: int) -> None:
    # Any moment of the last fortnight is taken (PutLogEvents, API reference); a call has a line of its own.
    lines: Any = [{"timestamp": int(time.time() * 1000), "message": json.dumps(_key(number))}]
    target.logs.put_log_events(logGroupName=_NAME, logStreamName=_NAME, logEvents=lines)


def _parameter(target: Target) -> None:
    target.ssm.get_parameter(Name=target.output("FailureModeParameter"))


def _request(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    body: str | None,
    headers: dict[str, str],
) -> None:
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    said = answer.read()
    if answer.status >= 300:
        raise CommandError(
            f"{method} {path} was answered {answer.status}: {said[:300].decode(errors='replace')}"
        )
