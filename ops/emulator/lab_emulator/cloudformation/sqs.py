"""AWS::SQS::Queue."""

from localstack.services.cloudformation.resource_provider import ProgressEvent, ResourceRequest
from localstack.services.sqs.resource_providers.aws_sqs_queue import SQSQueueProvider

from lab_emulator.cloudformation.resource import Model, before

# What an update restores where the template no longer says: SQS's own defaults.
DEFAULTS = {"RedriveAllowPolicy": {"redrivePermission": "allowAll"}, "SqsManagedSseEnabled": True}


class QueueProvider(SQSQueueProvider):
    """Stock: an update keeps RedriveAllowPolicy and SqsManagedSseEnabled after the template drops them."""

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        for name, value in DEFAULTS.items():
            if name in before(request) and not request.desired_state.get("KmsMasterKeyId"):
                request.desired_state.setdefault(name, value)
        return super().update(request)
