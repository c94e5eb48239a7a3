"""Assignment of an invocation to an execution environment: one that is free, or one that is started for it.

Stock, each invocation that finds none free starts one and waits for it, even where others become free
meanwhile. Sixteen clients at once then had sixteen processes of a function start on two cores, and waited
seconds, for a function that takes milliseconds. Lambda has more cores than a laptop. Here no more
environments of a function start at once than the machine has cores, and who comes on top takes the first
that is free. One that starts for longer than a second waits rather than works, and no longer counts.
"""

import os
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from localstack.services.lambda_.invocation.assignment import AssignmentException, AssignmentService
from localstack.services.lambda_.invocation.execution_environment import (
    ExecutionEnvironment,
    InvalidStatusException,
)
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InitializationType

STARTS_AT_ONCE = max(2, os.cpu_count() or 1)
BUSY_START_SECONDS = 1.0


class EnvironmentStarts:
    """The starts that are under way, by version of a function, and who waits for a free environment."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._began_at: dict[str, list[float]] = defaultdict(list)

    def free_or_turn(self, service: AssignmentService, version_id: str) -> ExecutionEnvironment | float:
        """Wait for a free environment, reserved when it is returned, or for the turn to start one.

        The turn is a number, to be given to `ended`.
        """
        with self._changed:
            while True:
                free = reserve_free(service, version_id, InitializationType.on_demand)
                if free is not None:
                    return free
                now = time.monotonic()
                busy = [began for began in self._began_at[version_id] if began + BUSY_START_SECONDS > now]
                if len(busy) < STARTS_AT_ONCE:
                    self._began_at[version_id].append(now)
                    return now
                self._changed.wait(min(busy) + BUSY_START_SECONDS - now)

    def ended(self, version_id: str, turn: float) -> None:
        with self._changed:
            self._began_at[version_id].remove(turn)
            self._changed.notify_all()

    def freed(self) -> None:
        """Let who waits look for a free environment."""
        with self._changed:
            self._changed.notify_all()


_STARTS = EnvironmentStarts()


@contextmanager
def get_environment(
    service: AssignmentService,
    version_manager_id: str,
    function_version: FunctionVersion,
    provisioning_type: InitializationType,
) -> Iterator[ExecutionEnvironment]:
    """Stand in for `AssignmentService.get_environment`: yield an environment, and set it free in the end.

    One whose invocation raises, which a function's own error does not, is stopped.
    """
    environment = reserve_free(service, version_manager_id, provisioning_type)
    if environment is None and provisioning_type == InitializationType.provisioned_concurrency:
        raise AssignmentException("No provisioned concurrency environment available despite lease.")
    if environment is None:
        environment = _free_or_started(service, version_manager_id, function_version)
    try:
        yield environment
    except Exception:
        service.stop_environment(environment)
        raise
    with suppress(InvalidStatusException):  # it was stopped, with its function, while it worked
        environment.release()
    _STARTS.freed()


def reserve_free(
    service: AssignmentService, version_id: str, kind: InitializationType
) -> ExecutionEnvironment | None:
    """Return an environment of that kind that was free, reserved now; None where none is."""
    for environment in list(service.environments[version_id].values()):
        if environment.initialization_type == kind:
            with suppress(InvalidStatusException):  # it is busy
                environment.reserve()
                return environment
    return None


def _free_or_started(
    service: AssignmentService, version_id: str, function_version: FunctionVersion
) -> ExecutionEnvironment:
    turn = _STARTS.free_or_turn(service, version_id)
    if isinstance(turn, ExecutionEnvironment):
        return turn
    try:
        environment = service.start_environment(version_id, function_version)
        environment.reserve()  # before it is among those that others look at
        service.environments[version_id][environment.id] = environment
        return environment
    finally:
        _STARTS.ended(version_id, turn)
