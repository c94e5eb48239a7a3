"""Job line: a redrive job as the app's table has it, for the console and `lab redrive status`."""

from dataclasses import dataclass
from typing import Any

from functions.redrive.job import RedriveJob, to_job
from ops.lab.app.redrive_client import STOP_WORDS, ReportedJob
from ops.lab.app.target import Target

_KEYS_SHOWN = 2
_SLOT = "current"  # the item beside the jobs which names the latest one


@dataclass(frozen=True)
class JobLine:
    """`status` is LOST for a job whose runner has stopped reporting. `rate` is in messages a second."""

    job: ReportedJob
    status: str
    seconds: float

    @classmethod
    def of(cls, job: RedriveJob, now: float) -> "JobLine":
        reported = ReportedJob.from_document(job.document)
        ended = reported.seconds
        seconds = ended if ended is not None else max(0.0, now - reported.created_at.timestamp())
        return cls(reported, "LOST" if job.is_lost(now) else reported.status, seconds)

    @property
    def is_over(self) -> bool:
        return self.job.is_finished or self.status == "LOST"

    @property
    def rate(self) -> float:
        return self.job.taken / max(0.1, self.seconds)

    @property
    def at(self) -> float:
        """When it was asked for, in epoch seconds."""
        return self.job.created_at.timestamp()

    @property
    def filters(self) -> str:
        """Which letters it is for, and how they go, in words."""
        document = self.job.document
        keys: list[Any] = document.get("idempotencyKeys") or []
        some = ", ".join(map(str, keys[:_KEYS_SHOWN])) + (" …" if len(keys) > _KEYS_SHOWN else "")
        words = [
            f"{len(keys)} {'key' if len(keys) == 1 else 'keys'}: {some}" if keys else "",
            str(document.get("errorType") or ""),
            _with(document.get("minAgeSeconds"), "older than {} s"),
            _with(document.get("perMessageDelayJitter"), "spread over {} s"),
            _with(document.get("ratePerSecond"), "{}/s"),
        ]
        return "; ".join(word for word in words if word) or "all letters"

    @property
    def why(self) -> str:
        """Why it ended; empty while it works."""
        if self.status == "LOST":
            return "its runner stopped reporting: what it had not deleted is in the DLQ"
        stopped = self.job.stop_reason or ""
        return self.job.reason or STOP_WORDS.get(stopped, stopped)


def latest_jobs(target: Target, most: int, now: float) -> list[JobLine]:
    """The latest jobs that the app's table knows, whoever started them, the newest first.

    Reads the whole table, which has one item for each job of the last 30 days.
    """
    pages = target.dynamodb.get_paginator("scan").paginate(TableName=target.output("RedriveJobsTableName"))
    items = [item for page in pages for item in page["Items"] if item["jobId"]["S"] != _SLOT]
    newest = sorted(items, key=lambda item: item["createdAt"]["S"], reverse=True)[:most]
    return [JobLine.of(to_job(item), now) for item in newest]


def _with(value: Any, words: str) -> str:
    return words.format(value) if value else ""
