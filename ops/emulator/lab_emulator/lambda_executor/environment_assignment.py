"""Assignment of an invocation to an execution environment: the first that is free or ready (see the queue).

Stock, each invocation that finds none free starts one and waits for it, even where others become free
meanwhile. Sixteen clients at once then had sixteen processes of a function start on two cores, and waited
seconds, for a function that takes milliseconds.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from localstack.services.lambda_.invocation.assignment import AssignmentException, AssignmentService
from localstack.services.lambda_.invocation.execution_environment import (
    ExecutionEnvironment,
    InvalidStatusException,
)
from localstack.services.lambda_.invocation.lambda_models import FunctionVersion, InitializationType

from lab_emulator.lambda_executor.environment_queue import EnvironmentQueue


@dataclass(frozen=True)
class VersionEnvironments:
    """The environments that LocalStack has of a version, but for those of provisioned concurrency."""

    service: AssignmentService
    version_id: str
    function_version: FunctionVersion

    def reserve_free(self) -> ExecutionEnvironment | None:
        return _reserve(self._all())

    def is_empty(self) -> bool:
        return not self._all()

    def start(self) -> None:
        environment = self.service.start_environment(self.version_id, self.function_version)
        environment.reserve()
        self.service.environments[self.version_id][environment.id] = environment
        with suppress(InvalidStatusException):  # it was stopped, with its function, just now
            environment.release()  # from which on it ends after some time without an invocation

    def stop(self) -> None:
        for environment in self._all():
            self.service.stop_environment(environment)

    def _all(self) -> list[ExecutionEnvironment]:
        everything = list(self.service.environments[self.version_id].values())
        return [each for each in everything if not _is_provisioned(each)]


_QUEUES: dict[str, EnvironmentQueue[ExecutionEnvironment]] = {}  # by version


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
    queue = _QUEUES.get(version_manager_id)
    if queue is None:
        pool = VersionEnvironments(service, version_manager_id, function_version)
        queue = _QUEUES.setdefault(version_manager_id, EnvironmentQueue(pool))
    if provisioning_type == InitializationType.provisioned_concurrency:
        environment = _provisioned(service, version_manager_id)
    else:
        environment = queue.take()
    try:
        yield environment
    except Exception:
        service.stop_environment(environment)
        raise
    else:
        with suppress(InvalidStatusException):  # it was stopped, with its function, while it worked
            environment.release()
    finally:
        queue.look()


def stop_environments_for_version(
    stock: Callable[[AssignmentService, str], None], service: AssignmentService, version_manager_id: str
) -> None:
    """Wrap the method of that name, which knows nothing of environments that are about to be ready."""
    stock(service, version_manager_id)
    if queue := _QUEUES.pop(version_manager_id, None):
        queue.close()


def _provisioned(service: AssignmentService, version_id: str) -> ExecutionEnvironment:
    everything = list(service.environments[version_id].values())
    environment = _reserve([each for each in everything if _is_provisioned(each)])
    if environment is None:
        raise AssignmentException("No provisioned concurrency environment available despite lease.")
    return environment


def _is_provisioned(environment: ExecutionEnvironment) -> bool:
    return environment.initialization_type == InitializationType.provisioned_concurrency


def _reserve(environments: list[ExecutionEnvironment]) -> ExecutionEnvironment | None:
    for environment in environments:
        with suppress(InvalidStatusException):  # it is busy
            environment.reserve()
            return environment
    return None
