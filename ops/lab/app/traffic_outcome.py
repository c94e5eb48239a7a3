"""Outcome of the events that were sent: counted from the table, not from the API's promises."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from ops.lab.app import queue_depth
from ops.lab.app.state_table import Item, read_items
from ops.lab.app.target import Target
from ops.lab.app.traffic import Sent
from ops.lab.errors import WaitTimedOut
from ops.lab.waiting import eventually

_SECONDS_BETWEEN_TABLE_READS = 2.0


@dataclass(frozen=True)
class TrafficOutcome:
    """sent = succeeded + duplicates + failed + pending. `failed` includes what the API rejected or never got.

    `duplicates` are events whose key had succeeded before, or came earlier in the same run. `changed`
    counts those of them whose item is not what it was: an effect had twice. `seconds` since the first event.
    """

    sent: int
    accepted: int
    succeeded: int
    duplicates: int
    failed: int
    pending: int
    changed: int
    seconds: float

    @property
    def good(self) -> bool:
        return self.failed == self.pending == self.changed == 0


class UnsettledTraffic(WaitTimedOut):
    """Some events had no outcome at the deadline; `outcome` is how far it got."""

    def __init__(self, message: str, outcome: TrafficOutcome, *, hint: str) -> None:
        super().__init__(message, hint=hint)
        self.outcome = outcome


def account(sent: Sent, items: dict[str, Item], *, drained: bool) -> TrafficOutcome:
    """Count each event once. With the queue drained, what has not succeeded has failed."""
    succeeded = duplicates = pending = changed = 0
    seen: set[str] = set()
    for key in sent.accepted_keys:
        before, after = sent.before.get(key), items.get(key)
        if before is not None and before.succeeded:
            duplicates += 1
            changed += drained and after != before and key not in seen
        elif key in seen:
            duplicates += 1
        elif after is not None and after.succeeded:
            succeeded += 1
        elif not drained:
            pending += 1
        seen.add(key)
    total, accepted = sent.planned, len(sent.accepted_keys)
    return TrafficOutcome(
        sent=total,
        accepted=accepted,
        succeeded=succeeded,
        duplicates=duplicates,
        failed=total - succeeded - duplicates - pending,
        pending=pending,
        changed=changed,
        seconds=round(time.monotonic() - sent.started, 3),
    )


def wait_for_outcome(
    target: Target,
    sent: Sent,
    *,
    within: float = 120,
    on_progress: Callable[[TrafficOutcome], None] = lambda _: None,
    moves: Callable[[], object] | None = None,
) -> TrafficOutcome:
    """Wait until every event has succeeded, or the queue is drained and the rest has therefore failed.

    Raises UnsettledTraffic after `within` seconds, or so many without a change of `moves` where that is
    given (see `eventually`). Duplicates leave no trace in the table, so with them
    only a drained queue says that the worker has seen them all.
    """
    watch = _Watch(target, sent)

    def probe() -> TrafficOutcome:
        outcome = watch.look()
        on_progress(outcome)
        return outcome

    try:
        return eventually(
            probe, within=within, until=lambda _: watch.settled, every=watch.every_seconds, moves=moves
        )
    except WaitTimedOut as error:
        outcome = watch.last
        raise UnsettledTraffic(
            f"after {outcome.seconds:.0f} s {outcome.pending} of {outcome.sent} events have no outcome; "
            f"in the queue: {watch.depth}",
            outcome,
            hint="see what the worker says: lab logs worker; is a failure mode set? lab status",
        ) from error


class _Watch:
    """Reads the queue often and the table seldom, since 500 items are five reads."""

    def __init__(self, target: Target, sent: Sent) -> None:
        self._quiet_reads_wanted, self.every_seconds = queue_depth.reading_pace(target)
        self._target = target
        self._sent = sent
        self._items: dict[str, Item] = {}
        self._quiet_reads = 0
        self._table_read_at = float("-inf")
        self.depth = queue_depth.QueueDepth(0, 0, 0)
        self.last = account(sent, {}, drained=False)

    @property
    def settled(self) -> bool:
        all_new = self.last.pending == 0 and self.last.duplicates == 0
        return all_new or self._drained

    @property
    def _drained(self) -> bool:
        return self._quiet_reads >= self._quiet_reads_wanted

    def look(self) -> TrafficOutcome:
        self.depth = queue_depth.main_queue(self._target)
        self._quiet_reads = self._quiet_reads + 1 if self.depth.total == 0 else 0
        due = time.monotonic() - self._table_read_at >= _SECONDS_BETWEEN_TABLE_READS
        if due or self._quiet_reads:
            # After the queue, never before: a drained queue then vouches for what is read.
            self._read_unsettled()
        self.last = account(self._sent, self._items, drained=self._drained)
        return self.last

    def _read_unsettled(self) -> None:
        def final(key: str) -> bool:
            before, now = self._sent.before.get(key), self._items.get(key)
            return now is not None and now.succeeded and not (before is not None and before.succeeded)

        keys = [key for key in self._sent.accepted_keys if not final(key)]
        self._items |= read_items(self._target, keys)
        self._table_read_at = time.monotonic()
