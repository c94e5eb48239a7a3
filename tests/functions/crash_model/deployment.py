"""The functions as the stacks deploy them: what each finds in its environment, and how long it may run."""

from dataclasses import dataclass

from functions.common.environment import Environment
from functions.ingest import handler as ingest
from functions.ingestion.environment import (
    IngestEnvironment,
    RedriveEnvironment,
    RedriveRunnerEnvironment,
    WorkerEnvironment,
)
from functions.redrive import handler as redrive
from functions.redrive_runner import handler as redrive_runner
from functions.worker import handler as worker
from tests.functions.crash_model.function import Function, Handler
from tests.functions.crash_model.resources import MAX_RECEIVE_COUNT, Resources
from tests.functions.crash_model.virtual_clock import VirtualClock
from tests.functions.crash_model.wire import Wire

LEASE_SECONDS = 60  # twice the worker's timeout, a third of the visibility timeout, as in infra/settings
RUNNER = "redrive-runner"
_PARAMETER = "/ingestion/failure_mode"
_CACHE_SECONDS = 5


@dataclass(frozen=True)
class Deployment:
    """Makes the functions; timeouts as in infra/stacks/functions_stack.py and infra/settings."""

    resources: Resources
    clock: VirtualClock
    wire: Wire

    def ingest(self) -> Function:
        environment = IngestEnvironment(
            queue_url=self.resources.queue_url,
            failure_mode_parameter=_PARAMETER,
            failure_mode_cache_seconds=_CACHE_SECONDS,
        )
        return self._function("ingest", ingest.handler, environment, 20)

    def worker(self) -> Function:
        environment = WorkerEnvironment(
            table_name=self.resources.table,
            bus_name=self.resources.bus,
            failure_mode_parameter=_PARAMETER,
            failure_mode_cache_seconds=_CACHE_SECONDS,
            ttl_days=7,
            event_schema="v1",
            lease_seconds=LEASE_SECONDS,
            max_receive_count=MAX_RECEIVE_COUNT,
        )
        return self._function("worker", worker.handler, environment, 30)

    def redrive(self) -> Function:
        environment = RedriveEnvironment(
            dlq_url=self.resources.dlq_url,
            table_name=self.resources.table,
            jobs_table_name=self.resources.jobs_table,
            runner_function_name=RUNNER,
        )
        return self._function("redrive", redrive.handler, environment, 29)

    def redrive_runner(self) -> Function:
        environment = RedriveRunnerEnvironment(
            queue_url=self.resources.queue_url,
            dlq_url=self.resources.dlq_url,
            parked_url=self.resources.parked_url,
            table_name=self.resources.table,
            jobs_table_name=self.resources.jobs_table,
        )
        return self._function(RUNNER, redrive_runner.handler, environment, 900)

    def _function(
        self, name: str, handler: Handler, environment: Environment, timeout_seconds: float
    ) -> Function:
        return Function(name, handler, environment, timeout_seconds, self.clock, self.wire)
