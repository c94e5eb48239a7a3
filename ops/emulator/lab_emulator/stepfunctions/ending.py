"""How an execution that is stopped, or takes too long, ends: at once, and for good.

Stock, StopExecution waits for the tasks under way, and a Map that is aborted turns the execution into a
failed one; one that ran out of time goes on with its history. On AWS the status is there at once, and no
event follows the last. What a function is doing by then it does to its end, as on AWS.
"""

import time
from datetime import datetime
from typing import Any

from localstack.aws.api.stepfunctions import (
    ExecutionAbortedEventDetails,
    ExecutionStatus,
    ExecutionTimedOutEventDetails,
    HistoryEventType,
)
from localstack.services.stepfunctions.asl.eval.environment import Environment
from localstack.services.stepfunctions.asl.eval.event.event_detail import EventDetails
from localstack.services.stepfunctions.asl.eval.event.event_manager import EventManager
from localstack.services.stepfunctions.asl.eval.program_state import ProgramStopped, ProgramTimedOut
from localstack.services.stepfunctions.backend.execution import BaseExecutionWorkerCommunication, Execution

LAST_EVENTS = {
    HistoryEventType.ExecutionSucceeded,
    HistoryEventType.ExecutionFailed,
    HistoryEventType.ExecutionAborted,
    HistoryEventType.ExecutionTimedOut,
}
# An execution that was asked to start takes this long at most to begin with its first state.
START_SECONDS = 5.0


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
        env = execution.exec_worker.env
        if env is not None and env.is_running():
            return True
        time.sleep(0.005)
    return False
