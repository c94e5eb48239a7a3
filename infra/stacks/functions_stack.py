"""Compute: the functions, what starts them, and the bus they publish to."""

from collections.abc import Sequence
from typing import Any

from aws_cdk import CfnOutput, Duration, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from functions.common.environment import Environment
from functions.ingestion.environment import (
    IngestEnvironment,
    OrchestrationEnvironment,
    RedriveEnvironment,
    RedriveRunnerEnvironment,
    ResetEnvironment,
    WorkerEnvironment,
)
from infra.constructs.code_asset import CodeAsset
from infra.constructs.event_bus import OutcomeBus
from infra.constructs.lambda_fn import LambdaFn
from infra.constructs.policies import (
    execution,
    ingest_policy,
    invocation,
    redrive_policy,
    redrive_runner_policy,
    reset_policy,
    worker_policy,
)
from infra.constructs.workflow import Workflow
from infra.constructs.workflow_steps import WorkflowSteps
from infra.settings import Settings
from infra.stacks.queue_stack import QueueStack

# An HTTP API gives up on its integration after 30 s: time out before it does, and say so in the log.
INGEST_TIMEOUT_SECONDS = 20
# Ingest gives up on an execution in time to answer 503; its read timeout is 2 s longer than this.
INGEST_EXECUTION_SECONDS = 15
REDRIVE_TIMEOUT_SECONDS = 29
# The longest that Lambda has: a job at two letters a second fits into one invocation.
REDRIVE_RUNNER_TIMEOUT_SECONDS = 900
RESET_TIMEOUT_SECONDS = 10


