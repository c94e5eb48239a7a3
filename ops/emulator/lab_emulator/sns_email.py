"""E-mail from SNS, with the subject of the publication.

LocalStack gives what it mails to its own SES, which keeps it for `GET /_aws/ses`, but every mail's
subject is "SNS-Subscriber-Endpoint": an alarm could not be told from a report without reading it.
"""

from collections.abc import Callable

from localstack.aws.connect import connect_to
from localstack.services.sns.models import SnsSubscription
from localstack.services.sns.publisher import EmailJsonTopicPublisher, SnsPublishContext
from localstack.utils.aws.arns import parse_arn

# What Amazon SNS sends from, and the subject of what was published without one.
SENDER = "no-reply@sns.amazonaws.com"
DEFAULT_SUBJECT = "AWS Notification Message"


def publish_email(
    _stock: Callable[..., None],
    publisher: EmailJsonTopicPublisher,
    context: SnsPublishContext,
    subscriber: SnsSubscription,
) -> None:
    """Stand in for `EmailJsonTopicPublisher._publish`, for `email` and `email-json` alike.

    SES refuses addresses that it has not verified; on AWS that is no business of SNS's.
    """
    topic = parse_arn(subscriber["TopicArn"])
    ses = connect_to(aws_access_key_id=topic["account"], region_name=topic["region"]).ses
    for address in (SENDER, subscriber["Endpoint"]):
        ses.verify_email_address(EmailAddress=address)
    body = publisher.prepare_message(context.message, subscriber, topic_attributes=context.topic_attributes)
    ses.send_email(
        Source=SENDER,
        Destination={"ToAddresses": [subscriber["Endpoint"]]},
        Message={
            "Subject": {"Data": context.message.subject or DEFAULT_SUBJECT},
            "Body": {"Text": {"Data": body}},
        },
    )
