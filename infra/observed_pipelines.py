"""Pipelines of the app as the integrations see them: whose alarms, logs and metrics are carried on."""

from functions.integrations.dynatrace_exporter.metrics import Kind, LabMetric
from infra.constructs.integrations.observed_pipeline import ObservedPipeline
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
from infra.stacks.files_stack import FilesStack
from infra.stacks.functions_stack import FunctionsStack
from infra.stacks.observability_stack import ObservabilityStack
from infra.stacks.queue_stack import QueueStack


def observed_ingestion(
    *,
    data: QueueStack,
    compute: FunctionsStack,
    edge: ApiStack,
    observability: ObservabilityStack,
    settings: Settings,
) -> ObservedPipeline:
    """The ingestion pipeline, from the HTTP API to the topic."""
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
        notifications=observability.notifications,
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


def observed_files(files: FilesStack) -> ObservedPipeline:
    """The files pipeline."""
    processor = files.processor
    concurrency = processor.scaler.concurrency()
    return ObservedPipeline(
        name="csv",
        notifications=files.notifications,
        functions={
            "processing": files.processing,
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
