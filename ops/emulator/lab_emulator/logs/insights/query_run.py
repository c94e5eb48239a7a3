"""Run of a query: started, looked after and stopped by the API, carried out on a thread of its own."""

import logging
import threading
import time
import uuid
from collections.abc import Sequence
from typing import Any

from localstack.aws.api.logs import QueryStatistics, QueryStatus
from localstack.services.stores import AccountRegionBundle, BaseStore, LocalAttribute

from lab_emulator.logs.insights.compiled_query import CompiledQuery, ResultRow
from lab_emulator.logs.insights.log_scan import LogScan, QueryStopped
from lab_emulator.logs.insights.scope import QueryWindow

LOG = logging.getLogger(__name__)

# "You can have up to 30 concurrent CloudWatch Logs insights queries" (API reference, StartQuery).
MAX_RUNNING = 30
# AWS keeps results for seven days; these are the last ones.
MAX_KEPT = 100


class QueryRun:
    """One query over some log groups. `results` are empty until it is complete."""

    def __init__(self, query: str, groups: Sequence[str], compiled: CompiledQuery, limit: int) -> None:
        self.id = str(uuid.uuid4())
        self.query = query
        self.groups = list(groups)
        self.created_ms = int(time.time() * 1000)
        self.status = QueryStatus.Scheduled
        self.results: list[ResultRow] = []
        self.statistics = QueryStatistics(recordsMatched=0.0, recordsScanned=0.0, bytesScanned=0.0)
        self._compiled = compiled
        self._limit = limit
        self._stopped = threading.Event()
        self._lock = threading.Lock()

    @property
    def is_over(self) -> bool:
        """Whether it has ended, however."""
        return self.status not in (QueryStatus.Scheduled, QueryStatus.Running)

    def start(self, account_id: str, groups: list[Any], window: QueryWindow) -> None:
        """Begin, unless it was stopped meanwhile; `groups` are moto's."""
        with self._lock:
            if self.is_over:
                return
            self.status = QueryStatus.Running
        arguments = (account_id, groups, window)
        thread = threading.Thread(target=self._run, args=arguments, name=f"query-{self.id}", daemon=True)
        try:
            thread.start()
        except RuntimeError:  # no more threads: one that waits for ever would take a place of MAX_RUNNING
            LOG.exception("the query %r did not begin", self.query)
            self._end(QueryStatus.Failed)

    def stop(self) -> bool:
        """End it without results; False where it had ended before."""
        with self._lock:
            if self.is_over:
                return False
            self.status = QueryStatus.Cancelled
        self._stopped.set()
        return True

    def _run(self, account_id: str, groups: list[Any], window: QueryWindow) -> None:
        try:
            scan = LogScan(account_id, groups, window, self._stopped)
            newest_first = self._compiled.newest_first
            records = scan.newest_first() if newest_first else scan.oldest_first()
            answer = self._compiled.run(records, self._limit)
        except QueryStopped:
            return
        except Exception:  # of any kind: GetQueryResults has to say that there are no results
            LOG.exception("the query %r failed", self.query)
            self._end(QueryStatus.Failed)
            return
        statistics = QueryStatistics(
            recordsMatched=float(answer.matched),
            recordsScanned=float(scan.records),
            estimatedRecordsSkipped=0.0,
            bytesScanned=float(scan.bytes),
            estimatedBytesSkipped=0.0,
            logGroupsScanned=float(scan.groups),
        )
        self._end(QueryStatus.Complete, answer.rows, statistics)

    def _end(
        self,
        status: QueryStatus,
        results: Sequence[ResultRow] = (),
        statistics: QueryStatistics | None = None,
    ) -> None:
        """Take what came of it, all at once; one that was stopped has no results."""
        with self._lock:
            if not self.is_over:
                self.results, self.statistics = list(results), statistics or self.statistics
                self.status = status


class QueryRunStore(BaseStore):
    """Runs of one account in one region by their ids, in the order in which they began; not persisted."""

    runs: dict[str, QueryRun] = LocalAttribute(default=dict)


query_run_stores = AccountRegionBundle("logs", QueryRunStore)
_KEEPING = threading.Lock()


def keep(account_id: str, region: str, run: QueryRun) -> bool:
    """Take a new run in, and forget the oldest of too many; False where too many are at work."""
    runs = query_run_stores[account_id][region].runs
    with _KEEPING:
        if sum(not kept.is_over for kept in runs.values()) >= MAX_RUNNING:
            return False
        runs[run.id] = run
        for over in [kept.id for kept in runs.values() if kept.is_over][: max(len(runs) - MAX_KEPT, 0)]:
            del runs[over]
    return True


def stop_all() -> None:
    """Stop every query that is at work, whatever its account and region."""
    for _account, _region, store in list(query_run_stores.iter_stores()):
        for run in list(store.runs.values()):
            run.stop()


def find(account_id: str, region: str, run_id: str) -> QueryRun | None:
    """The run of this id, None where there is none."""
    return query_run_stores[account_id][region].runs.get(run_id)


def newest_first(account_id: str, region: str) -> list[QueryRun]:
    """All runs that are kept."""
    return list(reversed(list(query_run_stores[account_id][region].runs.values())))
