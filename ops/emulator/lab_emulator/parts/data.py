"""Parts of DynamoDB, S3, SQS, SNS and EventBridge, and how each is told apart from what LocalStack has."""

from lab_emulator.parts.part import Part, is_patched_by, provider_of


def _keeps_tables_in_moto() -> bool:
    from lab_emulator.dynamodb.provider import MotoDynamoDbProvider

    return isinstance(provider_of("dynamodb"), MotoDynamoDbProvider)


def _tells_objects_as_they_are() -> bool:
    from localstack.services.s3.notifications import EventBridgeNotifier

    from lab_emulator.s3.event_payload import event_payload

    return getattr(EventBridgeNotifier._get_event_payload, "func", None) is event_payload


def _keeps_queues() -> bool:
    from lab_emulator.sqs.provider import LabSqsProvider

    return isinstance(provider_of("sqs"), LabSqsProvider)


def _publishes_sqs_metrics() -> bool:
    from localstack.services.sqs.provider import CloudwatchDispatcher, CloudwatchPublishWorker

    from lab_emulator.service_metrics import sqs

    sampled = CloudwatchPublishWorker.publish_approximate_cloudwatch_metrics is sqs.publish_depths
    return sampled and CloudwatchDispatcher.dispatch_sqs_metric is sqs.dispatch


def _retries_targets() -> bool:
    from localstack.services.events import target

    from lab_emulator.event_delivery import http_target
    from lab_emulator.event_delivery.provider import LabEventsProvider

    return target.requests is http_target and isinstance(provider_of("events"), LabEventsProvider)


def _mails_with_subject() -> bool:
    from localstack.services.sns.provider import SnsProvider
    from localstack.services.sns.publisher import EmailTopicPublisher, PublishDispatcher

    from lab_emulator import sns_subjects
    from lab_emulator.sns_email import publish_email, should_publish

    checked = is_patched_by(SnsProvider.publish, sns_subjects.publish)
    mailed = is_patched_by(EmailTopicPublisher._publish, publish_email)
    return checked and mailed and is_patched_by(PublishDispatcher._should_publish, should_publish)


PARTS = (
    Part("dynamodb over moto", "tables without a download, one writer at a time", _keeps_tables_in_moto),
    Part("s3 events on eventbridge", "keys as they are, sequencers that order", _tells_objects_as_they_are),
    Part("sqs queues", "moved messages are new, retention ends them, limits hold", _keeps_queues),
    Part("sqs metrics", "age of the oldest message, depths each second", _publishes_sqs_metrics),
    Part(
        "eventbridge delivery",
        "targets and schedules: retries, dead-letter queues, LAB_SPEED",
        _retries_targets,
    ),
    Part("sns e-mail", "mails bear their subject, and filter policies choose them", _mails_with_subject),
)
