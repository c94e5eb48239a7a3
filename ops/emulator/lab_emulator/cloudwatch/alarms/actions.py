"""Actions of alarms on a change of state: which members of an alarm list them, and how one is carried out."""

import json

from localstack.aws.connect import connect_to
from localstack.utils.aws.arns import parse_arn

from lab_emulator.cloudwatch.alarms import notification
from lab_emulator.cloudwatch.alarms.action_runner import Action
from lab_emulator.cloudwatch.alarms.mail import mail_text

ACTIONS_OF_STATE = {
    "OK": "OKActions",
    "ALARM": "AlarmActions",
    "INSUFFICIENT_DATA": "InsufficientDataActions",
}

# First labels of the principals that the policies of topics and of functions have to allow
# (CloudWatch user guide, AlarmThatSendsEmail and alarms-and-actions-Lambda).
_PUBLISHER = "cloudwatch"
_INVOKER = "lambda.alarms.cloudwatch"


def carry_out(action: Action) -> str:
    """Send the resource its message, and return it. Raises what the resource's service raises."""
    arn = parse_arn(action.resource)
    clients = connect_to(region_name=arn["region"], aws_access_key_id=arn["account"])
    about = (action.alarm, action.old, action.account_id, action.region)
    if arn["service"] == "sns":
        message = notification.for_sns(*about)
        subject = notification.subject(action.alarm, action.region)
        texts = {"default": message, "sms": subject, "email": mail_text(*about)}
        topics = clients.sns.request_metadata(source_arn=action.alarm_arn, service_principal=_PUBLISHER)
        topics.publish(
            TopicArn=action.resource, Subject=subject, Message=json.dumps(texts), MessageStructure="json"
        )
        return message
    if arn["service"] == "lambda":
        message = notification.for_lambda(*about)
        functions = clients.lambda_.request_metadata(source_arn=action.alarm_arn, service_principal=_INVOKER)
        functions.invoke(FunctionName=action.resource, InvocationType="Event", Payload=message)
        return message
    raise NotImplementedError(f"the lab's CloudWatch has no actions of {arn['service']}")
