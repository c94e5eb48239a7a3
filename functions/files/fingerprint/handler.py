"""Lambda entry point of the fingerprint: one task in, one answer out.

Needs neither claim nor checkpoint: what is done twice writes the same item twice.
"""

import hashlib
import os
import time
from typing import TYPE_CHECKING

from functions.common import clients
from functions.common.dynamodb_items import to_item
from functions.common.environment import from_variables
from functions.common.logs import get_logger
from functions.common.tracing import get_tracer
from functions.files.environment import FingerprintEnvironment
from functions.files.rounds.s3_object import S3Object
from functions.files.rounds.task import AnswerStatus, Document, Task, TaskAnswer

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = get_logger()
tracer = get_tracer()


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(event: Document, _: "LambdaContext") -> Document:
    """Take a task, answer (`TaskAnswer`): both in `functions.files.rounds.task`."""
    started = time.monotonic()
    task = Task.from_document(event)
    digest, size_bytes = hashlib.sha256(), 0
    for chunk in S3Object(clients.s3(), task).chunks():
        digest.update(chunk)
        size_bytes += len(chunk)
    environment = from_variables(FingerprintEnvironment, os.environ)
    fingerprint = {"file": task.file, "sha256": digest.hexdigest(), "sizeBytes": size_bytes}
    clients.dynamodb().put_item(TableName=environment.table_name, Item=to_item(fingerprint))
    logger.info("file fingerprinted", extra=fingerprint)
    return TaskAnswer(
        status=AnswerStatus.SUCCEEDED, seconds=round(time.monotonic() - started, 3)
    ).as_document()
