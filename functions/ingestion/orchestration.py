"""Orchestration: the steps under Step Functions, as ingest and the worker see them.

It is one call, with the same answers and errors.

Which keys take this way is a share of all, in percent, by a hash: a key keeps its way at each delivery, and a
higher share only adds keys.
"""

import hashlib
import json
import os
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from functions.common import clients
from functions.common.environment import optional_from_variables
from functions.ingestion.environment import OrchestrationEnvironment
from functions.ingestion.failure_names import TIMEOUT
from functions.ingestion.wire_error import from_wire

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

# A state may hold 262,144 bytes of JSON (Step Functions developer guide, "Quotas related to state machine
# executions"). This leaves 62 kB to what the steps add to it. A larger event is served directly.
MAX_INPUT_BYTES = 200_000


@dataclass(frozen=True)
class Orchestration:
    """The state machine, and the share of keys that it gets."""

    stepfunctions: "SFNClient"
    state_machine_arn: str
    percent: int
    timeout_seconds: int
    """How long the caller waits for an execution. The machine's own timeout may be longer: ingest, for whose
    answer a client waits, is cut to less."""

    def takes(self, key: str, execution_input: str) -> bool:
        """Whether a key's events go through the machine; an input that is too large for it does not."""
        return _bucket(key) < self.percent and len(execution_input.encode()) <= MAX_INPUT_BYTES

    def run(self, execution_input: str) -> dict[str, Any]:
        """The execution's output, once it has ended.

        Raises the error of the step that failed, AwsCallFailed where a step did not run or the time was up,
        and botocore's errors where the execution did not begin.
        """
        answer = self.stepfunctions.start_sync_execution(
            stateMachineArn=self.state_machine_arn, input=execution_input
        )
        if answer["status"] == "SUCCEEDED":
            output: dict[str, Any] = json.loads(answer["output"])
            return output
        fallback = TIMEOUT if answer["status"] == "TIMED_OUT" else "States.Runtime"
        raise from_wire(answer.get("error", fallback), answer.get("cause", ""))


def _bucket(key: str) -> int:
    """0 to 99, evenly and always the same for one key."""
    return int.from_bytes(hashlib.sha256(key.encode()).digest()[:8], "big") % 100


@cache
def deployed_orchestration() -> Orchestration | None:
    """Wired once a cold start; None where the app was deployed without a state machine."""
    environment = optional_from_variables(OrchestrationEnvironment, os.environ)
    if environment is None:
        return None
    return Orchestration(
        clients.stepfunctions_waiting(environment.execution_timeout_seconds),
        environment.state_machine_arn,
        environment.orchestrated_percent,
        environment.execution_timeout_seconds,
    )
