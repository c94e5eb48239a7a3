"""Changes to LocalStack's code for SQS, SNS and EventBridge."""

from localstack.utils.patch import Patch


def patches() -> list[Patch]:
    """The patches in the order in which they are applied."""
    return [
        *_sqs_metrics(),
        *_sns_email(),
        *_sns_subjects(),
        *_http_targets(),
    ]


def _sqs_metrics() -> list[Patch]:
    """Sample the age of the oldest message too, and count messages without a request for each.

    The provider makes its `CloudwatchPublishWorker` and its `CloudwatchDispatcher` by name. The worker has
    a to-do where the age belongs, and the dispatcher has three threads that each wait for CloudWatch.
    """
    from localstack.services.sqs.provider import CloudwatchDispatcher, CloudwatchPublishWorker

    from lab_emulator.service_metrics import sqs

    return [
        Patch(CloudwatchPublishWorker, "publish_approximate_cloudwatch_metrics", sqs.publish_depths),
        Patch(CloudwatchDispatcher, "dispatch_sqs_metric", sqs.dispatch),
    ]


def _sns_email() -> list[Patch]:
    """Mail with the subject of the publication: stock, it is one and the same text. There is no hook."""
    from localstack.services.sns.publisher import EmailJsonTopicPublisher, PublishDispatcher

    from lab_emulator import sns_email

    return [
        Patch.function(EmailJsonTopicPublisher._publish, sns_email.publish_email),
        Patch.function(PublishDispatcher._should_publish, sns_email.should_publish),
    ]


def _sns_subjects() -> list[Patch]:
    """Refuse the subjects that SNS refuses. The two operations check their parameters themselves."""
    from localstack.services.sns.provider import SnsProvider

    from lab_emulator import sns_subjects

    return [
        Patch.function(SnsProvider.publish, sns_subjects.publish),
        Patch.function(SnsProvider.publish_batch, sns_subjects.publish_batch),
    ]


def _http_targets() -> list[Patch]:
    """Let EventBridge's HTTP targets raise: the two senders ignore the status, and retrying is a to-do.

    A sender can be registered in their place, but would have to repeat all of theirs for one line.
    """
    from localstack.services.events import target as stock

    from lab_emulator.event_delivery import http_target

    return [Patch(stock, "requests", http_target)]
