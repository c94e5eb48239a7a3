"""Client of the redrive routes of the app's API: looks into the DLQ; starts, follows and cancels jobs."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ops.lab.app.api import Api, ApiAnswer
from ops.lab.app.target import Target
from ops.lab.errors import CommandError, NotUp, Refused
from ops.lab.waiting import eventually


@dataclass(frozen=True, kw_only=True)
class RedriveFilters:
    """What is None is left to the API: its defaults stand in `functions/redrive/parameters.py`.

    `error_type` is the name of a type or of a category; `idempotency_keys` are 100 at most.
    """

    error_type: str | None = None
    min_age_seconds: int | None = None
    max_messages: int | None = None
    per_message_delay_jitter: int | None = None  # seconds
    rate_per_second: int | None = None
    max_redrives: int | None = None
    idempotency_keys: Sequence[str] | None = None

    def for_start(self) -> dict[str, Any]:
        """The body of POST /redrive/start."""
        return _given(
            maxMessages=self.max_messages,
            errorType=self.error_type,
            minAgeSeconds=self.min_age_seconds,
            perMessageDelayJitter=self.per_message_delay_jitter,
            ratePerSecond=self.rate_per_second,
            maxRedrives=self.max_redrives,
            idempotencyKeys=None if self.idempotency_keys is None else list(self.idempotency_keys),
        )

    def for_preview(self) -> dict[str, str]:
        """The query of GET /redrive/preview, which only looks: nothing about sending."""
        query = _given(
            maxMessages=self.max_messages,
            errorType=self.error_type,
            minAgeSeconds=self.min_age_seconds,
            # A key has no blanks, and may have a comma.
            idempotencyKeys=None if self.idempotency_keys is None else " ".join(self.idempotency_keys),
        )
        return {name: str(value) for name, value in query.items()}


def _given(**values: Any) -> dict[str, Any]:
    return {name: value for name, value in values.items() if value is not None}


@dataclass(frozen=True)
class PreviewedMessage:
    """One message of the preview. `age_seconds` since its event was first queued; the body may be cut."""

    idempotency_key: str
    error_type: str
    error_category: str
    attempts: int
    age_seconds: float
    receive_count: int
    redrive_count: int
    body: str

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "PreviewedMessage":
        return cls(
            idempotency_key=document["idempotencyKey"],
            error_type=document["errorType"],
            error_category=document["errorCategory"],
            attempts=document["attempts"],
            age_seconds=document["ageSeconds"],
            receive_count=document["receiveCount"],
            redrive_count=document["redriveCount"],
            body=document["body"] + ("…" if document["bodyTruncated"] else ""),
        )


@dataclass(frozen=True)
class ReportedPreview:
    """`scanned` messages were looked at and `letters` match; `stop_reason` says why it looked no further."""

    letters: list[PreviewedMessage]
    scanned: int
    stop_reason: str
    document: Mapping[str, Any]

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "ReportedPreview":
        letters = [PreviewedMessage.from_document(message) for message in document["messages"]]
        return cls(letters, document["scanned"], document["stopReason"], document)


# Why a job, or a preview, stopped: the API's `stopReason`, in words.
STOP_WORDS = {
    "drained": "the DLQ holds nothing more that matches",
    "heldElsewhere": "the DLQ has more, which others hold or SQS still counts: start another in a minute",
    "maxMessages": "as many as were asked for",
    "timeLimit": "time ran out: start another",
    "cancelled": "cancelled: the rest is in the DLQ",
    "scanLimit": "it looked at a thousand messages",
}
FINAL = frozenset({"CANCELLED", "SUCCEEDED", "FAILED"})


@dataclass(frozen=True)
class ReportedJob:
    """`document` is the API's own; counts are in messages."""

    job_id: str
    status: str
    moved: int
    skipped: int
    parked: int
    failed: int
    max_messages: int
    stop_reason: str | None
    reason: str | None
    document: Mapping[str, Any]

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "ReportedJob":
        return cls(
            job_id=document["jobId"],
            status=document["status"],
            moved=document["moved"],
            skipped=document["skipped"],
            parked=document["parked"],
            failed=document["failed"],
            max_messages=document["maxMessages"],
            stop_reason=document.get("stopReason"),
            reason=document.get("reason"),
            document=document,
        )

    @property
    def is_finished(self) -> bool:
        return self.status in FINAL

    @property
    def taken(self) -> int:
        """What counts towards `max_messages`."""
        return self.moved + self.parked + self.failed

    @property
    def created_at(self) -> datetime:
        """The time of the request."""
        return self._time("createdAt")

    @property
    def seconds(self) -> float | None:
        """From the request to the end; None before that."""
        if "finishedAt" not in self.document:
            return None
        return (self._time("finishedAt") - self.created_at).total_seconds()

    def _time(self, name: str) -> datetime:
        return datetime.fromisoformat(self.document[name].replace("Z", "+00:00"))


