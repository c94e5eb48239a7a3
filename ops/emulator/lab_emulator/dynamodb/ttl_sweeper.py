"""Sweeper of expired items (time to live): it deletes them late, as AWS does.

AWS deletes an expired item within a few days, and until then it can be read and written
(DynamoDB developer guide, "Using time to live"). Here a thread looks every
`LAB_TTL_SWEEP_SECONDS` (60 by default), so a reader must compare the attribute in both places.
"""

import logging
import os
import threading
import time
from decimal import Decimal

from moto.dynamodb.models import dynamodb_backends
from moto.dynamodb.models.dynamo_type import DynamoType
from moto.dynamodb.models.table import Table

LOG = logging.getLogger(__name__)

DEFAULT_INTERVAL_SECONDS = 60.0
# AWS takes a time of more than five years ago for a mistake and keeps the item.
OLDEST_AGE_SECONDS = 5 * 365 * 24 * 3600


class TtlSweeper:
    """A thread that runs from the first use of time to live until LocalStack stops."""

    def __init__(self, lock: threading.RLock) -> None:
        self._lock = lock
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._interval_seconds = float(os.environ.get("LAB_TTL_SWEEP_SECONDS") or DEFAULT_INTERVAL_SECONDS)

    def start(self) -> None:
        """Start the thread unless it runs. Call it holding the lock."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="dynamodb-ttl", daemon=True)
            self._thread.start()

    def stop(self) -> None:
        """End the thread at its next look at the clock; harmless if it never ran."""
        self._stopping.set()

    def _run(self) -> None:
        while not self._stopping.wait(self._interval_seconds):
            try:
                self._sweep(time.time())
            except Exception:  # one invalid item must not end time to live for every table
                LOG.exception("a sweep of expired items failed")

    def _sweep(self, now: float) -> None:
        with self._lock:
            for _account, _region, backend in dynamodb_backends.iter_backends():
                for table in backend.tables.values():
                    _delete_expired(table, now)


def _delete_expired(table: Table, now: float) -> None:
    if table.ttl["TimeToLiveStatus"] != "ENABLED":
        return
    attribute = table.ttl["AttributeName"]
    expired = [item for item in table.all_items() if _is_expired(item.attrs.get(attribute), now)]
    for item in expired:
        table.delete_item(item.hash_key, item.range_key)
    if expired:
        LOG.info("deleted %d expired items of table %s", len(expired), table.name)


def _is_expired(value: DynamoType | None, now: float) -> bool:
    """Only a number counts as a time; any other type means that the item never expires."""
    if value is None or value.type != "N":
        return False
    return Decimal(now - OLDEST_AGE_SECONDS) < Decimal(value.value) < Decimal(now)
