"""Takes data points off the log writer's hands and sends them to CloudWatch in batches.

LocalStack commits every entry of a PutMetricData to sqlite on its own, 20 to 46 ms each on a
laptop, and a function's log lines arrive one call at a time: sent from the writer's thread they
would slow the function down. So points wait for their like, and equal series share one entry.
"""

import logging
import queue
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from lab_emulator.cloudwatch.publish import publish
from lab_emulator.logs.metric_filters import DataPoint, Series

LOG = logging.getLogger(__name__)

# How long a point waits for others. AWS takes up to a minute to show one.
COLLECT_SECONDS = 0.5
# PutMetricData takes 1,000 metrics a call and 150 different values a metric (CloudWatch API reference).
MAX_METRICS = 1000
MAX_VALUES = 150

Owner = tuple[str, str]  # account id, region
Batch = dict[tuple[Owner, str], dict[Series, Counter[float]]]  # by owner and namespace


class MetricPublisher:
    """A thread that starts with the first data point and ends with LocalStack."""

    def __init__(self) -> None:
        self._queue: queue.SimpleQueue[tuple[Owner, DataPoint] | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def publish(self, account_id: str, region: str, points: Iterable[DataPoint]) -> None:
        """Queue `points` and return at once."""
        for point in points:
            self._queue.put(((account_id, region), point))
            self._ensure_started()

    def stop(self) -> None:
        """Send what is queued, then end the thread."""
        self._stopping.set()
        self._queue.put(None)

    def _ensure_started(self) -> None:
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="metric-filters", daemon=True)
                self._thread.start()

    def _run(self) -> None:
        while (first := self._queue.get()) is not None:
            self._stopping.wait(COLLECT_SECONDS)
            batch: Batch = defaultdict(lambda: defaultdict(Counter))
            for owner, point in self._waiting(first):
                batch[owner, point.namespace][point.series][point.value] += 1
            for (owner, namespace), series in batch.items():
                _send(owner, namespace, series)

    def _waiting(self, first: tuple[Owner, DataPoint]) -> Iterator[tuple[Owner, DataPoint]]:
        """Yield the entries that are queued now, and put back the one that says to stop."""
        yield first
        for _ in range(self._queue.qsize()):
            entry = self._queue.get()
            if entry is None:
                self._queue.put(None)
                return
            yield entry


def _send(owner: Owner, namespace: str, series: dict[Series, Counter[float]]) -> None:
    metrics = _metrics(series)
    while data := list(islice(metrics, MAX_METRICS)):
        try:
            publish(*owner, namespace, data)
        except (ClientError, BotoCoreError):  # a metric that is refused must not cost the others
            LOG.exception("CloudWatch refused %d metrics of %s", len(data), namespace)


def _metrics(series: dict[Series, Counter[float]]) -> Iterator[dict[str, Any]]:
    for one, counted in series.items():
        pairs = iter(counted.items())
        while some := dict(islice(pairs, MAX_VALUES)):
            yield {
                "MetricName": one.metric_name,
                "Dimensions": [{"Name": name, "Value": value} for name, value in one.dimensions],
                "Unit": one.unit,
                "Timestamp": datetime.fromtimestamp(one.at_epoch_seconds, UTC),
                "Values": list(some),
                "Counts": list(some.values()),
            }
