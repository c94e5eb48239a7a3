"""EventBridge, SQS and SNS."""

from lab_emulator.parts.part import Part


def _retries_targets() -> bool:
    from localstack.services.events import target
    from localstack.services.plugins import SERVICE_PLUGINS

    from lab_emulator.event_delivery import http_target
    from lab_emulator.event_delivery.provider import LabEventsProvider

    service = SERVICE_PLUGINS.get_service("events")
    strict = target.requests is http_target
    return strict and service is not None and isinstance(service._provider, LabEventsProvider)


def _publishes_sqs_metrics() -> bool:
    from localstack.services.sqs.provider import CloudwatchDispatcher, CloudwatchPublishWorker

    from lab_emulator.service_metrics import sqs

    sampled = CloudwatchPublishWorker.publish_approximate_cloudwatch_metrics is sqs.publish_depths
    return sampled and CloudwatchDispatcher.dispatch_sqs_metric is sqs.dispatch


def _mails_with_subject() -> bool:
    from localstack.services.sns.publisher import EmailTopicPublisher

    from lab_emulator.sns_email import publish_email

    return getattr(EmailTopicPublisher._publish, "__subject__", None) is publish_email


PARTS: tuple[Part, ...] = (
    Part("eventbridge delivery", "targets: retries, dead-letter queues, counts", _retries_targets),
    Part("sqs metrics", "age of the oldest message, depths each second", _publishes_sqs_metrics),
    Part("sns e-mail", "mails bear the subject of what was published", _mails_with_subject),
)
