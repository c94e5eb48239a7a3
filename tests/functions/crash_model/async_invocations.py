"""Lambda's queue of asynchronous invocations."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.awsrequest import AWSPreparedRequest

from tests.functions.crash_model.function import Function, NoAnswer
from tests.functions.crash_model.virtual_clock import VirtualClock

# Lambda developer guide, "How Lambda handles errors and retries with asynchronous invocation".
_RETRY_AFTER_SECONDS: Sequence[float] = (60, 120)


@dataclass
class Pending:
    """An event that waits for its function."""

    function: Function
    event: dict[str, Any]
    due_at: float
    failures: int = 0


@dataclass
class AsyncInvocations:
    """What fails is tried twice more; then the event is gone."""

    clock: VirtualClock
    functions: dict[str, Function] = field(default_factory=dict)
    pending: list[Pending] = field(default_factory=list)

    def accept(self, event: dict[str, Any], request: AWSPreparedRequest) -> tuple[int, dict[str, Any]]:
        """Invoke with InvocationType=Event: 202, and nothing in the body."""
        assert request.headers["X-Amz-Invocation-Type"] in ("Event", b"Event")
        name = request.url.split("/functions/")[1].split("/")[0]
        self.pending.append(Pending(self.functions[name], event, self.clock()))
        return 202, {}

    def run_due(self) -> bool:
        """Run one event whose time has come. Whether there was one."""
        due = next((event for event in self.pending if event.due_at <= self.clock()), None)
        if due is None:
            return False
        self.pending.remove(due)
        try:
            due.function.invoke(due.event)
        except NoAnswer:
            self._repeat(due)
        return True

    def next_in_seconds(self) -> float:
        """Until an event is due; 0 if none waits."""
        return min((event.due_at - self.clock() for event in self.pending), default=0)

    def _repeat(self, event: Pending) -> None:
        if event.failures < len(_RETRY_AFTER_SECONDS):
            event.due_at = self.clock() + _RETRY_AFTER_SECONDS[event.failures]
            event.failures += 1
            self.pending.append(event)
