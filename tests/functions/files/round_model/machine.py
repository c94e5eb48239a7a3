"""The state machine of a round: its states in their order, and what they must never do."""

from dataclasses import dataclass, field
from typing import Any

from functions.files.round_control.round_steps import LockLost, RoundSteps
from tests.functions.files.rounds.pipeline import FakeStepFunctions

_LOOPS = 3  # receives of one opening; a real machine has more


@dataclass
class Machine:
    """Runs executions. `working` are those that have the lock, from its opening's answer to its closing."""

    round_: RoundSteps
    sqs: Any
    queue_url: str
    stepfunctions: FakeStepFunctions
    working: set[str] = field(default_factory=set)

    def run(self, execution: str) -> None:
        """One execution, to its end or until it is stopped, which takes effect between two states."""
        more = True
        while more and self._runs(execution) and self.round_.open(execution)["granted"]:
            if not self._runs(execution):
                return
            self._begin_work(execution)
            self._work(execution)
            if not self._runs(execution):
                return
            self.working.discard(execution)
            more = self.round_.close(execution)["more"]
        if self._runs(execution):
            self.stepfunctions.end(execution)

    def _work(self, execution: str) -> None:
        for _ in range(_LOOPS):
            messages = self._receive() if self._runs(execution) else []
            if not messages or not self._runs(execution):
                return
            try:
                items = self.round_.plan(execution, messages)["items"]
            except LockLost:
                if self._runs(execution):
                    raise
                return  # the execution was stopped, and its function still ran
            for item in items:
                self.sqs.delete_message(QueueUrl=self.queue_url, ReceiptHandle=item["receiptHandle"])

    def _begin_work(self, execution: str) -> None:
        self.working = {each for each in self.working if self._runs(each)}
        assert not self.working - {execution}, f"{execution} works beside {self.working}"
        self.working.add(execution)

    def _receive(self) -> list[dict[str, Any]]:
        answer = self.sqs.receive_message(
            QueueUrl=self.queue_url,
            MaxNumberOfMessages=2,
            VisibilityTimeout=600,
            MessageSystemAttributeNames=["All"],
        )
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages

    def _runs(self, execution: str) -> bool:
        return self.stepfunctions.status[execution] == "RUNNING"
