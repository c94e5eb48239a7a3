"""AWS::SNS: Topic, TopicPolicy and Subscription."""

import json

from localstack.services.cloudformation.resource_provider import ProgressEvent, ResourceRequest
from localstack.services.sns.models import create_default_sns_topic_policy, sns_stores
from localstack.services.sns.resource_providers.aws_sns_subscription import SNSSubscriptionProvider
from localstack.services.sns.resource_providers.aws_sns_topic import SNSTopicProvider
from localstack.services.sns.resource_providers.aws_sns_topicpolicy import SNSTopicPolicyProvider
from localstack.utils.aws.arns import parse_arn

from lab_emulator.cloudformation.resource import Model, before, changed, done, keep, refuse_other_changes

# Attributes that SetTopicAttributes takes, with the value that stands for "not set".
ATTRIBUTES = {
    "ArchivePolicy": "{}",
    "ContentBasedDeduplication": "false",
    "DisplayName": "",
    "KmsMasterKeyId": "",
    "SignatureVersion": "1",
    "TracingConfig": "PassThrough",
}
# What else an update may change: LocalStack's provider does it.
_TOPIC_UPDATABLE = {"Tags", "TopicArn", "TopicName"}

# In the order in which they are set: a policy is checked by its scope.
SUBSCRIPTION_ATTRIBUTES = (
    "FilterPolicyScope",
    "DeliveryPolicy",
    "FilterPolicy",
    "RawMessageDelivery",
    "RedrivePolicy",
)
# What an attribute goes back to where the template drops it (SNS API reference, SetSubscriptionAttributes).
_SUBSCRIPTION_DEFAULTS = {
    "FilterPolicyScope": "MessageAttributes",
    "FilterPolicy": "{}",
    "RawMessageDelivery": "false",
}


class TopicProvider(SNSTopicProvider):
    """Stock: any update of a topic without a name builds another topic, and attributes are dropped."""

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        model = keep(request, "TopicName", "TopicArn")
        refuse_other_changes(request, ATTRIBUTES.keys() | _TOPIC_UPDATABLE, "a topic")
        for name, unset in ATTRIBUTES.items():
            if changed(request, name):
                request.aws_client_factory.sns.set_topic_attributes(
                    TopicArn=model["TopicArn"],
                    AttributeName=name,
                    AttributeValue=_attribute(model.get(name, unset)),
                )
        return super().update(request)


class TopicPolicyProvider(SNSTopicPolicyProvider):
    """Stock: nothing is updated. A topic that the template drops has the policy of a new one again."""

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        model = keep(request, "Id")
        identifier = model["Id"]
        event = self.create(request)
        event.resource_model["Id"] = identifier
        for topic in set(before(request)["Topics"]) - set(model["Topics"]):
            request.aws_client_factory.sns.set_topic_attributes(
                TopicArn=topic,
                AttributeName="Policy",
                AttributeValue=json.dumps(create_default_sns_topic_policy(topic)),
            )
        return event


class SubscriptionProvider(SNSSubscriptionProvider):
    """Stock: a webhook that has not confirmed is kept as "pending confirmation", and cannot be deleted; an
    update leaves in force what the template drops."""

    def create(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        model = request.desired_state
        attributes = {name: _attribute(model[name]) for name in SUBSCRIPTION_ATTRIBUTES if name in model}
        answer = self._get_client(request).sns.subscribe(
            **{name: model[name] for name in ("TopicArn", "Protocol", "Endpoint") if name in model},
            Attributes=attributes,
            ReturnSubscriptionArn=True,
        )
        return done(model | {"Id": answer["SubscriptionArn"]})

    def update(self, request: ResourceRequest[Model]) -> ProgressEvent[Model]:
        model = keep(request, "Id")
        values = _SUBSCRIPTION_DEFAULTS | {name: _attribute(value) for name, value in model.items()}
        for name in (name for name in SUBSCRIPTION_ATTRIBUTES if changed(request, name)):
            if name in values:
                self._get_client(request).sns.set_subscription_attributes(
                    SubscriptionArn=model["Id"], AttributeName=name, AttributeValue=values[name]
                )
            else:
                _take_away(model["Id"], name)
        return done(model)


def _take_away(subscription_arn: str, attribute: str) -> None:
    """LocalStack's API takes no value that stands for no redrive policy."""
    parts = parse_arn(subscription_arn)
    kept = sns_stores[parts["account"]][parts["region"]].subscriptions.get(subscription_arn)
    if kept is not None:
        kept.pop(attribute, None)


def _attribute(value: object) -> str:
    """A property as the API takes it: a policy as JSON, and what templates have as text or otherwise."""
    if isinstance(value, bool):
        return str(value).lower()
    return json.dumps(value) if isinstance(value, dict) else str(value)
