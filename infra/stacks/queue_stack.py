"""Data: the key, the queue and its DLQ, the tables of states and of redrive jobs."""

from typing import Any

from aws_cdk import CfnOutput, Stack
from constructs import Construct

from infra.constructs.expiring_table import ExpiringTable
from infra.constructs.kms_key import encryption_key
from infra.constructs.removal_policy import removal_policy
from infra.constructs.sqs_with_dlq import LONGEST_RETENTION, SqsWithDlq, encrypted_queue
from infra.settings import Settings

# For a person who receives by hand. The redrive sets its own visibility timeout at each receive.
DLQ_VISIBILITY_SECONDS = 60


class QueueStack(Stack):
    """What must outlive a deployment of everything else."""

    def __init__(self, scope: Construct, id_: str, *, settings: Settings, **kwargs: Any) -> None:
        super().__init__(scope, id_, **kwargs)
        removal = removal_policy(settings)
        self.key = encryption_key(self, settings)
        self.queues = SqsWithDlq(
            self,
            "Events",
            queue_name=f"IngestionLab-{settings.env_name}-events",
            max_receive_count=settings.max_receive_count,
            visibility_seconds=settings.queue_visibility_seconds,
            retention_seconds=settings.queue_retention_seconds,
            dlq_retention_seconds=settings.dlq_retention_seconds,
            dlq_visibility_seconds=DLQ_VISIBILITY_SECONDS,
            key=self.key,
            removal_policy=removal,
        )
        # Gets by a redrive what has come back from the DLQ too often: nothing reads it but a person.
        self.parked = encrypted_queue(
            self.queues, "Parked", key=self.key, retention_period=LONGEST_RETENTION, removal_policy=removal
        )
        # It remembers each idempotency key, and so makes at-least-once delivery harmless.
        self.table = ExpiringTable(
            self, "State", partition_key="idempotencyKey", key=self.key, removal_policy=removal
        ).table
        self.jobs = ExpiringTable(
            self, "RedriveJobs", partition_key="jobId", key=self.key, removal_policy=removal
        ).table

        CfnOutput(self, "QueueUrl", value=self.queues.queue.queue_url)
        CfnOutput(self, "QueueArn", value=self.queues.queue.queue_arn)
        CfnOutput(self, "DlqUrl", value=self.queues.dlq.queue_url)
        CfnOutput(self, "ParkedUrl", value=self.parked.queue_url)
        CfnOutput(self, "TableName", value=self.table.table_name)
        CfnOutput(self, "RedriveJobsTableName", value=self.jobs.table_name)
