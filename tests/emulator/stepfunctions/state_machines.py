"""State machines of type STANDARD for tests: create, run to the end, read the history."""

import json
import uuid
from dataclasses import dataclass
from typing import Any

from ops.lab.waiting import eventually
from tests.emulator.conftest import Emulator

ROLE = "arn:aws:iam::000000000000:role/machine"
State = dict[str, Any]


@dataclass(frozen=True)
class Machine:
    """A deployed state machine."""

    arn: str
    client: Any

    def start(self, event: object = None) -> str:
        """Return the ARN of a new execution."""
        answer = self.client.start_execution(stateMachineArn=self.arn, input=json.dumps(event or {}))
        return str(answer["executionArn"])

    def describe(self, execution: str) -> dict[str, Any]:
        described: dict[str, Any] = self.client.describe_execution(executionArn=execution)
        return described

    def run(self, event: object = None, within: float = 30) -> dict[str, Any]:
        """Execute to the end, whichever it is."""
        execution = self.start(event)
        return eventually(
            lambda: self.describe(execution),
            until=lambda described: described["status"] != "RUNNING",
            within=within,
            every=0.05,
            what="the end of the execution",
        )

    def event_types(self, execution: str) -> list[str]:
        pages = self.client.get_paginator("get_execution_history").paginate(executionArn=execution)
        return [event["type"] for page in pages for event in page["events"]]


def create(emulator: Emulator, states: dict[str, State], **settings: Any) -> Machine:
    """Create a machine that starts at the first of `states`; `settings` are those of its definition."""
    client = emulator.client("stepfunctions")
    definition = {"StartAt": next(iter(states)), "States": states, **settings}
    answer = client.create_state_machine(
        name=f"test-{uuid.uuid4().hex[:8]}", definition=json.dumps(definition), roleArn=ROLE
    )
    return Machine(answer["stateMachineArn"], client)


def invoke(function_name: str, **settings: Any) -> State:
    """A task that calls a function with the state's input, and answers its payload."""
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": function_name, "Payload.$": "$"},
        "OutputPath": "$.Payload",
        **settings,
    }


def sdk(action: str, parameters: dict[str, Any], **settings: Any) -> State:
    """A task that calls an AWS API."""
    return {
        "Type": "Task",
        "Resource": f"arn:aws:states:::aws-sdk:{action}",
        "Parameters": parameters,
        **settings,
    }


def map_over(states: dict[str, State], **settings: Any) -> State:
    """A Map over $.items, with the limit in $.concurrency."""
    return {
        "Type": "Map",
        "ItemsPath": "$.items",
        "MaxConcurrencyPath": "$.concurrency",
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "INLINE"},
            "StartAt": next(iter(states)),
            "States": states,
        },
        **settings,
    }