class FunctionsStack(Stack):
    """Ingest, worker, redrive and its runner, reset; the queue feeds the worker."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        data: QueueStack,
        code: CodeAsset,
        settings: Settings,
        **kwargs: Any,
    ) -> None:
        super().__init__(scope, id_, **kwargs)
        self._settings = settings
        self._code = code.code()
        self.events = OutcomeBus(self, "Outcomes")
        self.parameter = ssm.StringParameter(
            self,
            "FailureMode",
            parameter_name=settings.failure_mode_parameter,
            string_value="none",
            description="The break/fix switch: which failure the functions act out",
        )
        self.workflow = self._orchestrate(data) if settings.orchestrated else None
        self.ingest = self._ingest(data)
        self.worker = self._worker(data)
        self.redrive_runner = self._redrive_runner(data)
        self.redrive = self._redrive(data)
        self.reset = self._reset()
        self.worker_source = self._feed_worker(data)

        for name, fn in (
            ("Ingest", self.ingest),
            ("Worker", self.worker),
            ("Redrive", self.redrive),
            ("RedriveRunner", self.redrive_runner),
            ("Reset", self.reset),
        ):
            CfnOutput(self, f"{name}FunctionName", value=fn.function.function_name)
        CfnOutput(self, "FailureModeParameter", value=self.parameter.parameter_name)
        CfnOutput(self, "BusName", value=self.events.bus.event_bus_name)
        if self.workflow:
            CfnOutput(self, "StateMachineArn", value=self.workflow.machine.state_machine_arn)
            for step, fn in self.workflow.steps.all.items():
                CfnOutput(self, f"{step.capitalize()}FunctionName", value=fn.function.function_name)
        CfnOutput(self, "WorkerMappingId", value=self.worker_source.event_source_mapping_id)

    def _orchestrate(self, data: QueueStack) -> Workflow:
        steps = WorkflowSteps(
            self,
            "Steps",
            queue=data.queues.queue,
            table=data.table,
            bus=self.events.bus,
            parameter=self.parameter,
            key=data.key,
            code=self._code,
            settings=self._settings,
        )
        return Workflow(self, "Workflow", steps=steps, settings=self._settings)

    def _orchestration(self, waiting_seconds: int) -> OrchestrationEnvironment | None:
        """For a function that starts executions and waits for them, no longer than `waiting_seconds`."""
        if self.workflow is None:
            return None
        return OrchestrationEnvironment(
            state_machine_arn=self.workflow.machine.state_machine_arn,
            orchestrated_percent=self._settings.orchestrated_share_percent,
            execution_timeout_seconds=min(self._settings.execution_timeout_seconds, waiting_seconds),
        )

    def _start_executions(self) -> list[iam.PolicyStatement]:
        return [execution(self.workflow.machine)] if self.workflow else []

    def _ingest(self, data: QueueStack) -> LambdaFn:
        return self._function(
            "ingest",
            IngestEnvironment(
                queue_url=data.queues.queue.queue_url,
                failure_mode_parameter=self.parameter.parameter_name,
                failure_mode_cache_seconds=self._settings.failure_mode_cache_seconds,
            ),
            [
                *ingest_policy(queue=data.queues.queue, parameter=self.parameter, key=data.key),
                *self._start_executions(),
            ],
            timeout_seconds=INGEST_TIMEOUT_SECONDS,
            orchestration=self._orchestration(INGEST_EXECUTION_SECONDS),
        )

    def _worker(self, data: QueueStack) -> LambdaFn:
        return self._function(
            "worker",
            WorkerEnvironment(
                table_name=data.table.table_name,
                bus_name=self.events.bus.event_bus_name,
                failure_mode_parameter=self.parameter.parameter_name,
                failure_mode_cache_seconds=self._settings.failure_mode_cache_seconds,
                ttl_days=self._settings.ttl_days,
                lease_seconds=self._settings.lease_seconds,
                max_receive_count=self._settings.max_receive_count,
                event_schema=self._settings.event_schema,
            ),
            [
                *worker_policy(
                    queue=data.queues.queue,
                    table=data.table,
                    bus=self.events.bus,
                    parameter=self.parameter,
                    key=data.key,
                ),
                *self._start_executions(),
            ],
            timeout_seconds=self._settings.worker_timeout_seconds,
            reserved_concurrency=self._settings.reserved_concurrency,
            orchestration=self._orchestration(self._settings.execution_timeout_seconds),
        )

    def _redrive(self, data: QueueStack) -> LambdaFn:
        dlq, runner = data.queues.dlq, self.redrive_runner.function
        return self._function(
            "redrive",
            RedriveEnvironment(
                dlq_url=dlq.queue_url,
                table_name=data.table.table_name,
                jobs_table_name=data.jobs.table_name,
                runner_function_name=runner.function_name,
            ),
            redrive_policy(dlq=dlq, table=data.table, jobs=data.jobs, runner=runner, key=data.key),
            timeout_seconds=REDRIVE_TIMEOUT_SECONDS,
        )

    def _redrive_runner(self, data: QueueStack) -> LambdaFn:
        queues = data.queues
        runner = self._function(
            "redrive_runner",
            RedriveRunnerEnvironment(
                queue_url=queues.queue.queue_url,
                dlq_url=queues.dlq.queue_url,
                parked_url=data.parked.queue_url,
                table_name=data.table.table_name,
                jobs_table_name=data.jobs.table_name,
            ),
            redrive_runner_policy(
                queues=queues, parked=data.parked, table=data.table, jobs=data.jobs, key=data.key
            ),
            timeout_seconds=REDRIVE_RUNNER_TIMEOUT_SECONDS,
        )
        # A policy of its own: the function waits for the one of its role, which so cannot name it.
        iam.Policy(self, "RunnerContinues", statements=[invocation(runner.function)], roles=[runner.role])
        return runner

    def _reset(self) -> LambdaFn:
        return self._function(
            "reset",
            ResetEnvironment(failure_mode_parameter=self.parameter.parameter_name),
            reset_policy(parameter=self.parameter),
            timeout_seconds=RESET_TIMEOUT_SECONDS,
        )

    def _function(
        self,
        name: str,
        environment: Environment,
        statements: Sequence[iam.PolicyStatement],
        *,
        timeout_seconds: int,
        reserved_concurrency: int | None = None,
        orchestration: OrchestrationEnvironment | None = None,
    ) -> LambdaFn:
        return LambdaFn(
            self,
            "".join(word.capitalize() for word in name.split("_")),
            name=name,
            environment=environment,
            statements=statements,
            code=self._code,
            timeout_seconds=timeout_seconds,
            settings=self._settings,
            reserved_concurrency=reserved_concurrency,
            orchestration=orchestration,
        )

    def _feed_worker(self, data: QueueStack) -> lambda_.EventSourceMapping:
        # Not `SqsEventSource`, which grants more than Lambda's poller calls.
        return lambda_.EventSourceMapping(
            self,
            "WorkerSource",
            target=self.worker.function,
            event_source_arn=data.queues.queue.queue_arn,
            batch_size=self._settings.batch_size,
            max_batching_window=Duration.seconds(self._settings.max_batching_window_seconds),
            max_concurrency=self._settings.worker_max_concurrency,
            report_batch_item_failures=True,
        )
