"""Vended logs: lines that services write to CloudWatch Logs for their users.

They are delivered in batches, on a thread of their own: no request waits for it.
"""

import contextlib
import logging
import queue
import threading
from dataclasses import dataclass
from itertools import groupby

from lab_emulator.logs.log_writer import write

LOG = logging.getLogger(__name__)
MAX_WAITING_LINES = 10_000
MAX_BATCH_LINES = 500
GATHER_SECONDS = 0.2


@dataclass(frozen=True, order=True)
class VendedLogLine:
    """Line of a service's log, and where it goes. Lines sort by stream, and in a stream by time."""

    group_arn: str
    stream: str
    epoch_millis: int
    text: str


_waiting: queue.Queue[VendedLogLine] = queue.Queue(MAX_WAITING_LINES)
_start_lock = threading.Lock()
_thread: threading.Thread | None = None
_forgotten = 0  # how often the lines were


def deliver(line: VendedLogLine) -> None:
    """Take a line for delivery. Like AWS's, vended logs are best effort: a full queue drops it."""
    global _thread
    with _start_lock:
        if _thread is None:
            _thread = threading.Thread(target=_run, name="log-delivery", daemon=True)
            _thread.start()
    try:
        _waiting.put_nowait(line)
    except queue.Full:
        LOG.warning("log lines come faster than CloudWatch Logs takes them: one is dropped")


def forget() -> None:
    """Drop the lines that wait for delivery, those that are being gathered too."""
    global _forgotten
    _forgotten += 1
    with contextlib.suppress(queue.Empty):
        while True:
            _waiting.get_nowait()


def _run() -> None:
    pause = threading.Event()
    while True:
        forgotten, batch = _forgotten, [_waiting.get()]
        pause.wait(GATHER_SECONDS)
        with contextlib.suppress(queue.Empty):
            while len(batch) < MAX_BATCH_LINES:
                batch.append(_waiting.get_nowait())
        if forgotten != _forgotten:
            continue
        for (group_arn, stream), lines in groupby(sorted(batch), lambda line: (line.group_arn, line.stream)):
            try:
                _put(group_arn, stream, list(lines))
            except Exception as error:  # the thread has to outlive whatever is wrong with one log group
                LOG.warning("delivery of logs to %s failed: %s", group_arn, error)


def _put(group_arn: str, stream: str, lines: list[VendedLogLine]) -> None:
    _, _, _, region, account, _, group, *_ = group_arn.split(":")
    write(
        account,
        region,
        group,
        stream,
        [{"timestamp": line.epoch_millis, "message": line.text} for line in lines],
    )
