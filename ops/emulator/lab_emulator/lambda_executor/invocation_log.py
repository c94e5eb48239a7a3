"""Log of an invocation: its text, as Invoke returns it, and the log events that it becomes."""

import logging
from collections.abc import Iterable
from typing import Any

from localstack.aws.connect import connect_to
from localstack.services.lambda_.invocation.logs import QUEUE_SHUTDOWN, LogHandler, LogItem
from localstack.utils.aws.client_types import ServicePrincipal

from lab_emulator.lambda_executor.process_output import OutputLine

LOG = logging.getLogger(__name__)


class InvocationLog(str):
    """The text that LocalStack hands on as a string, which remembers the times of its lines."""

    __slots__ = ("lines",)
    lines: tuple[OutputLine, ...]

    @classmethod
    def of(cls, lines: Iterable[OutputLine]) -> "InvocationLog":
        kept = tuple(lines)
        log = cls("".join(f"{line.text}\n" for line in kept))
        log.lines = kept
        return log


def run_log_loop(handler: LogHandler, *_args: Any) -> None:
    """Stand in for `LogHandler.run_log_loop`, which gives all the lines of an invocation one time."""
    client = connect_to.with_assumed_role(
        region_name=handler.region, role_arn=handler.role_arn, service_principal=ServicePrincipal.lambda_
    ).logs
    while not handler._shutdown_event.is_set():
        item = handler.log_queue.get()
        if item is QUEUE_SHUTDOWN:
            return
        try:
            _write(client, item)
        except Exception:  # the log group may be anyone's: an invocation must not fail for it
            LOG.warning("cannot write the logs of group %s", item.log_group, exc_info=True)


def log_events(text: str) -> list[dict[str, Any]]:
    """The log events of a text, in the order of their times. CloudWatch takes no empty ones."""
    lines = text.lines if isinstance(text, InvocationLog) else map(OutputLine.now, text.split("\n"))
    events: list[dict[str, Any]] = []
    latest = 0
    for line in lines:
        latest = max(latest, line.at_ms)
        if line.text:
            events.append({"timestamp": latest, "message": f"{line.text}\n"})
    return events


def _write(client: Any, item: LogItem) -> None:
    stream = {"logGroupName": item.log_group, "logStreamName": item.log_stream}
    events = log_events(item.logs)
    try:
        client.put_log_events(**stream, logEvents=events)
    except client.exceptions.ResourceNotFoundException:
        try:
            client.create_log_group(logGroupName=item.log_group)
        except client.exceptions.ResourceAlreadyExistsException:
            LOG.debug("log group %s is there, and lacks the stream", item.log_group)
        client.create_log_stream(**stream)
        client.put_log_events(**stream, logEvents=events)
