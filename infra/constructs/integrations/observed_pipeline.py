"""Pipeline as the integrations see it: the parts whose alarms, logs and metrics they carry on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn

from functions.integrations.dynatrace_exporter.metrics import LabMetric
from functions.integrations.dynatrace_exporter.resources import Resources
from infra.constructs.lambda_fn import LambdaFn
from infra.constructs.notifications import Notifications


@dataclass(frozen=True, kw_only=True)
class ObservedPipeline:
    """Parts of a pipeline by the names that mails, events and metrics bear."""

    name: str
    notifications: Notifications | None = None
    functions: Mapping[str, LambdaFn] = field(default_factory=dict)
    queues: Mapping[str, sqs.IQueue] = field(default_factory=dict)
    apis: Mapping[str, apigwv2.HttpApi] = field(default_factory=dict)
    machines: Mapping[str, sfn.IStateMachine] = field(default_factory=dict)
    lab: tuple[LabMetric, ...] = ()

    def resources(self) -> Resources:
        """The pipeline as the exporter reads it."""
        return Resources(
            pipeline=self.name,
            queues={name: queue.queue_name for name, queue in self.queues.items()},
            functions={name: fn.function.function_name for name, fn in self.functions.items()},
            apis={name: api.api_id for name, api in self.apis.items()},
            state_machines={name: machine.state_machine_arn for name, machine in self.machines.items()},
            lab=self.lab,
        )
