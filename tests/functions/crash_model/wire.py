"""The wire between the functions and AWS: it counts, keeps and cuts."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.exceptions import ReadTimeoutError
from moto.core.botocore_stubber import BotocoreStubber

from tests.functions.crash_model.call import Call
from tests.functions.crash_model.crash import Crash, Moment
from tests.functions.crash_model.process import Process
from tests.functions.crash_model.refused_entry import refuse_an_entry
from tests.functions.crash_model.stand_ins import Deliver, StandIns, refusal
from tests.functions.crash_model.virtual_clock import VirtualClock

_API_CALL_ID = "amz-sdk-invocation-id"  # the header that an SDK's tries of one API call share


class Wire:
    """Only what a `Process` sends passes here; the model's own requests go straight to moto."""

    def __init__(self, clock: VirtualClock, stand_ins: StandIns, crash: Crash | None) -> None:
        self.calls: list[Call] = []
        self.round_trip_seconds = 0.01
        self.first_of_interest = 0  # the number of the first call that this scenario crashes
        self.pause: Callable[[Process], None] = lambda _: None  # where a scheduler holds a process back
        self._clock = clock
        self._stand_ins = stand_ins
        self._crash = crash
        self._cut_off: str | None = None
        self._local = threading.local()

    def install(self, patch: pytest.MonkeyPatch) -> None:
        to_moto = BotocoreStubber.__call__

        def send(
            stubber: BotocoreStubber, event_name: str, request: AWSPreparedRequest, **_: object
        ) -> object:
            process = self.process
            if process is None:
                return to_moto(stubber, event_name, request)

            def deliver() -> AWSResponse | None:
                return self._stand_ins.carry(
                    event_name, request, lambda: to_moto(stubber, event_name, request)
                )

            return self._carry(process, event_name, request, deliver)

        patch.setattr(BotocoreStubber, "__call__", send)

    def begin_here(self) -> None:
        """What was called before is crashed in other scenarios."""
        self.first_of_interest = len(self.calls)

    @property
    def process(self) -> Process | None:
        """Whose requests this thread sends; None for the model's own."""
        return getattr(self._local, "process", None)

    @contextmanager
    def carrying(self, process: Process) -> Iterator[None]:
        """Everything that this thread sends meanwhile is the process's."""
        outer = self.process
        self._local.process = process
        try:
            yield
        finally:
            self._local.process = outer

    def _carry(
        self, process: Process, event_name: str, request: AWSPreparedRequest, deliver: Deliver
    ) -> AWSResponse:
        self.pause(process)
        process.check_alive(self._clock())
        moment = self._moment(request)
        if moment is Moment.BEFORE:
            process.die()
        response = self._answer(moment, request, deliver)
        self._clock.advance(self.round_trip_seconds)
        self.calls.append(Call.of(process.function, event_name, request, response))
        if moment is Moment.AFTER:
            process.die()
        if moment in (Moment.LOST, Moment.UNANSWERED):
            raise ReadTimeoutError(endpoint_url=request.url)
        return response

    def _answer(self, moment: Moment | None, request: AWSPreparedRequest, deliver: Deliver) -> AWSResponse:
        if moment is Moment.REFUSED:
            return refusal(request.url)
        if moment is Moment.PARTLY:
            return refuse_an_entry(request, deliver)
        response = deliver()
        assert response is not None
        return response

    def _moment(self, request: AWSPreparedRequest) -> Moment | None:
        if self._crash is None:
            return None
        api_call = request.headers[_API_CALL_ID]
        if len(self.calls) == self._crash.call and self._cut_off is None:
            self._cut_off = api_call
            return self._crash.moment
        lasting = self._crash.moment in (Moment.UNANSWERED, Moment.REFUSED)
        return self._crash.moment if lasting and api_call == self._cut_off else None
