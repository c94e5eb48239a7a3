"""E-mail from SNS: the subject of the publication, SNS's footer, and filter policies on the body.

LocalStack gives what it mails to its own SES, which keeps it for `GET /_aws/ses`, but every mail's
subject is "SNS-Subscriber-Endpoint": an alarm could not be told from a report without reading it.
"""

from collections.abc import Callable, Mapping
from typing import Any

from localstack.aws.connect import connect_to
from localstack.services.sns.models import SnsMessage, SnsSubscription
from localstack.services.sns.publisher import (
    EmailJsonTopicPublisher,
    PublishDispatcher,
    SnsPublishContext,
    create_unsubscribe_url,
    get_cert_base_url,
)
from localstack.utils.aws.arns import parse_arn

# What Amazon SNS sends from, and the subject of what was published without one.
SENDER = "no-reply@sns.amazonaws.com"
DEFAULT_SUBJECT = "AWS Notification Message"
# Below every text that SNS sends by protocol `email`, as mails that were published on the web show it.
FOOTER = """

--
If you wish to stop receiving notifications from this topic, \
please click or visit the link below to unsubscribe:
{link}

Please do not reply directly to this email. If you have any questions or comments regarding this email, \
please contact us at https://aws.amazon.com/support
"""


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
    if subscriber["Protocol"] == "email":
        body += FOOTER.format(link=create_unsubscribe_url(get_cert_base_url(), subscriber["SubscriptionArn"]))
    ses.send_email(
        Source=SENDER,
        Destination={"ToAddresses": [subscriber["Endpoint"]]},
        Message={
            "Subject": {"Data": context.message.subject or DEFAULT_SUBJECT},
            "Body": {"Text": {"Data": body}},
        },
    )


def should_publish(
    stock: Callable[..., bool],
    dispatcher: PublishDispatcher,
    filter_policies: Mapping[str, dict[str, Any]],
    message: SnsMessage,
    subscriber: SnsSubscription,
) -> bool:
    """Wrap `PublishDispatcher._should_publish`: a policy on the body reads the message's default text.

    Stock, it reads the text that the subscriber would get, and passes no alarm to an address: the mail's text
    is no JSON object. AWS's documentation leaves it open; published deployments filter CloudWatch's mails so.
    """
    is_mailed = subscriber["Protocol"] == "email"
    policy = filter_policies.get(subscriber["SubscriptionArn"])
    if not (
        policy
        and is_mailed
        and subscriber.get("FilterPolicyScope") == "MessageBody"
        and message.message_structure == "json"
    ):
        return stock(dispatcher, filter_policies, message, subscriber)
    return dispatcher.subscription_filter.check_filter_policy_on_message_body(
        filter_policy=policy, message_body=message.message_content("default")
    )
