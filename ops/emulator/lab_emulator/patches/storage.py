"""Changes to LocalStack's code for DynamoDB, S3 and KMS."""

import sys
from functools import partial

from localstack.utils.patch import Patch


def patches() -> list[Patch]:
    """The patches in the order in which they are applied."""
    return [
        *_dynamodb(),
        *_s3(),
        *_kms(),
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