_EVERYTHING = RedriveFilters()


class JobAtWork(Refused):
    """Another job is running; `job_id` says which."""

    def __init__(self, job_id: str, message: str) -> None:
        super().__init__(message, hint=f"lab redrive status {job_id}, or lab redrive cancel {job_id}")
        self.job_id = job_id


class RedriveClient:
    """The redrive routes of the app's API. Every method raises Refused for what the API refuses."""

    def __init__(self, api: Api) -> None:
        self._api = api

    @classmethod
    def of(cls, target: Target) -> "RedriveClient":
        return cls(Api.of(target))

    def preview(self, filters: RedriveFilters = _EVERYTHING) -> ReportedPreview:
        """Look into the dead-letter queue; what is there stays there."""
        return ReportedPreview.from_document(_checked(self._api.preview_redrive(filters.for_preview())).body)

    def start(self, filters: RedriveFilters = _EVERYTHING) -> ReportedJob:
        """Start a job. Raises JobAtWork while another one runs."""
        answer = self._api.start_redrive(filters.for_start())
        if answer.status == 409:
            raise self._job_at_work(str(answer.body["jobId"]), str(answer.body["detail"]))
        return ReportedJob.from_document(_checked(answer).body)

    def _job_at_work(self, job_id: str, detail: str) -> JobAtWork:
        """The refusal, with how far that job is and since when, where the API tells."""
        try:
            job = self.job(job_id)
        except CommandError:
            return JobAtWork(job_id, detail)
        counts = f"{job.moved} moved, {job.skipped} skipped, {job.parked} parked, {job.failed} failed"
        begun = job.created_at.astimezone().strftime("%H:%M:%S")
        return JobAtWork(job_id, f"job {job_id} is {job.status} since {begun}: {counts}")

    def job(self, job_id: str) -> ReportedJob:
        """The job as it is now."""
        return ReportedJob.from_document(_checked(self._api.redrive_job(job_id)).body)

    def cancel(self, job_id: str) -> ReportedJob:
        """Ask the job to stop after its batch."""
        return ReportedJob.from_document(_checked(self._api.cancel_redrive(job_id)).body)

    def wait_for_job(
        self,
        job_id: str,
        within: float = 120,
        *,
        every: float = 0.25,
        on_progress: Callable[[ReportedJob], None] = lambda _job: None,
    ) -> ReportedJob:
        """The job once it is finished, however it ended. Raises WaitTimedOut after `within` seconds."""

        def probe() -> ReportedJob:
            job = self.job(job_id)
            on_progress(job)
            return job

        return eventually(
            probe,
            within=within,
            until=lambda job: job.is_finished,
            every=every,
            what=f"the end of redrive job {job_id}",
            hint="it goes on: lab redrive status, lab redrive cancel; lab logs redrive-runner",
        )


def _checked(answer: ApiAnswer) -> ApiAnswer:
    """The answer, if it is a good one."""
    if answer.accepted:
        return answer
    detail = answer.told
    if answer.status in (401, 403):
        raise Refused(f"the API refuses the caller: {detail}", hint="with authMode=jwt, set LAB_TOKEN")
    if answer.status == 404:
        raise Refused(detail, hint="the latest jobs: lab redrive status")
    if 400 <= answer.status < 500:
        parameter = str(answer.body.get("parameter", ""))
        raise Refused(detail if parameter in detail else f"{parameter}: {detail}")
    if answer.status == 0:
        raise NotUp(f"the API does not answer: {detail}", hint="lab status")
    raise CommandError(f"the API answered {answer.status}: {detail}", hint="lab logs redrive")
