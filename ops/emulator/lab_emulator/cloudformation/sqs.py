"""AWS::SQS::Queue."""

from localstack.services.cloudformation.resource_provider import ProgressEvent, ResourceRequest
from localstack.services.sqs.resource_providers.aws_sqs_queue import SQSQueueProvider

from lab_emulator.cloudformation.resource import Model, before

# What an update restores where the template no longer says: SQS's own default. SqsManagedSseEnabled is not
# among them. AWS leaves it as it was: LocalStack recorded that of AWS, in
# test_update_fifo_queue_remove_all_properties_except_queuename.
DEFAULTS = {"RedriveAllowPolicy": {"redrivePermission": "allowAll"}}


class QueueProvider(SQSQueueProvider):
    """Stock: an update keeps RedriveAllowPolicy after the template drops it."""

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        for name, value in DEFAULTS.items():
            if name in before(request):
                request.desired_state.setdefault(name, value)
        return super().update(request)
