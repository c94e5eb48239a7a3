"""What the aws-sdk integrations call a service, where that is neither boto3's name nor LocalStack's."""

from collections.abc import Callable

# The name in `arn:aws:states:::aws-sdk:<name>:<action>`, and boto3's for it
# (developer guide, supported-services-awssdk).
BOTO_NAMES = {
    "cloudwatchlogs": "logs",
    "eventbridge": "events",
    "sfn": "stepfunctions",
    "states": "stepfunctions",
}


def error_prefix(stock: Callable[[str], str], service_name: str) -> str:
    """Wrap `_normalise_service_error_name`: errors are Sqs.… and EventBridge.…, as the SDK for Java has them.

    Stock, they are SQS.…, and a Catch for AWS's name never matches.
    """
    prefix = stock(BOTO_NAMES.get(service_name, service_name))
    return prefix.capitalize() if prefix.isupper() else prefix
