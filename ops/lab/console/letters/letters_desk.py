"""Letters desk: what the console's pages of dead letters share, one for each start of the console."""

import threading
import time
from collections.abc import Sequence

from botocore.exceptions import BotoCoreError, ClientError
from starlette.requests import Request

from ops.lab.app.redrive_job_line import JobLine, latest_jobs
from ops.lab.console.context import ConsoleContext, context_of
from ops.lab.console.letters.canary_bench import CanaryBench
from ops.lab.console.letters.letter_scan import (
    LetterQueue,
    LetterScan,
    scan_by_listing,
    scan_by_receiving,
)
from ops.lab.console.letters.letter_scans import LetterScans
from ops.lab.errors import CommandError

_JOBS_LAST_SECONDS = 1.0
_JOBS_SHOWN = 10
_MAKING = threading.Lock()


class LettersDesk:
    """The scans, the canary, and the jobs, all of the console's one target."""

    def __init__(self, console: ConsoleContext) -> None:
        self._console = console
        self.scans = LetterScans(lambda queue, before: scan_by_listing(console.target, queue, before))
        self.canary = CanaryBench()
        self._jobs: tuple[float, Sequence[JobLine]] = (0.0, ())
        self._jobs_lock = threading.Lock()

    def scan(self, queue: LetterQueue) -> LetterScan | None:
        """The queue as it was seen last; None on AWS before somebody has looked. Raises NotUp."""
        if self._console.target.endpoint is None:
            return self.scans.kept(queue)
        return self.scans.latest(queue, self._console.poller.latest.depths.get(queue.value))

    def seen(self, queue: LetterQueue) -> tuple[LetterScan | None, str]:
        """The same, and what went wrong: then the scan is the one before."""
        try:
            return self.scan(queue), ""
        except (CommandError, BotoCoreError, ClientError) as error:
            return self.scans.kept(queue), str(error)

    def look(self, queue: LetterQueue) -> LetterScan:
        """Receive what the queue holds, and give it back."""
        made = scan_by_receiving(self._console.target, queue)
        self.scans.keep(made)
        return made

    def jobs(self) -> Sequence[JobLine]:
        """The latest redrive jobs, the newest first; read at most once a second, for all pages."""
        with self._jobs_lock:
            read, lines = self._jobs
            if time.monotonic() - read > _JOBS_LAST_SECONDS or not read:
                lines = latest_jobs(self._console.target, _JOBS_SHOWN, time.time())
                self._jobs = (time.monotonic(), lines)
            return lines

    def seen_jobs(self) -> tuple[Sequence[JobLine], str]:
        """The same, and what went wrong."""
        try:
            return self.jobs(), ""
        except (CommandError, BotoCoreError, ClientError) as error:
            return self._jobs[1], str(error)

    def changed(self) -> None:
        """Forget what was seen: something was moved."""
        self.scans.forget()
        self._jobs = (0.0, ())


def desk_of(request: Request) -> LettersDesk:
    """The desk of the console that serves the request; made at its first use."""
    state = request.app.state
    with _MAKING:
        if not hasattr(state, "letters_desk"):
            state.letters_desk = LettersDesk(context_of(request))
        desk: LettersDesk = state.letters_desk
        return desk
