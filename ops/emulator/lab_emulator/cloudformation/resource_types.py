"""Resource types that are added to LocalStack's, and those of its own that are replaced.

Why one is replaced says the docstring of its class. LocalStack finds the added ones by the plug-ins below.
"""

from localstack.services.cloudformation.resource_provider import (
    CloudFormationResourceProviderPlugin,
    ResourceProvider,
)

from lab_emulator.cloudformation import (
    cloudwatch,
    dynamodb,
    events,
    iam,
    kms,
    lambda_,
    logs,
    s3,
    secretsmanager,
    sns,
    sqs,
)

REPLACED_TYPES: dict[str, type[ResourceProvider]] = {
    "AWS::CloudWatch::Alarm": cloudwatch.AlarmProvider,
    "AWS::CloudWatch::CompositeAlarm": cloudwatch.CompositeAlarmProvider,
    "AWS::DynamoDB::Table": dynamodb.TableProvider,
    "AWS::Events::EventBus": events.EventBusProvider,
    "AWS::Events::Rule": events.EventRuleProvider,
    "AWS::IAM::Role": iam.RoleProvider,
    "AWS::KMS::Alias": kms.KeyAliasProvider,
    "AWS::KMS::Key": kms.KeyProvider,
    "AWS::Lambda::EventInvokeConfig": lambda_.EventInvokeConfigProvider,
    "AWS::Lambda::EventSourceMapping": lambda_.EventSourceMappingProvider,
    "AWS::Lambda::Function": lambda_.FunctionProvider,
    "AWS::Logs::LogGroup": logs.LogGroupProvider,
    "AWS::Logs::SubscriptionFilter": logs.SubscriptionFilterProvider,
    "AWS::S3::Bucket": s3.BucketProvider,
    "AWS::S3::BucketPolicy": s3.BucketPolicyProvider,
    "AWS::SNS::Subscription": sns.SubscriptionProvider,
    "AWS::SNS::Topic": sns.TopicProvider,
    "AWS::SNS::TopicPolicy": sns.TopicPolicyProvider,
    "AWS::SQS::Queue": sqs.QueueProvider,
    "AWS::SecretsManager::Secret": secretsmanager.SecretProvider,
}


class DashboardPlugin(CloudFormationResourceProviderPlugin):
    name, factory = cloudwatch.DashboardProvider.TYPE, cloudwatch.DashboardProvider


class MetricFilterPlugin(CloudFormationResourceProviderPlugin):
    name, factory = logs.MetricFilterProvider.TYPE, logs.MetricFilterProvider


class QueryDefinitionPlugin(CloudFormationResourceProviderPlugin):
    name, factory = logs.QueryDefinitionProvider.TYPE, logs.QueryDefinitionProvider


class ResourcePolicyPlugin(CloudFormationResourceProviderPlugin):
    name, factory = logs.ResourcePolicyProvider.TYPE, logs.ResourcePolicyProvider


PLUGINS = (DashboardPlugin, MetricFilterPlugin, QueryDefinitionPlugin, ResourcePolicyPlugin)
