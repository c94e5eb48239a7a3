"""A mapping that CloudFormation creates, updates and deletes."""

import json
from pathlib import Path
from typing import Any

from ops.lab.waiting import eventually
from tests.emulator.conftest import Emulator
from tests.emulator.sqs_event_source.bench import Bench, bench


def test_a_stack_creates_updates_and_deletes_a_mapping(emulator: Emulator, tmp_path: Path) -> None:
    stacks = emulator.client("cloudformation")
    with bench(emulator, tmp_path, visibility_seconds=300) as queue:
        created = template(queue, BatchSize=1, ScalingConfig={"MaximumConcurrency": 2})
        stacks.create_stack(StackName=queue.name, TemplateBody=created)
        stacks.get_waiter("stack_create_complete").wait(StackName=queue.name, WaiterConfig={"Delay": 1})
        queue.send({"id": "before"})
        queue.wait_until_drained()

        updated = template(queue, BatchSize=2, MaximumBatchingWindowInSeconds=200)
        stacks.update_stack(StackName=queue.name, TemplateBody=updated)
        stacks.get_waiter("stack_update_complete").wait(StackName=queue.name, WaiterConfig={"Delay": 1})
        queue.send({"id": "a"}, {"id": "b"})
        queue.wait_until_drained()
        assert [sorted(invocation.ids) for invocation in queue.invocations()] == [["before"], ["a", "b"]]

        stacks.delete_stack(StackName=queue.name)
        eventually(
            lambda: mappings(queue),
            until=lambda found: found == [],
            within=30,
            what="deletion of the mapping",
        )


def template(queue: Bench, **properties: Any) -> str:
    mapping = {
        "Type": "AWS::Lambda::EventSourceMapping",
        "Properties": {"FunctionName": queue.name, "EventSourceArn": queue.queue_arn, **properties},
    }
    return json.dumps({"Resources": {"Mapping": mapping}})


def mappings(queue: Bench) -> list[dict[str, Any]]:
    answer = queue.emulator.client("lambda").list_event_source_mappings(FunctionName=queue.name)
    found: list[dict[str, Any]] = answer["EventSourceMappings"]
    return found
