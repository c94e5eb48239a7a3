"""Changes to LocalStack's code for DynamoDB, S3, KMS, SQS, SNS and EventBridge."""

import sys
from functools import partial

from localstack.utils.patch import Patch


def patches() -> list[Patch]:
    """The patches in the order in which they are applied."""
    return [
        *_dynamodb(),
        *_s3(),
        *_kms(),
        *_sqs_metrics(),
        *_sns_email(),
        *_sns_subjects(),
        *_http_targets(),
    ]


def _dynamodb() -> list[Patch]:
    """Keep parsed update expressions: moto parses each anew, and its validator copies them by `deepcopy`."""
    from moto.dynamodb.parsing import validators
    from moto.dynamodb.parsing.expressions import UpdateExpressionParser

    from lab_emulator.dynamodb import update_expressions

    return [
        Patch(UpdateExpressionParser, "make", classmethod(update_expressions.make)),
        Patch(validators, "deepcopy", update_expressions.copied),
    ]


def _s3() -> list[Patch]:
    """Let S3 tell EventBridge a key as it is. The payload is made by one static method, without a hook."""
    from localstack.services.s3.notifications import EventBridgeNotifier

    from lab_emulator.s3.event_payload import event_payload

    payload = partial(event_payload, EventBridgeNotifier._get_event_payload)
    return [Patch(EventBridgeNotifier, "_get_event_payload", staticmethod(payload))]


def _kms() -> list[Patch]:
    """Let Python 3.11 create KMS keys: LocalStack names a UUID by bytes, which came with 3.12."""
    if sys.version_info >= (3, 12):
        return []
    from localstack.services.kms.models import KmsKey

    from lab_emulator.python_compat import generate_key_material_id

    return [Patch(KmsKey, "generate_key_material_id", generate_key_material_id)]


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
