"""What the integrations see of a pipeline: whose alarms, logs and metrics they carry on."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from aws_cdk import aws_apigatewayv2 as apigwv2
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn

from functions.integrations.dynatrace_exporter.metrics import Kind, LabMetric
from infra.constructs.lambda_fn import LambdaFn
from infra.constructs.metric_filters import (
    CIRCUIT,
    CIRCUIT_OPENED,
    ERROR_TYPE,
    ERRORS,
    IDEMPOTENCY_HITS,
    PROCESSED,
)
from infra.settings import Settings
from infra.stacks.api_stack import ApiStack
from infra.stacks.files_stack import CsvStack
from infra.stacks.functions_stack import FunctionsStack
from infra.stacks.observability_stack import ObservabilityStack
from infra.stacks.queue_stack import QueueStack


@dataclass(frozen=True, kw_only=True)
class ObservedPipeline:
    """Its parts by the names that mails, events and metrics bear."""

    name: str
    topic: sns.ITopic | None = None
    functions: Mapping[str, LambdaFn] = field(default_factory=dict)
    queues: Mapping[str, sqs.IQueue] = field(default_factory=dict)
    apis: Mapping[str, apigwv2.HttpApi] = field(default_factory=dict)
    machines: Mapping[str, sfn.IStateMachine] = field(default_factory=dict)
    lab: tuple[LabMetric, ...] = ()


def observed_ingestion(
    *,
    data: QueueStack,
    compute: FunctionsStack,
    edge: ApiStack,
    observability: ObservabilityStack,
    settings: Settings,
) -> ObservedPipeline:
    """The pipeline from the HTTP API to the topic."""
    functions = {
        "ingest": compute.ingest,
        "worker": compute.worker,
        "redrive": compute.redrive,
        "redrive_runner": compute.redrive_runner,
        "reset": compute.reset,
    }
    steps = compute.workflow.steps.all if compute.workflow else {}
    return ObservedPipeline(
        name="ingestion",
        topic=observability.topic,
        functions=functions | steps | ({"authorizer": edge.authorizer} if edge.authorizer else {}),
        queues={
            "events": data.queues.queue,
            "dlq": data.queues.dlq,
            "parked": data.parked,
            "undelivered": observability.rules.undelivered,
        },
        apis={"http": edge.http.api},
        machines={"workflow": compute.workflow.machine} if compute.workflow else {},
        lab=(
            LabMetric(settings.metrics_namespace, PROCESSED),
            LabMetric(settings.metrics_namespace, IDEMPOTENCY_HITS),
            LabMetric(settings.metrics_namespace, ERRORS, dimension=ERROR_TYPE),
            LabMetric(settings.metrics_namespace, CIRCUIT_OPENED, dimension=CIRCUIT),
        ),
    )


def observed_files(csv: CsvStack) -> ObservedPipeline:
    """The pipeline of CSV files."""
    processor = csv.processor
    concurrency = processor.scaler.concurrency()
    return ObservedPipeline(
        name="csv",
        topic=csv.topic,
        functions={
            "processing": csv.processing,
            "round_control": processor.round.control,
            "round_starter": processor.triggers.starter,
            "scaler": processor.scaler.fn,
        },
        queues={
            "files": processor.queues.queue,
            "dlq": processor.queues.dlq,
            "undelivered": processor.queues.undelivered,
            "failed_invocations": processor.queues.failed_invocations.queue,
        },
        machines={"round": processor.round.machine},
        lab=(LabMetric(concurrency.namespace, concurrency.metric_name, Kind.GAUGE),),
    )
