"""EventBridge and what feeds it, SQS and SNS."""

from lab_emulator.parts.part import Part


def _tells_objects_as_they_are() -> bool:
    from localstack.services.s3.notifications import EventBridgeNotifier

    from lab_emulator.s3.event_payload import event_payload

    return getattr(EventBridgeNotifier._get_event_payload, "func", None) is event_payload


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
    Part("s3 events on eventbridge", "keys as they are, sequencers that order", _tells_objects_as_they_are),
    Part(
        "eventbridge delivery",
        "targets and schedules: retries, dead-letter queues, LAB_SPEED",
        _retries_targets,
    ),
    Part("sqs metrics", "age of the oldest message, depths each second", _publishes_sqs_metrics),
    Part("sns e-mail", "mails bear the subject of what was published", _mails_with_subject),
)
