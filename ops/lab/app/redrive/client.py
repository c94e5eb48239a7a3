"""Start, follow and cancel redrive jobs."""

from collections.abc import Callable

from ops.lab.app.api import Answer, Api
from ops.lab.app.redrive.filters import Filters
from ops.lab.app.redrive.job import Job
from ops.lab.app.redrive.preview import Preview
from ops.lab.app.target import Target
from ops.lab.errors import LabError, NotUp, Refused
from ops.lab.waiting import eventually

_EVERYTHING = Filters()


class JobAtWork(Refused):
    """Another job is running; `job_id` says which."""

    def __init__(self, job_id: str, message: str) -> None:
        super().__init__(message, hint=f"lab redrive status {job_id}, or lab redrive cancel {job_id}")
        self.job_id = job_id


class Redrive:
    """The redrive routes of the app's API. Every method raises Refused for what the API refuses."""

    def __init__(self, api: Api) -> None:
        self._api = api

    @classmethod
    def of(cls, target: Target) -> "Redrive":
        return cls(Api.of(target))

    def preview(self, filters: Filters = _EVERYTHING) -> Preview:
        """Look into the dead-letter queue; what is there stays there."""
        return Preview.from_document(_checked(self._api.preview_redrive(filters.for_preview())).body)

    def start(self, filters: Filters = _EVERYTHING) -> Job:
        """Start a job. Raises JobAtWork while another one runs."""
        answer = self._api.start_redrive(filters.for_start())
        if answer.status == 409:
            raise JobAtWork(str(answer.body["jobId"]), str(answer.body["detail"]))
        return Job.from_document(_checked(answer).body)

    def job(self, job_id: str) -> Job:
        """The job as it is now."""
        return Job.from_document(_checked(self._api.redrive_job(job_id)).body)

    def cancel(self, job_id: str) -> Job:
        """Ask the job to stop after its batch."""
        return Job.from_document(_checked(self._api.cancel_redrive(job_id)).body)

    def wait_for_job(
        self,
        job_id: str,
        within: float = 120,
        *,
        every: float = 0.25,
        on_progress: Callable[[Job], None] = lambda _job: None,
    ) -> Job:
        """Return the job once it is finished, however it ended. Raises TimedOut after `within` seconds."""

        def probe() -> Job:
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


def _checked(answer: Answer) -> Answer:
    """The answer, if it is a good one."""
    if answer.accepted:
        return answer
    detail = str(answer.body.get("detail") or answer.body.get("message") or dict(answer.body))
    if answer.status in (401, 403):
        raise Refused(f"the API refuses the caller: {detail}", hint="with authMode=jwt, set LAB_TOKEN")
    if 400 <= answer.status < 500:
        parameter = str(answer.body.get("parameter", ""))
        raise Refused(detail if parameter in detail else f"{parameter}: {detail}")
    if answer.status == 0:
        raise NotUp(f"the API does not answer: {detail}", hint="lab status")
    raise LabError(f"the API answered {answer.status}: {detail}", hint="lab logs redrive")
