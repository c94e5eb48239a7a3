"""How much more time than in the scenarios a drill must be given."""

import json

from ops.lab.target import Target

# A drill's `within_seconds` are meant for the settings of the scenarios (scenarios/conftest.py).
_SCENARIO_RETRY_SECONDS = 40.0
# Metrics, alarms and mail of AWS are minutes late where those of the emulator are seconds late.
_AWS = 10.0


def patience_for(target: Target) -> float:
    """The factor by which `within_seconds` is stretched: at least 1, more where retries take longer."""
    answer = target.sqs.get_queue_attributes(
        QueueUrl=target.output("QueueUrl"), AttributeNames=["VisibilityTimeout", "RedrivePolicy"]
    )["Attributes"]
    deliveries = int(json.loads(answer["RedrivePolicy"])["maxReceiveCount"])
    retries = int(answer["VisibilityTimeout"]) * deliveries / _SCENARIO_RETRY_SECONDS
    return round(max(1.0, retries, _AWS if target.endpoint is None else 1.0), 1)
