"""Queue of a staggered processor, and the dead ends of every way into and out of it."""

from constructs import Construct

from infra.constructs.rounds.processor_parameters import RoundCommon
from infra.constructs.sqs_with_dlq import LONGEST_RETENTION, FailedInvocations, SqsWithDlq, encrypted_queue

# An event of S3 takes a kilobyte or two, its key one at most. A state takes 256 KiB, ten of them twice.
# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
_MAX_EVENT_BYTES = 12 * 1_024
_DLQ_VISIBILITY_SECONDS = 60  # for a person who receives by hand


class RoundQueues(Construct):
    """`queue` and its `dlq` for files; `undelivered` for what EventBridge cannot deliver;
    `failed_invocations` for what Lambda was to do later and could not."""

    def __init__(self, scope: Construct, id_: str, *, common: RoundCommon) -> None:
        super().__init__(scope, id_)
        limits, settings = common.limits, common.settings
        files = SqsWithDlq(
            self,
            "Files",
            queue_name=common.full_name,
            # At the last receive the machine dead-letters, and says why: this is for rounds that died.
            max_receive_count=limits.max_receive_count,
            visibility_seconds=limits.queue_visibility_seconds,
            retention_seconds=settings.queue_retention_seconds,
            dlq_retention_seconds=settings.dlq_retention_seconds,
            dlq_visibility_seconds=_DLQ_VISIBILITY_SECONDS,
            max_message_bytes=_MAX_EVENT_BYTES,
            key=common.key,
            removal_policy=common.removal_policy,
        )
        self.queue, self.dlq = files.queue, files.dlq
        self.undelivered = encrypted_queue(
            self,
            "Undelivered",
            key=common.key,
            retention_period=LONGEST_RETENTION,
            removal_policy=common.removal_policy,
        )
        self.failed_invocations = FailedInvocations(
            self, "FailedInvocations", key=common.key, removal_policy=common.removal_policy
        )
