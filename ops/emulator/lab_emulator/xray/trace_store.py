"""Store of traces: what arrived, parsed when traces are read, and the traces made of it.

X-Ray keeps traces for 30 days. Here the newest MAX_DOCUMENTS are kept, some ten thousand events of the lab in
60 MB, and none for longer than those 30 days.
"""

import json
import logging
import math
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from lab_emulator.xray.batch_receives import BatchReceives
from lab_emulator.xray.lambda_segments import TracedInvocation
from lab_emulator.xray.segment_document import InvalidSegment, read_document
from lab_emulator.xray.trace import Trace, compile_trace

LOG = logging.getLogger(__name__)

MAX_DOCUMENTS = 30_000
MAX_AGE_SECONDS = 30 * 86_400

Recorded = bytes | TracedInvocation | BatchReceives
Document = dict[str, Any]


@dataclass
class _Collected:
    """Documents of one trace as JSON, a fifth of what they take as objects, in the order of their arrival."""

    start: float = math.inf
    end: float = -math.inf
    documents: list[str] = field(default_factory=list)
    service_id: str | None = None  # of Lambda's own segment, which links stand on
    parent_links: list[Document] = field(default_factory=list)

    def add(self, document: Document) -> None:
        self.documents.append(json.dumps(document, separators=(",", ":")))
        self.start = min(self.start, document["start_time"])
        self.end = max(self.end, document.get("end_time") or document["start_time"])
        if document.get("origin") == "AWS::Lambda":
            self.service_id = document["id"]

    def trace(self, trace_id: str) -> Trace:
        return compile_trace(trace_id, map(json.loads, self.documents), self.parent_links)


class TraceStore:
    """Everything that was recorded. `record` costs its caller one append; the rest is done by a read."""

    def __init__(
        self,
        drain: Callable[[], None] = lambda: None,
        max_documents: int = MAX_DOCUMENTS,
        clock: Callable[[], float] = time.time,
    ) -> None:
        """`drain` brings in what is still on its way."""
        self.drain = drain
        self._max_documents = max_documents
        self._clock = clock
        self._arrived: deque[Recorded] = deque(maxlen=max_documents)
        self._lock = threading.Lock()
        self._collected: OrderedDict[str, _Collected] = OrderedDict()  # whose last document is oldest first
        self._count = 0

    def record(self, recorded: Recorded) -> None:
        """Keep a datagram's document, an invocation or the receives of a batch."""
        self._arrived.append(recorded)

    def put(self, document: Document) -> None:
        """Keep a document that was read already."""
        with self._lock:
            self._add(document)

    def clear(self) -> None:
        """Forget everything, what is on its way too."""
        with self._lock:
            self.drain()
            self._arrived.clear()
            self._collected.clear()
            self._count = 0

    def traces(self, trace_ids: Iterable[str]) -> list[Trace]:
        """Those of the traces that are there."""
        with self._lock:
            self._read_arrived()
            found = [(trace_id, self._collected.get(trace_id)) for trace_id in trace_ids]
            return [kept.trace(trace_id) for trace_id, kept in found if kept]

    def select(self, wanted: Callable[[str, float, float], bool]) -> list[Trace]:
        """The traces that `wanted` says so of, by id, start and end (seconds since the epoch)."""
        with self._lock:
            self._read_arrived()
            return [
                kept.trace(trace_id)
                for trace_id, kept in self._collected.items()
                if wanted(trace_id, kept.start, kept.end)
            ]

    def _read_arrived(self) -> None:
        self.drain()
        while self._arrived:
            self._read(self._arrived.popleft())
        horizon = self._clock() - MAX_AGE_SECONDS
        while self._collected and next(iter(self._collected.values())).end < horizon:
            self._forget_oldest()

    def _read(self, recorded: Recorded) -> None:
        if isinstance(recorded, BatchReceives):
            self._link(recorded)
        elif isinstance(recorded, TracedInvocation):
            for document in recorded.documents():
                self._add(document)
        else:
            try:
                self._add(read_document(recorded))
            except InvalidSegment as error:  # a daemon cannot answer: it logs
                LOG.warning("the X-Ray daemon dropped a segment: %s", error)

    def _link(self, receives: BatchReceives) -> None:
        """Link an invocation to its messages. One that was not traced has no links, as on AWS."""
        consumer = self._collected.get(receives.trace_id)
        if consumer is None or consumer.service_id is None:
            return
        consumer.parent_links = receives.parent_links()
        for document in receives.documents(consumer.service_id):
            self._add(document)

    def _add(self, document: Document) -> None:
        kept = self._collected.setdefault(document["trace_id"], _Collected())
        self._collected.move_to_end(document["trace_id"])
        kept.add(document)
        self._count += 1
        while self._count > self._max_documents:
            self._forget_oldest()

    def _forget_oldest(self) -> None:
        _, forgotten = self._collected.popitem(last=False)
        self._count -= len(forgotten.documents)
