"""Wrong actions, told by their effect: a blind redrive before the cause is gone, letters thrown away.

Nobody's commands are read: what counts is the app's table of jobs, what `lab dlq purge` wrote down, and
messages that are gone although their orders have not succeeded.
"""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from functions.common.dynamodb_items import from_item
from functions.common.sqs_message import IDEMPOTENCY_KEY
from functions.redrive.job_table import JobSlot
from ops.lab.app.redrive_client import ReportedJob
from ops.lab.drills.scene import Scene
from ops.lab.incidents.reading import IncidentReading

# What makes a redrive one of chosen letters, and a number that is a trial and no more.
_FILTERS = ("errorType", "minAgeSeconds", "idempotencyKeys")
_A_TRIAL = 10
# So many messages that go at once were deleted: what expires goes one by one, as it came.
_AT_ONCE = 3


class WrongActionWatch:
    """Sees each wrong action once. `purged` is the folder of what `lab dlq purge` deleted.

    That what is new goes well again shows `lag_seconds` after the repair: a redrive is judged no sooner.
    """

    def __init__(self, scene: Scene, purged: Path, lag_seconds: float = 0.0) -> None:
        self._scene = scene
        self._purged = purged
        self._lag_seconds = lag_seconds
        self._known_jobs: set[str] = set()
        self._latest_job: str | None = None
        self._blind: list[float] = []  # when each began, in epoch seconds, that is not judged yet
        self._read_bytes = {path: path.stat().st_size for path in self._records()}
        self._before: IncidentReading | None = None

    def look(self, reading: IncidentReading, mitigated_at: float | None) -> list[str]:
        """What was done since the last look, in words. `mitigated_at` is in epoch seconds, None before."""
        thrown_away = [told for path in self._records() if (told := self._thrown_away(path))]
        self._note_blind_redrives()
        found = [*self._too_early(reading.at, mitigated_at), *thrown_away]
        vanished = self._vanished(reading)
        self._before = reading
        if vanished and not thrown_away:
            found.append(f"{vanished} messages vanished at once, and their orders have not succeeded")
        return found

    def _note_blind_redrives(self) -> None:
        """Of the jobs that were started since the last look: only one that names itself the latest is new."""
        if not self._scene.target.has_output("RedriveJobsTableName"):
            return
        table = self._scene.target.output("RedriveJobsTableName")
        latest = JobSlot(self._scene.target.dynamodb, table).holder()
        if latest == self._latest_job:
            return
        for document in self._jobs(table):
            job = ReportedJob.from_document(document)
            if job.job_id in self._known_jobs:
                continue
            self._known_jobs.add(job.job_id)
            began = job.created_at.timestamp()
            blind = job.max_messages > _A_TRIAL and not any(document.get(name) for name in _FILTERS)
            if blind and began >= self._scene.started_at:
                self._blind.append(began)
        self._latest_job = latest

    def _too_early(self, now: float, mitigated_at: float | None) -> Iterator[str]:
        """Of the blind redrives those that the cause was there for: their judgement is due."""
        for began in list(self._blind):
            well_at = began + self._lag_seconds
            if mitigated_at is not None and mitigated_at <= well_at:
                self._blind.remove(began)
            elif now >= well_at:
                self._blind.remove(began)
                yield "everything was redriven before the cause was gone"

    def _jobs(self, table: str) -> Iterator[Mapping[str, Any]]:
        pages = self._scene.target.dynamodb.get_paginator("scan").paginate(
            TableName=table, ConsistentRead=True
        )
        # The table also holds which job is the current one.
        yield from (item for page in pages for item in map(from_item, page["Items"]) if "createdAt" in item)

    def _records(self) -> list[Path]:
        return sorted(self._purged.glob("*.jsonl"))

    def _new_lines(self, record: Path) -> list[bytes]:
        """What was written since the last look, but for a line whose end is still to come."""
        with record.open("rb") as file:
            file.seek(self._read_bytes.get(record, 0))
            whole, end, _ = file.read().rpartition(b"\n")
        self._read_bytes[record] = self._read_bytes.get(record, 0) + len(whole + end)
        return whole.splitlines()

    def _thrown_away(self, record: Path) -> str:
        mine, gone = set(self._scene.ledger.keys), 0
        for line in self._new_lines(record):
            attributes = json.loads(line)["MessageAttributes"]
            gone += attributes.get(IDEMPOTENCY_KEY, {}).get("StringValue") in mine
        return f"{gone} dead letters were thrown away" if gone else ""

    def _vanished(self, reading: IncidentReading) -> int:
        """How many messages are gone since the last look, beyond those of orders that have succeeded."""
        before = self._before
        if before is None:
            return 0
        gone = _held(before) - _held(reading) - (reading.succeeded - before.succeeded)
        unheld = reading.accepted - reading.succeeded - _held(reading)
        return gone if gone >= _AT_ONCE and unheld >= _AT_ONCE else 0


def _held(reading: IncidentReading) -> int:
    return reading.in_queue + reading.in_dlq + reading.parked
