"""Log of an invocation: its text, as Invoke returns it, and the log events that it becomes."""

import logging
from collections.abc import Iterable
from typing import Any

from localstack.services.lambda_.invocation.logs import QUEUE_SHUTDOWN, LogHandler
from localstack.utils.aws.arns import parse_arn

from lab_emulator.iam.permission_check import PermissionDenied
from lab_emulator.lambda_executor.invocation_rights import check_log
from lab_emulator.lambda_executor.process_output import OutputLine
from lab_emulator.logs.log_writer import write

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
    account_id = parse_arn(handler.role_arn)["account"]
    while not handler._shutdown_event.is_set():
        item = handler.log_queue.get()
        if item is QUEUE_SHUTDOWN:
            return
        try:
            check_log(handler.role_arn, handler.region, item.log_group, item.log_stream)
            write(
                account_id,
                handler.region,
                item.log_group,
                item.log_stream,
                log_events(item.logs),
                creates_group=True,
            )
        except PermissionDenied as denied:
            LOG.warning("the log of an invocation is lost: %s", denied)
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
