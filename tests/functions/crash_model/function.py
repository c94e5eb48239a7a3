"""A deployed function: a handler with its environment, its timeout, and a process for each invocation."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from functions.common.environment import Environment, to_variables
from tests.functions.conftest import Context
from tests.functions.crash_model.modules import cold_start
from tests.functions.crash_model.process import Killed, Process
from tests.functions.crash_model.virtual_clock import VirtualClock
from tests.functions.crash_model.wire import Wire

Handler = Callable[[dict[str, Any], Any], Any]


class NoAnswer(Exception):
    """The invocation ended without one: the process died, or the handler raised."""


@dataclass
class Function:
    """`failures` keeps what handlers raised, for the reader of a failed test."""

    name: str
    handler: Handler
    environment: Environment
    timeout_seconds: float
    clock: VirtualClock
    wire: Wire
    failures: list[Exception] = field(default_factory=list)

    def invoke(self, event: dict[str, Any]) -> Any:
        """The handler's answer. Raises NoAnswer."""
        process = Process(self.name, ends_at=self.clock() + self.timeout_seconds)
        os.environ.update(to_variables(self.environment))
        try:
            with self.wire.carrying(process):
                answer = self.handler(event, self._context(process))
        except Killed:
            cold_start()
            raise NoAnswer(f"{self.name} was killed") from None
        except Exception as error:
            self.failures.append(error)
            raise NoAnswer(f"{self.name} raised {error!r}") from error
        assert not process.dead, f"{self.name} survived its own death: something catches BaseException"
        return answer

    def _context(self, process: Process) -> Any:
        return _Context(self.name, lambda: max(0, round((process.ends_at - self.clock()) * 1000)))


class _Context(Context):
    """The Lambda context on virtual time."""

    def __init__(self, name: str, remaining_ms: Callable[[], int]) -> None:
        super().__init__(function_name=name)
        self.get_remaining_time_in_millis = remaining_ms  # type: ignore[method-assign]
