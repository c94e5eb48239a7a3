"""An operator at the redrive API: asks again until there is an answer."""

import json
from dataclasses import dataclass, field
from typing import Any

from tests.functions.crash_model.function import Function, NoAnswer
from tests.functions.crash_model.virtual_clock import VirtualClock

_MAX_TRIES = 4
_PAUSE_SECONDS = 5


@dataclass
class Operator:
    """`jobs` are the ids that the API has told, by its 202 or as the job that is in the way."""

    api: Function
    clock: VirtualClock
    jobs: list[str] = field(default_factory=list)

    def start(self, **filters: Any) -> str:
        """The id of the job that is now at work, mine or another's."""
        document = self._ask("POST /redrive/start", body=json.dumps(filters), statuses=(202, 409))
        job_id: str = document["jobId"]
        self.jobs.append(job_id)
        return job_id

    def cancel(self, job_id: str) -> None:
        """A job that is finished already answers 409."""
        self._ask("POST /redrive/cancel", body=json.dumps({"jobId": job_id}), statuses=(202, 409))

    def status(self, job_id: str) -> str:
        document = self._ask("GET /redrive/jobs/{id}", path={"id": job_id}, statuses=(200,))
        status: str = document["status"]
        return status

    def _ask(self, route: str, *, statuses: tuple[int, ...], **request: Any) -> dict[str, Any]:
        parameters = {"pathParameters": request.get("path"), "body": request.get("body")}
        answer: Any = None
        for _ in range(_MAX_TRIES):
            try:
                answer = self.api.invoke({"version": "2.0", "routeKey": route, "headers": {}, **parameters})
            except NoAnswer:
                answer = None
            if answer is not None and answer["statusCode"] in statuses:
                document: dict[str, Any] = json.loads(answer["body"])
                return document
            self.clock.advance(_PAUSE_SECONDS)
        raise AssertionError(f"{route} was not answered: {answer}")
