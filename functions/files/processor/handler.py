"""Lambda entry point of the CSV processor: one task in, one answer out."""

import os
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import TYPE_CHECKING

from functions.common import clients
from functions.common.clock import Deadline, system_clock
from functions.common.environment import from_variables
from functions.common.logs import get_logger
from functions.common.tracing import get_tracer
from functions.files.environment import CsvProcessorEnvironment
from functions.files.processor.checkpoint import Checkpoints, FileCheckpoint
from functions.files.processor.file_attempts import FileAttempts
from functions.files.processor.file_journal import AttemptRecord, FileJournal
from functions.files.processor.file_log import FileLog
from functions.files.processor.file_run import FileRun
from functions.files.processor.rejects import Rejects
from functions.files.processor.row_delivery import RowDelivery
from functions.files.processor.simulated_api import ApiBehaviourReader, SimulatedApi
from functions.files.rounds.s3_object import S3Object
from functions.files.rounds.task import Document, Task

if TYPE_CHECKING:
    from aws_lambda_powertools.utilities.typing import LambdaContext

logger = get_logger()
tracer = get_tracer()


@tracer.capture_lambda_handler(capture_response=False)
@logger.inject_lambda_context(clear_state=True)
def handler(event: Document, context: "LambdaContext") -> Document:
    """Take a task (`functions.files.rounds.task`), process its file, answer (`TaskAnswer`)."""
    logger.append_keys(requestId=context.aws_request_id)
    deadline = Deadline(context.get_remaining_time_in_millis)
    task = Task.from_document(event)
    return attempts().process(task, deadline, context.aws_request_id).as_document()


@cache
def attempts() -> FileAttempts:
    """Wired once a cold start."""
    names = environment()
    checkpoints = Checkpoints(
        clients.dynamodb(),
        names.files_table_name,
        lease_seconds=names.lease_seconds,
        ttl_days=names.ttl_days,
    )
    journal = FileJournal(clients.dynamodb(), names.files_table_name, names.ttl_days, system_clock)

    def begin(task: Task, checkpoint: FileCheckpoint, record: AttemptRecord, deadline: Deadline) -> FileRun:
        return FileRun(
            source=S3Object(clients.s3(), task),
            checkpoint=checkpoint,
            checkpoints=checkpoints,
            journal=journal,
            rejects=Rejects(clients.s3(), task),
            delivery=RowDelivery(api(), names.row_concurrency, threads(), deadline),
            batch_rows=names.batch_rows,
            deadline=deadline,
            clock=system_clock,
            unwritten=[record.begun()],
        )

    return FileAttempts(checkpoints, journal, begin, system_clock, FileLog(logger))


@cache
def environment() -> CsvProcessorEnvironment:
    return from_variables(CsvProcessorEnvironment, os.environ)


@cache
def api() -> SimulatedApi:
    """Asks SSM for as long as it takes to answer, not longer: see `clients.BEST_EFFORT`."""
    names = environment()
    reader = ApiBehaviourReader(
        clients.ssm(clients.BEST_EFFORT),
        names.simulated_api_parameter,
        system_clock,
        max_age_seconds=names.simulated_api_cache_seconds,
    )
    return SimulatedApi(reader.read)


@cache
def threads() -> ThreadPoolExecutor:
    """Kept between invocations: the first batch of a file need not wait for threads to start."""
    return ThreadPoolExecutor(environment().row_concurrency, thread_name_prefix="row")
