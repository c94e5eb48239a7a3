"""Topics that notify people and their tools, by mail and webhook."""

from collections.abc import Callable, Mapping
from functools import partial

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

# A recovery is an alarm that was in ALARM. A new alarm is OK as soon as it has seen its first data, and
# CloudWatch runs OKActions on every change to OK (CloudWatch API reference, PutMetricAlarm).
_FROM_ALARM: Mapping[str, sns.FilterOrPolicy] = {
    "OldStateValue": sns.FilterOrPolicy.filter(sns.SubscriptionFilter.string_filter(allowlist=["ALARM"]))
}


class Notifications(Construct):
    """Two TLS-only topics, with the e-mail address and the webhook subscribed to both where they are given.

    `topic` gets alarms and what failed for good, and passes on all of it. `recoveries` gets every alarm that
    has become OK, and passes on those that were in ALARM before.

    They are two so that no filter stands between an alarm and a person. A filter policy on the body passes
    nothing that is no JSON object (SNS developer guide, "Message filtering"), and the guide does not say
    which body is meant where a message has JSON for most and a text for e-mail, as CloudWatch's have.

    Without a key of our own they are not encrypted at rest: AWS's own key for SNS would refuse CloudWatch and
    EventBridge, and they carry alarms and outcomes, not payloads.
    """

    def __init__(
        self, scope: Construct, id_: str, *, email: str | None, webhook_url: str | None, key: kms.IKey | None
    ) -> None:
        super().__init__(scope, id_)
        self.topic = self._topic("Topic", key)
        self.recoveries = self._topic("Recoveries", key)
        if email:
            self.subscribe(partial(subscriptions.EmailSubscription, email))
        if webhook_url:
            self.subscribe(partial(subscriptions.UrlSubscription, webhook_url))

    def subscribe(self, subscription: Callable[..., sns.ITopicSubscription]) -> None:
        """Subscribe to both; `subscription` makes one, with the filter policy that it is given."""
        self.topic.add_subscription(subscription())
        self.recoveries.add_subscription(subscription(filter_policy_with_message_body=_FROM_ALARM))

    def _topic(self, id_: str, key: kms.IKey | None) -> sns.Topic:
        topic = sns.Topic(self, id_, master_key=key, enforce_ssl=True)
        # A policy of our own replaces the default one, by which the account's alarms could publish.
        topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsPublish",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            )
        )
        return topic
