"""The resource types of LocalStack's that are replaced, and why each one is says its class."""

from localstack.services.cloudformation.resource_provider import ResourceProvider

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

MENDED: dict[str, type[ResourceProvider]] = {
    "AWS::CloudWatch::Alarm": cloudwatch.Alarm,
    "AWS::CloudWatch::CompositeAlarm": cloudwatch.CompositeAlarm,
    "AWS::DynamoDB::Table": dynamodb.Table,
    "AWS::Events::EventBus": events.EventBus,
    "AWS::Events::Rule": events.Rule,
    "AWS::IAM::Role": iam.Role,
    "AWS::KMS::Alias": kms.Alias,
    "AWS::KMS::Key": kms.Key,
    "AWS::Lambda::EventInvokeConfig": lambda_.EventInvokeConfig,
    "AWS::Lambda::EventSourceMapping": lambda_.EventSourceMapping,
    "AWS::Lambda::Function": lambda_.Function,
    "AWS::Logs::LogGroup": logs.LogGroup,
    "AWS::Logs::SubscriptionFilter": logs.SubscriptionFilter,
    "AWS::S3::Bucket": s3.Bucket,
    "AWS::S3::BucketPolicy": s3.BucketPolicy,
    "AWS::SNS::Subscription": sns.Subscription,
    "AWS::SNS::Topic": sns.Topic,
    "AWS::SNS::TopicPolicy": sns.TopicPolicy,
    "AWS::SQS::Queue": sqs.Queue,
    "AWS::SecretsManager::Secret": secretsmanager.Secret,
}
