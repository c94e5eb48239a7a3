"""Steps of the workflow: five functions of their own, each with the rights of its one responsibility."""

from collections.abc import Sequence

from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_ssm as ssm
from constructs import Construct

from functions.common.environment import Environment
from functions.ingestion.environment import (
    EventsEnvironment,
    IdempotencyEnvironment,
    ProcessorEnvironment,
    PublishEnvironment,
    ValidateEnvironment,
)
from infra.constructs.lambda_fn import LambdaFn
from infra.constructs.policies import events_policy, idempotency_policy, ingest_policy, processor_policy
from infra.settings import Settings


class WorkflowSteps(Construct):
    """`validate`, `publish`, `idempotency`, `processor` and `events`; `all` has them by these names."""

    def __init__(
        self,
        scope: Construct,
        id_: str,
        *,
        queue: sqs.IQueue,
        table: dynamodb.ITable,
        bus: events.IEventBus,
        parameter: ssm.IStringParameter,
        key: kms.IKey | None,
        code: lambda_.Code,
        settings: Settings,
    ) -> None:
        super().__init__(scope, id_)
        self._settings = settings
        self._code = code
        self.all: dict[str, LambdaFn] = {}
        self.validate = self._step("validate", ValidateEnvironment(), [])
        self.publish = self._step(
            "publish",
            PublishEnvironment(
                queue_url=queue.queue_url,
                failure_mode_parameter=parameter.parameter_name,
                failure_mode_cache_seconds=settings.failure_mode_cache_seconds,
            ),
            ingest_policy(queue=queue, parameter=parameter, key=key),
        )
        self.idempotency = self._step(
            "idempotency",
            IdempotencyEnvironment(
                table_name=table.table_name, ttl_days=settings.ttl_days, lease_seconds=settings.lease_seconds
            ),
            idempotency_policy(table=table, key=key),
        )
        self.processor = self._step(
            "processor",
            ProcessorEnvironment(
                event_schema=settings.event_schema,
                failure_mode_parameter=parameter.parameter_name,
                failure_mode_cache_seconds=settings.failure_mode_cache_seconds,
            ),
            processor_policy(parameter=parameter),
        )
        self.events = self._step(
            "events", EventsEnvironment(bus_name=bus.event_bus_name), events_policy(bus=bus, key=key)
        )

    def _step(
        self, name: str, environment: Environment, statements: Sequence[iam.PolicyStatement]
    ) -> LambdaFn:
        self.all[name] = LambdaFn(
            self,
            name.capitalize(),
            name=name,
            environment=environment,
            statements=statements,
            code=self._code,
            timeout_seconds=self._settings.step_timeout_seconds,
            settings=self._settings,
        )
        return self.all[name]
