"""Runner of alarms' actions, on a thread apart from the one that evaluates the alarms."""

import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

LOG = logging.getLogger(__name__)

STOPS_WITHIN_SECONDS = 5.0


@dataclass(frozen=True)
class Action:
    """Action on a change: sends `resource` the change of `alarm` from `old`. Both are copies."""

    resource: str
    alarm: dict[str, Any]
    old: dict[str, Any]
    account_id: str
    region: str

    @property
    def alarm_arn(self) -> str:
        return str(self.alarm["AlarmArn"])


Done = Callable[[Action, str, str | None], None]  # the action, its message, and the error if it failed
_Actions = queue.SimpleQueue[Action | None]  # None: no action follows


class ActionRunner:
    """Thread that runs actions from the first on. It is the only one, so that messages keep their order.

    After a `stop` the next action begins another, with a queue of its own: the one before may not have ended.
    """

    def __init__(self, carry_out: Callable[[Action], str], done: Done) -> None:
        self._carry_out = carry_out
        self._done = done
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._queue: _Actions = queue.SimpleQueue()

    def submit(self, action: Action) -> None:
        """Queue `action` and return at once."""
        with self._lock:
            if self._thread is None:
                self._queue = queue.SimpleQueue()
                self._thread = threading.Thread(
                    target=self._run, args=(self._queue,), name="cloudwatch-actions", daemon=True
                )
                self._thread.start()
            self._queue.put(action)

    def stop(self) -> None:
        """End the thread once it has done what is queued, and wait for that."""
        with self._lock:
            thread, self._thread = self._thread, None
            self._queue.put(None)
        if thread is not None:
            thread.join(STOPS_WITHIN_SECONDS)

    def _run(self, actions: _Actions) -> None:
        while (action := actions.get()) is not None:
            try:
                self._run_one(action)
            except Exception:  # the actions after it are run all the same
                LOG.exception("action %s: its result was not kept", action.resource)

    def _run_one(self, action: Action) -> None:
        message, error = "", None
        try:
            message = self._carry_out(action)
        except Exception as failure:  # whatever it is: it goes into the history, as on AWS
            LOG.warning("action %s failed", action.resource, exc_info=True)
            error = str(failure)
        self._done(action, message, error)
