"""Delivery of one notification by mail, to every recipient."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from functions.common.clock import Clock
from functions.common.error_category import error_type
from functions.common.logs import get_logger
from functions.common.source_queue import QueueRecord
from functions.common.sqs_message import MAX_REASON_CHARACTERS, text_attribute
from functions.integrations.smtp_notifier.mail import compose
from functions.integrations.smtp_notifier.mailer import Mailer, RecipientRefusal
from functions.integrations.smtp_notifier.notification import RECIPIENTS, Notification

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient


@dataclass(frozen=True)
class MailDelivery:
    """A refused recipient gets it later or, if the server says that this is for good, is in the DLQ.
    Those who got the mail do not get it again for the sake of the others."""

    mailer: Mailer
    sqs: "SQSClient"
    queue_url: str
    dlq_url: str
    sender: str
    recipients: Sequence[str]
    clock: Clock

    def take(self, record: QueueRecord) -> bool:
        """Whether SQS may delete the record's message: the boundary that no exception crosses."""
        try:
            return self._settle(record, self._mail(record))
        except Exception as error:
            get_logger().warning(
                "not mailed", messageId=record.message_id, errorType=error_type(error), reason=str(error)
            )
            return False

    def _mail(self, record: QueueRecord) -> list[RecipientRefusal]:
        notification = Notification.from_record(record)
        recipients = self._recipients(record)
        now = datetime.fromtimestamp(self.clock(), UTC)
        mail = compose(notification, sender=self.sender, recipients=recipients, now=now)
        refusals = self.mailer.send(mail, recipients)
        get_logger().info(
            "mailed" if len(refusals) < len(recipients) else "refused",
            messageId=record.message_id,
            mailId=mail["Message-ID"],
            recipients=len(recipients) - len(refusals),
            refusals=[str(each) for each in refusals],
        )
        return refusals

    def _settle(self, record: QueueRecord, refusals: Sequence[RecipientRefusal]) -> bool:
        """First the dead letter, then the rest: a crash in between repeats, and loses nothing."""
        for_good = [each for each in refusals if each.permanent]
        for_now = [each for each in refusals if not each.permanent]
        if for_good:
            # Sender and mail are refused for all recipients alike.
            self._send(self.dlq_url, record, for_good, errorType=for_good[0].kind)
        if len(for_now) == len(self._recipients(record)):
            return False  # as it is: it need not be sent again
        if for_now:
            self._send(self.queue_url, record, for_now)
        return True

    def _send(
        self, url: str, record: QueueRecord, refusals: Iterable[RecipientRefusal], **attributes: str
    ) -> None:
        """A copy for these recipients alone. Raises the SDK's errors."""
        reason = "; ".join(str(each) for each in refusals)[:MAX_REASON_CHARACTERS]
        texts = attributes | {RECIPIENTS: ",".join(each.recipient for each in refusals), "reason": reason}
        self.sqs.send_message(
            QueueUrl=url,
            MessageBody=record.body,
            MessageAttributes={name: text_attribute(text) for name, text in texts.items()},
        )

    def _recipients(self, record: QueueRecord) -> Sequence[str]:
        """Those whom an earlier attempt left over, else all."""
        left_over = record.attributes.get(RECIPIENTS, "")
        return left_over.split(",") if left_over else self.recipients
