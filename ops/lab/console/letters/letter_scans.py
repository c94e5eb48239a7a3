"""Letter scans: the latest scan of each queue, shared by all open pages, made anew when it is due.

A page never waits for a scan but the first: it shows the latest one, and the next look finds the newer.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from botocore.exceptions import BotoCoreError, ClientError

from ops.lab.app.queue_depth import QueueDepth
from ops.lab.console.letters.letter_scan import LetterQueue, LetterScan
from ops.lab.errors import CommandError

# A queue whose depth has not changed is read again so seldom: for receive counts, and for letters that came
# while as many went.
_UNCHANGED_SECONDS = 30.0
_CHANGED_SECONDS = 1.0
# Reading a thousand letters costs the emulator something: at most a fortieth of its time.
_TIMES_ITS_OWN = 40.0

Scan = Callable[[LetterQueue, LetterScan | None], LetterScan]


@dataclass
class _Kept:
    scan: LetterScan | None = None
    depth: QueueDepth | None = None
    stale: bool = True
    at_work: bool = False


class LetterScans:
    """`scan` reads a queue. It may be called from several threads; one scan of a queue runs at a time."""

    def __init__(self, scan: Scan, now: Callable[[], float] = time.time) -> None:
        self._scan = scan
        self._now = now
        self._lock = threading.Lock()
        self._turn = {queue: threading.Lock() for queue in LetterQueue}
        self._kept = {queue: _Kept() for queue in LetterQueue}

    def latest(self, queue: LetterQueue, depth: QueueDepth | None) -> LetterScan:
        """The latest scan. `depth` is what the poller saw of the queue; a change of it makes a scan due.

        Raises what `scan` raises where there is none yet, or it was forgotten.
        """
        with self._lock:
            kept = self._kept[queue]
            if kept.scan is not None and not kept.stale:
                if not kept.at_work and self._is_due(kept, kept.scan, depth):
                    kept.at_work = True
                    threading.Thread(target=self._renew, args=(queue, depth), daemon=True).start()
                return kept.scan
        return self.now(queue, depth)

    def now(self, queue: LetterQueue, depth: QueueDepth | None = None) -> LetterScan:
        """A scan made for the caller."""
        with self._turn[queue]:
            made = self._scan(queue, self._kept[queue].scan)
        self.keep(made, depth)
        return made

    def keep(self, made: LetterScan, depth: QueueDepth | None = None) -> None:
        """Make this the latest."""
        with self._lock:
            kept = self._kept[made.queue]
            kept.scan, kept.depth, kept.stale = made, depth, False

    def kept(self, queue: LetterQueue) -> LetterScan | None:
        """The latest scan, if there is one; nothing is read."""
        return self._kept[queue].scan

    def forget(self) -> None:
        """Read again for the next who asks: the queues were changed."""
        with self._lock:
            for kept in self._kept.values():
                kept.stale = True

    def _is_due(self, kept: _Kept, scan: LetterScan, depth: QueueDepth | None) -> bool:
        age = self._now() - scan.at
        wait = _UNCHANGED_SECONDS if depth == kept.depth else _CHANGED_SECONDS
        return age >= max(wait, _TIMES_ITS_OWN * scan.seconds)

    def _renew(self, queue: LetterQueue, depth: QueueDepth | None) -> None:
        try:
            self.now(queue, depth)
        except (CommandError, BotoCoreError, ClientError, OSError):
            pass  # the poller tells what is so with the target
        finally:
            with self._lock:
                self._kept[queue].at_work = False
