"""A function that does what each message tells it, and writes down when. Runs inside Lambda.

A body is JSON: `id`, and optionally `until` (wait until this file is there), `sleep` (seconds, after that),
`fail` (report this item), `raise`, `crash` (`once`: only when it is received for the first time), `respond`
(return this, whatever it is).
"""

import json
import os
import signal
import time
from typing import Any


def handler(event: dict[str, Any], _context: object) -> Any:
    records = event["Records"]
    orders = [json.loads(record["body"]) for record in records]
    began_at = time.time()
    _write({"event": "began", "began_at": began_at, "pid": os.getpid(), "records": records})
    for order in orders:
        while "until" in order and not os.path.exists(order["until"]):
            time.sleep(0.02)  # as long as the function's timeout, at most
    time.sleep(max(order.get("sleep", 0) for order in orders))
    for record, order in zip(records, orders, strict=True):
        _misbehave(order, int(record["attributes"]["ApproximateReceiveCount"]))
    _write({"event": "ended", "began_at": began_at, "pid": os.getpid(), "ended_at": time.time()})
    return _response(records, orders)


def _misbehave(order: dict[str, Any], receive_count: int) -> None:
    if order.get("crash") == "once" and receive_count == 1:
        os.kill(os.getpid(), signal.SIGKILL)
    if order.get("raise"):
        raise RuntimeError("told to raise")


def _response(records: list[dict[str, Any]], orders: list[dict[str, Any]]) -> Any:
    for order in orders:
        if "respond" in order:
            return order["respond"]
    failed = [record["messageId"] for record, order in zip(records, orders, strict=True) if order.get("fail")]
    return {"batchItemFailures": [{"itemIdentifier": message_id} for message_id in failed]}


def _write(entry: dict[str, Any]) -> None:
    """One write of one line: functions that run at once append to the same file."""
    descriptor = os.open(os.environ["DIARY_PATH"], os.O_WRONLY | os.O_APPEND)
    try:
        os.write(descriptor, json.dumps(entry).encode() + b"\n")
    finally:
        os.close(descriptor)
