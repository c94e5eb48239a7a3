"""Topic that notifies people and their tools, by mail and webhook."""

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_kms as kms
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct


class Notifications(Construct):
    """A TLS-only topic, with the e-mail address and the webhook subscribed where they are given.

    Without a key of our own it is not encrypted at rest: AWS's own key for SNS would refuse CloudWatch and
    EventBridge, and it carries alarms and outcomes, not payloads.
    """

    def __init__(
        self, scope: Construct, id_: str, *, email: str | None, webhook_url: str | None, key: kms.IKey | None
    ) -> None:
        super().__init__(scope, id_)
        self.topic = sns.Topic(self, "Topic", master_key=key, enforce_ssl=True)
        # A policy of our own replaces the default one, by which the account's alarms could publish.
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsPublish",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}},
            )
        )
        if email:
            self.topic.add_subscription(subscriptions.EmailSubscription(email))
        if webhook_url:
            self.topic.add_subscription(subscriptions.UrlSubscription(webhook_url))
