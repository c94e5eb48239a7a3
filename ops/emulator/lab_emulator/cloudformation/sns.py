"""AWS::SNS: Topic, TopicPolicy and Subscription."""

from localstack.services.cloudformation.resource_provider import ProgressEvent, ResourceRequest
from localstack.services.sns.resource_providers.aws_sns_subscription import SNSSubscriptionProvider
from localstack.services.sns.resource_providers.aws_sns_topic import SNSTopicProvider
from localstack.services.sns.resource_providers.aws_sns_topicpolicy import SNSTopicPolicyProvider

from lab_emulator.cloudformation.resource import Model, changed, done, keep

# Attributes that SetTopicAttributes takes, with the value that stands for "not set".
ATTRIBUTES = {"KmsMasterKeyId": "", "SignatureVersion": "1", "TracingConfig": "PassThrough"}

SUBSCRIPTION_ATTRIBUTES = (
    "DeliveryPolicy",
    "FilterPolicy",
    "FilterPolicyScope",
    "RawMessageDelivery",
    "RedrivePolicy",
)


class TopicProvider(SNSTopicProvider):
    """Stock: any update of a topic without a name builds another topic, and attributes are dropped."""

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        model = keep(request, "TopicName", "TopicArn")
        for name, unset in ATTRIBUTES.items():
            if changed(request, name):
                request.aws_client_factory.sns.set_topic_attributes(
                    TopicArn=model["TopicArn"], AttributeName=name, AttributeValue=model.get(name, unset)
                )
        return super().update(request)


class TopicPolicyProvider(SNSTopicPolicyProvider):
    """Stock: nothing is updated."""

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        model = keep(request, "Id")
        identifier = model["Id"]
        event = self.create(request)
        event.resource_model["Id"] = identifier
        return event


class SubscriptionProvider(SNSSubscriptionProvider):
    """Stock: a webhook that has not confirmed is kept as "pending confirmation", and cannot be deleted."""

    def create(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        model = request.desired_state
        attributes = {name: self.attr_val(model[name]) for name in SUBSCRIPTION_ATTRIBUTES if name in model}
        answer = self._get_client(request).sns.subscribe(
            **{name: model[name] for name in ("TopicArn", "Protocol", "Endpoint") if name in model},
            Attributes=attributes,
            ReturnSubscriptionArn=True,
        )
        return done(model | {"Id": answer["SubscriptionArn"]})
