"""Lambda entry point of the log subscriptions, and of the retry queue's event source mapping."""

import os
from functools import cache
from typing import TYPE_CHECKING, Any

from functions.common import clients
from functions.common.clock import Deadline, system_clock
from functions.common.environment import from_variables
from functions.common.logs import get_logger
from functions.common.source_queue import PartialBatchResponse, RetryingSourceQueue
from functions.integrations.environment import SplunkForwarderEnvironment
from functions.integrations.secret import ServiceSecret
from functions.integrations.splunk_forwarder.envelope import envelopes
from functions.integrations.splunk_forwarder.hec import FORWARD_SECONDS, Hec
from functions.integrations.splunk_forwarder.log_batch import LogBatch
from functions.integrations.splunk_forwarder.log_forwarder import LogForwarder

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = get_logger()


@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: "LambdaContext") -> PartialBatchResponse | None:
    """Forward the lines of one stream, or what an earlier attempt left in the queue."""
    logger.append_keys(requestId=context.aws_request_id)
    deadline = Deadline(context.get_remaining_time_in_millis)
    if "awslogs" not in event:
        return source().run(
            event["Records"],
            lambda record: forwarder().take(record, deadline),
            deadline,
            needs_seconds=FORWARD_SECONDS,
        )
    index = environment().index or None
    forwarder().forward(envelopes(LogBatch.from_event(event), index), deadline)
    return None


@cache
def environment() -> SplunkForwarderEnvironment:
    """Read once a cold start."""
    return from_variables(SplunkForwarderEnvironment, os.environ)


@cache
def source() -> RetryingSourceQueue:
    """Wired once a cold start."""
    return RetryingSourceQueue(clients.sqs(), environment().retry_queue_url, environment().retry_seconds)


@cache
def forwarder() -> LogForwarder:
    """Wired once a cold start."""
    secret = ServiceSecret(clients.secretsmanager(), environment().secret_name, system_clock)
    return LogForwarder(Hec(environment().hec_url, secret), clients.sqs(), environment().retry_queue_url)
