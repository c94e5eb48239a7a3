"""Takes data points off the services' hands and sends them to CloudWatch in batches.

A request must not wait for CloudWatch, and a busy queue or function yields one point after another.
So points wait for their like on a thread of their own, and equal series share one entry.
"""

import logging
import queue
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import islice

from localstack.aws.api.cloudwatch import Dimension, MetricDatum
from localstack.runtime.shutdown import SHUTDOWN_HANDLERS

from lab_emulator.cloudwatch.publish import publish
from lab_emulator.service_metrics.data_point import DataPoint, Series

LOG = logging.getLogger(__name__)

# How long a point waits for others. AWS takes up to a minute to show one.
COLLECT_SECONDS = 0.5
MAX_STOP_SECONDS = 2.0
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
        """Send what is queued, then end the thread. What is published from now on is lost."""
        self._stopping.set()
        self._queue.put(None)
        if self._thread:
            self._thread.join(MAX_STOP_SECONDS)

    def _ensure_started(self) -> None:
        with self._starting:
            if self._thread is None:
                SHUTDOWN_HANDLERS.register(self.stop)  # these run before the services stop
                self._thread = threading.Thread(target=self._run, name="service-metrics", daemon=True)
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


PUBLISHER = MetricPublisher()


def _send(owner: Owner, namespace: str, series: dict[Series, Counter[float]]) -> None:
    entries = _entries(series)
    while some := list(islice(entries, MAX_METRICS)):
        try:
            publish(*owner, namespace, some)
        except Exception as error:  # whatever is wrong with one entry must not cost the others
            LOG.info("%s refused %d metrics together, they go one by one: %s", namespace, len(some), error)
            _send_each(owner, namespace, some)


def _send_each(owner: Owner, namespace: str, entries: list[MetricDatum]) -> None:
    for entry in entries:
        try:
            publish(*owner, namespace, [entry])
        except Exception:  # the thread has to outlive it
            LOG.exception("CloudWatch refused %s of %s", entry["MetricName"], namespace)


def _entries(series: dict[Series, Counter[float]]) -> Iterator[MetricDatum]:
    for one, counted in series.items():
        pairs = iter(counted.items())
        while some := dict(islice(pairs, MAX_VALUES)):
            yield MetricDatum(
                MetricName=one.metric_name,
                Dimensions=[Dimension(Name=name, Value=value) for name, value in one.dimensions],
                Unit=one.unit,
                Timestamp=datetime.fromtimestamp(one.at_epoch_seconds, UTC),
                Values=list(some),
                Counts=list(some.values()),
            )
