"""Executions of state machines: quick to begin and to log, over at once when they are stopped.

What executions parse again each time is kept: a workflow's definition and its few JSONPaths.
Stock, StopExecution waits for the tasks under way, and a Map that is aborted turns the execution into a
failed one; one that ran out of time goes on with its history. On AWS the status is there at once, and no
event follows the last. What a function is doing by then it does to its end, as on AWS.
"""

import time
from datetime import datetime
from functools import lru_cache
from typing import Any

import jsonpath_ng
import jsonpath_ng.ext
from localstack.aws.api.stepfunctions import (
    ExecutionAbortedEventDetails,
    ExecutionStatus,
    ExecutionTimedOutEventDetails,
    HistoryEventType,
)
from localstack.services.stepfunctions.asl.eval.environment import Environment
from localstack.services.stepfunctions.asl.eval.event.event_detail import EventDetails
from localstack.services.stepfunctions.asl.eval.event.event_manager import EventManager
from localstack.services.stepfunctions.asl.eval.event.logging import CloudWatchLoggingSession, HistoryLog
from localstack.services.stepfunctions.asl.eval.program_state import ProgramStopped, ProgramTimedOut
from localstack.services.stepfunctions.asl.parse.asl_parser import AmazonStateLanguageParser
from localstack.services.stepfunctions.asl.utils.encoding import to_json_str
from localstack.services.stepfunctions.backend.execution import BaseExecutionWorkerCommunication, Execution

from lab_emulator.logs.vended_logs import VendedLogLine, deliver
from lab_emulator.stepfunctions import execution_trace

MAX_PATHS = 4_096
MAX_DEFINITIONS = 64
LAST_EVENTS = {
    HistoryEventType.ExecutionSucceeded,
    HistoryEventType.ExecutionFailed,
    HistoryEventType.ExecutionAborted,
    HistoryEventType.ExecutionTimedOut,
}
# An execution that was asked to start takes this long at most to begin with its first state.
START_SECONDS = 5.0

parse_path = lru_cache(MAX_PATHS)(jsonpath_ng.parse)
parse_extended_path = lru_cache(MAX_PATHS)(jsonpath_ng.ext.parse)


class KeptPrograms:
    """Stand-in for `AmazonStateLanguageParser` where an execution begins.

    Executions share a program: its components keep what they evaluate in the execution's `Environment`.
    """

    parse = staticmethod(lru_cache(MAX_DEFINITIONS)(AmazonStateLanguageParser.parse))


def deliver_history_log(session: CloudWatchLoggingSession, history_log: HistoryLog) -> None:
    """Stand in for `publish_history_log`, which waits for a request for each event."""
    where = session.configuration
    group = f"arn:aws:logs:{where.log_region}:{where.log_account_id}:log-group:{where.log_group_name}"
    epoch_millis = int(history_log["event_timestamp"].timestamp() * 1000)
    deliver(VendedLogLine(group, where.log_stream_name, epoch_millis, to_json_str(history_log)))


def start_sync_execution(original, provider, context, *args: Any, **kwargs: Any) -> Any:
    """Wrap StartSyncExecution: hand the trace on, and forget the execution with its answer.

    Nothing can ask for it any more, as on AWS, and its history would stay in memory for as long as the
    emulator runs.
    """
    answer = execution_trace.start(original, provider, context, *args, **kwargs)
    provider.get_store(context).executions.pop(answer["executionArn"], None)
    return answer


def stop(stock: Any, execution: Execution, stop_date: datetime, error: str | None, cause: str | None) -> None:
    """Wrap `Execution.stop`."""
    if not _begins(execution):
        return
    stock(execution, stop_date=stop_date, error=error, cause=cause)
    env = execution.exec_worker.env
    if not isinstance(env.program_state(), ProgramStopped):
        return  # it ended by itself meanwhile
    details = EventDetails(
        executionAbortedEventDetails=ExecutionAbortedEventDetails(error=error, cause=cause)
    )
    env.event_history_context.source_event_id = 0  # no state leads to it: its previousEventId is 0, as on AWS
    env.event_manager.add_event(env.event_history_context, HistoryEventType.ExecutionAborted, details)
    execution.exec_status = ExecutionStatus.ABORTED
    execution.stop_date, execution.error, execution.cause = stop_date, error, cause
    execution.publish_execution_status_change_event()


def terminated(stock: Any, communication: BaseExecutionWorkerCommunication) -> None:
    """Wrap `terminated`: an execution that was stopped has told of its end already."""
    if communication.execution.exec_status == ExecutionStatus.RUNNING:
        stock(communication)


def set_error(stock: Any, env: Environment, error: Any) -> None:
    """Wrap `Environment.set_error`: what a stopped execution breaks off is no error."""
    if not isinstance(env._program_state, ProgramStopped | ProgramTimedOut):
        stock(env, error)


def set_timed_out(stock: Any, env: Environment) -> None:
    """Wrap `Environment.set_timed_out`: the event comes with the status."""
    stock(env)
    if not env.is_frame():
        details = EventDetails(executionTimedOutEventDetails=ExecutionTimedOutEventDetails())
        env.event_manager.add_event(env.event_history_context, HistoryEventType.ExecutionTimedOut, details)


def publish_history_event(stock: Any, manager: EventManager, **event: Any) -> None:
    """Wrap `_publish_history_event`, called with the manager's lock held: nothing follows the last event."""
    history = manager._history_event_list
    if not history or history[-1]["type"] not in LAST_EVENTS:
        stock(manager, **event)


def publish_history_log(stock: Any, manager: EventManager, **event: Any) -> None:
    """Wrap `_publish_history_log`: log what came into the history."""
    if manager._history_event_list[-1]["id"] == event["event_id"]:
        stock(manager, **event)


def _begins(execution: Execution) -> bool:
    """Wait until the execution can be stopped: its thread has to have come to the first state."""
    deadline = time.monotonic() + START_SECONDS
    while execution.exec_status == ExecutionStatus.RUNNING and time.monotonic() < deadline:
        worker = execution.exec_worker  # none where it was asked to start, and has not yet
        if worker is not None and worker.env is not None and worker.env.is_running():
            return True
        time.sleep(0.005)
    return False
