"""Actions of alarms on a change of state, carried out on a thread apart from the one that evaluates them."""

import json
import logging
import queue
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from localstack.aws.connect import connect_to
from localstack.utils.aws.arns import parse_arn

from lab_emulator.cloudwatch.alarms import notification
from lab_emulator.cloudwatch.alarms.mail import mail_text

LOG = logging.getLogger(__name__)

ACTIONS_OF_STATE = {
    "OK": "OKActions",
    "ALARM": "AlarmActions",
    "INSUFFICIENT_DATA": "InsufficientDataActions",
}

# First labels of the principals that the policies of topics and of functions have to allow
# (CloudWatch user guide, AlarmThatSendsEmail and alarms-and-actions-Lambda).
_PUBLISHER = "cloudwatch"
_INVOKER = "lambda.alarms.cloudwatch"

STOPS_WITHIN_SECONDS = 5.0


@dataclass(frozen=True)
class Action:
    """Action on a change: `resource` is told that `alarm` is no longer as `old` was. Both are copies."""

    resource: str
    alarm: dict[str, Any]
    old: dict[str, Any]
    account_id: str
    region: str

    @property
    def alarm_arn(self) -> str:
        return str(self.alarm["AlarmArn"])


Done = Callable[[Action, str, str | None], None]  # the action, its message, and the error if it failed


class ActionRunner:
    """Thread that runs actions from the first on. It is the only one, so that messages keep their order."""

    def __init__(self, done: Done) -> None:
        self._done = done
        self._queue: queue.SimpleQueue[Action | None] = queue.SimpleQueue()
        self._thread: threading.Thread | None = None
        self._starting = threading.Lock()

    def submit(self, action: Action) -> None:
        """Queue `action` and return at once."""
        self._queue.put(action)
        with self._starting:
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name="cloudwatch-actions", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End the thread once it has done what is queued, and wait for that."""
        with self._starting:
            thread, self._thread = self._thread, None
        if thread is not None:
            self._queue.put(None)
            thread.join(STOPS_WITHIN_SECONDS)

    def _run(self) -> None:
        while (action := self._queue.get()) is not None:
            message, error = "", None
            try:
                message = _carry_out(action)
            except Exception as failure:  # whatever it is: it goes into the history, as on AWS
                LOG.warning("action %s failed", action.resource, exc_info=True)
                error = str(failure)
            self._done(action, message, error)


def _carry_out(action: Action) -> str:
    """Tell the resource; return the message that it got."""
    arn = parse_arn(action.resource)
    clients = connect_to(region_name=arn["region"], aws_access_key_id=arn["account"])
    about = (action.alarm, action.old, action.account_id, action.region)
    if arn["service"] == "sns":
        message = notification.for_sns(*about)
        subject = notification.subject(action.alarm, action.region)
        texts = {"default": message, "sms": subject, "email": mail_text(*about)}
        topics = clients.sns.request_metadata(source_arn=action.alarm_arn, service_principal=_PUBLISHER)
        topics.publish(
            TopicArn=action.resource, Subject=subject, Message=json.dumps(texts), MessageStructure="json"
        )
        return message
    if arn["service"] == "lambda":
        message = notification.for_lambda(*about)
        functions = clients.lambda_.request_metadata(source_arn=action.alarm_arn, service_principal=_INVOKER)
        functions.invoke(FunctionName=action.resource, InvocationType="Event", Payload=message)
        return message
    raise NotImplementedError(f"the lab's CloudWatch has no actions of {arn['service']}")
