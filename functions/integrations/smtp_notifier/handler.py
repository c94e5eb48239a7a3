"""Lambda entry point of the notifier's event source mapping."""

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from functions.common import clients
from functions.common.clock import Deadline, system_clock
from functions.common.environment import from_variables
from functions.common.logs import get_logger
from functions.common.source_queue import PartialBatchResponse, RetryingSourceQueue
from functions.integrations.environment import SmtpNotifierEnvironment
from functions.integrations.secret import ServiceSecret
from functions.integrations.smtp_notifier.mail_delivery import MailDelivery
from functions.integrations.smtp_notifier.mailer import MAIL_SECONDS, Mailer

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = get_logger()


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: "LambdaContext") -> PartialBatchResponse:
    """Mail one batch of notifications over one connection."""
    logger.append_keys(requestId=context.aws_request_id)
    deadline = Deadline(context.get_remaining_time_in_millis)
    delivering = delivery()
    try:
        return source().run(event["Records"], delivering.take, deadline, needs_seconds=MAIL_SECONDS)
    finally:
        delivering.mailer.close()


@cache
def source() -> RetryingSourceQueue:
    """Wired once a cold start."""
    environment = from_variables(SmtpNotifierEnvironment, os.environ)
    return RetryingSourceQueue(clients.sqs(), environment.queue_url, environment.retry_seconds)


@cache
def delivery() -> MailDelivery:
    """Wired once a cold start."""
    environment = from_variables(SmtpNotifierEnvironment, os.environ)
    secret = ServiceSecret(clients.secretsmanager(), environment.secret_name, system_clock)
    return MailDelivery(
        mailer=Mailer(environment.host, environment.port, environment.security, secret),
        sqs=clients.sqs(),
        queue_url=environment.queue_url,
        dlq_url=environment.dlq_url,
        sender=environment.sender,
        recipients=[each.strip() for each in environment.recipients.split(",")],
        clock=system_clock,
    )
