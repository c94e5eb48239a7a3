"""Everything that `lab status` tells: where things are and how they are."""

from dataclasses import asdict
from typing import Any

from ops.lab.app import failure_mode, queues
from ops.lab.app.target import Target

# The keys of `lab status --json` by the stack output that each one shows.
_OUTPUTS = {
    "api_url": "ApiUrl",
    "queue_url": "QueueUrl",
    "dlq_url": "DlqUrl",
    "parked_url": "ParkedUrl",
    "table_name": "TableName",
    "topic_arn": "TopicArn",
    "bus_name": "BusName",
    "failure_mode_parameter": "FailureModeParameter",
    "dashboard_name": "DashboardName",
}


def overview(target: Target) -> dict[str, Any]:
    """What the target has and does now. Raises NotUp where an output is missing: never an empty string."""
    stacks = target.stacks()
    return {
        "endpoint": target.endpoint or f"https://cloudformation.{target.region}.amazonaws.com",
        **{name: stacks.output(key) for name, key in _OUTPUTS.items()},
        "env_name": target.env_name,
        "stacks": stacks.statuses,
        "failure_mode": failure_mode.read_mode(target),
        "queue": asdict(queues.main_queue(target)),
        "dlq": asdict(queues.dead_letter_queue(target)),
        "parked": asdict(queues.parking_queue(target)),
    }
