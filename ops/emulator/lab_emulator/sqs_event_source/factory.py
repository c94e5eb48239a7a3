"""Puts the worker of a mapping together."""

from localstack.services.lambda_.event_source_mapping.esm_worker import EsmWorker
from localstack.services.lambda_.event_source_mapping.esm_worker_factory import EsmWorkerFactory
from localstack.utils.aws.arns import parse_arn

from lab_emulator.sqs_event_source.collector import BatchCollector
from lab_emulator.sqs_event_source.delivery import BatchDelivery
from lab_emulator.sqs_event_source.function import TargetFunction
from lab_emulator.sqs_event_source.settings import MappingSettings
from lab_emulator.sqs_event_source.slots import SlotsByMapping
from lab_emulator.sqs_event_source.source_queue import SourceQueue
from lab_emulator.sqs_event_source.worker import SqsEventSourceWorker

_slots_by_mapping = SlotsByMapping()


def reads_standard_queue(mapping) -> bool:
    """Whether the mapping's source is an SQS queue that is not FIFO."""
    arn = mapping.get("EventSourceArn")
    return bool(arn) and parse_arn(arn)["service"] == "sqs" and not arn.endswith(".fifo")


def get_esm_worker(original, factory: EsmWorkerFactory) -> EsmWorker:
    """Stands in for `EsmWorkerFactory.get_esm_worker`; other sources get LocalStack's own worker."""
    if not reads_standard_queue(factory.esm_config):
        return original(factory)
    settings = MappingSettings.from_configuration(factory.esm_config)
    queue = SourceQueue(settings.queue_arn)
    return SqsEventSourceWorker(
        factory.esm_config,
        enabled=factory.enabled,
        collector=BatchCollector(settings, queue),
        delivery=BatchDelivery(queue, TargetFunction(settings.function_arn), settings.reports_item_failures),
        slots=_slots_by_mapping.get(settings.uuid, settings.max_concurrent_batches),
    )
