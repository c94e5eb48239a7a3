"""Looks at a deployed app, as a console has them: outputs, alarms with what they look at, and figures."""

from collections.abc import Mapping
from typing import Any

from ops.lab.app.queue_depth import QueueDepth
from ops.lab.console.looking.observation import Observation
from ops.lab.probes.alarms import AlarmReading

_HOST = "http://127.0.0.1:4566/queue/us-east-1/000000000000/"
OUTPUTS = {
    "ApiUrl": "http://127.0.0.1:4566/_aws/execute-api/abc",
    "QueueUrl": _HOST + "main",
    "DlqUrl": _HOST + "main-dlq",
    "ParkedUrl": _HOST + "parked",
    "UndeliveredUrl": _HOST + "undelivered",
    "TableName": "state",
    "BusName": "outcomes",
    "TopicArn": "arn:aws:sns:us-east-1:000000000000:topic",
    "IngestFunctionName": "ingest",
    "WorkerFunctionName": "worker",
    "RedriveFunctionName": "redrive",
    "RedriveRunnerFunctionName": "runner",
}
STEPS = {
    "StateMachineArn": "arn:aws:states:us-east-1:000000000000:stateMachine:steps",
    "ProcessorFunctionName": "processor",
    "PublishFunctionName": "publish",
}
FILES = {
    "CsvBucketName": "files",
    "CsvQueueUrl": _HOST + "csv",
    "CsvDlqUrl": _HOST + "csv-dlq",
    "CsvUndeliveredUrl": _HOST + "csv-undelivered",
    "CsvFailedInvocationsUrl": _HOST + "csv-failed-invocations",
    "CsvStateMachineArn": "arn:aws:states:us-east-1:000000000000:stateMachine:rounds",
    "CsvFunctionName": "csv",
    "CsvRoundFunctionName": "csv-round",
    "CsvStarterFunctionName": "csv-starter",
    "CsvScalerFunctionName": "csv-scaler",
}
# Each alarm of the app, with the dimension of its metric, and the node of its picture.
ALARMS: Mapping[str, tuple[dict[str, str], str]] = {
    "Api5xx": ({"ApiId": "abc"}, "api"),
    "ApiLatency": ({"ApiId": "abc"}, "api"),
    "IngestErrors": ({"FunctionName": "ingest"}, "ingest"),
    "IngestThrottles": ({"FunctionName": "ingest"}, "ingest"),
    "QueueAge": ({"QueueName": "main"}, "queue"),
    "QueueBacklog": ({"QueueName": "main"}, "queue"),
    "CircuitOpenedSQS": ({"Circuit": "SQS"}, "queue"),
    "WorkerErrors": ({"FunctionName": "worker"}, "worker"),
    "WorkerThrottles": ({"FunctionName": "worker"}, "worker"),
    "CircuitOpenedDownstream": ({"Circuit": "Downstream"}, "worker"),
    "CircuitOpenedDynamoDB": ({"Circuit": "DynamoDB"}, "table"),
    "DlqAge": ({"QueueName": "main-dlq"}, "dlq"),
    "DlqDepth": ({"QueueName": "main-dlq"}, "dlq"),
    "ParkedDepth": ({"QueueName": "parked"}, "parked"),
    "RedriveRunnerErrors": ({"FunctionName": "runner"}, "redrive"),
    "RedriveRunnerThrottles": ({"FunctionName": "runner"}, "redrive"),
    "UndeliveredDepth": ({"QueueName": "undelivered"}, "bus"),
    "CircuitOpenedEventBridge": ({"Circuit": "EventBridge"}, "bus"),
}
STEP_ALARMS: Mapping[str, tuple[dict[str, str], str]] = {
    "ProcessorErrors": ({"FunctionName": "processor"}, "steps"),
    "ProcessorThrottles": ({"FunctionName": "processor"}, "steps"),
}
FILES_ALARMS: Mapping[str, tuple[dict[str, str], str]] = {
    "CsvArrivalsFailedInvocations": ({"RuleName": "arrivals"}, "rule"),
    "CsvUndeliveredDepth": ({"QueueName": "csv-undelivered"}, "rule"),
    "CsvQueueAge": ({"QueueName": "csv"}, "queue"),
    "CsvQueueBacklog": ({"QueueName": "csv"}, "queue"),
    "CsvScheduleFailedInvocations": ({"RuleName": "each-minute"}, "rounds"),
    "CsvExecutionsFailed": ({"StateMachineArn": FILES["CsvStateMachineArn"]}, "rounds"),
    "CsvExecutionsTimedOut": ({"StateMachineArn": FILES["CsvStateMachineArn"]}, "rounds"),
    "CsvRoundErrors": ({"FunctionName": "csv-round"}, "rounds"),
    "CsvRoundThrottles": ({"FunctionName": "csv-round"}, "rounds"),
    "CsvStarterErrors": ({"FunctionName": "csv-starter"}, "rounds"),
    "CsvStarterThrottles": ({"FunctionName": "csv-starter"}, "rounds"),
    "CsvFailedInvocationsDepth": ({"QueueName": "csv-failed-invocations"}, "rounds"),
    "CsvScalerErrors": ({"FunctionName": "csv-scaler"}, "scaler"),
    "CsvScalerThrottles": ({"FunctionName": "csv-scaler"}, "scaler"),
    "CsvProcessingErrors": ({"FunctionName": "csv"}, "processor"),
    "CsvProcessingThrottles": ({"FunctionName": "csv"}, "processor"),
    "CsvProcessingDuration": ({"FunctionName": "csv"}, "processor"),
    "CsvDlqDepth": ({"QueueName": "csv-dlq"}, "dlq"),
    "CsvFailuresFailedInvocations": ({"RuleName": "failures"}, "dlq"),
}


def readings_of(
    alarms: Mapping[str, tuple[dict[str, str], str]], *raised: str, state: str = "ALARM"
) -> dict[str, AlarmReading]:
    """All of the alarms, OK but for those named."""
    return {
        name: AlarmReading(state if name in raised else "OK", dimensions, 60.0)
        for name, (dimensions, _) in alarms.items()
    }


def look_of(*raised: str, **changes: Any) -> Observation:
    """A quiet pipeline but for the alarms that are raised, and what is changed."""
    readings = changes.pop("readings", None) or readings_of({**ALARMS, **FILES_ALARMS}, *raised)
    values: dict[str, Any] = {
        "at": 1_700_000_000.0,
        "depths": {name: QueueDepth(0, 0, 0) for name in ("queue", "dlq", "parked")},
        "readings": readings,
        "alarms": {name: reading.state for name, reading in readings.items()},
        "outputs": OUTPUTS | FILES,
        "delivery": "Enabled",
        "failure_mode": "none",
        "window_seconds": 5.0,
    }
    return Observation(**(values | changes))
