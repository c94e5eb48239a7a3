"""Nodes and edges of the files pipeline, and which outputs and alarms are whose. Data alone."""

from ops.lab.console.picture.edge import EdgeDeclaration
from ops.lab.console.picture.node import NodeDeclaration

FILES_NODES: tuple[NodeDeclaration, ...] = (
    NodeDeclaration("bucket", "Bucket", "S3", ("CsvBucketName",)),
    NodeDeclaration("rule", "Rule", "EventBridge", ("CsvUndeliveredUrl",), ("CsvArrivalsFailedInvocations",)),
    NodeDeclaration("queue", "Queue", "SQS", ("CsvQueueUrl",)),
    NodeDeclaration(
        "rounds",
        "Rounds",
        "Step Functions",
        ("CsvStateMachineArn", "CsvStarterFunctionName", "CsvRoundFunctionName", "CsvFailedInvocationsUrl"),
        ("CsvScheduleFailedInvocations",),
        "/logs",
        "logs",
    ),
    NodeDeclaration("scaler", "Concurrency", "Lambda", ("CsvScalerFunctionName",)),
    NodeDeclaration("processor", "Processor", "Lambda", ("CsvFunctionName",), (), "/logs", "logs"),
    NodeDeclaration("service", "API", "simulated", ("CsvSimulatedApiParameter",)),
    NodeDeclaration("records", "Files table", "DynamoDB", ("CsvFilesTableName", "CsvControlTableName")),
    NodeDeclaration(
        "dlq",
        "DLQ",
        "SQS",
        ("CsvDlqUrl", "CsvTopicArn"),
        ("CsvFailuresFailedInvocations",),
        "/inbox",
        "mail",
    ),
)

FILES_EDGES: tuple[EdgeDeclaration, ...] = (
    EdgeDeclaration("arrivals", "bucket", "rule", "files created", "arrived"),
    EdgeDeclaration("entered", "rule", "queue", "messages", "queued"),
    EdgeDeclaration("taken", "queue", "rounds", "receives", "received"),
    EdgeDeclaration("attempts", "rounds", "processor", "attempts at files", "attempted"),
    EdgeDeclaration("rows", "processor", "service", "rows delivered", "rows"),
    EdgeDeclaration("recorded", "processor", "records", "files finished", "finished"),
    EdgeDeclaration("given-up", "rounds", "dlq", "files given up", "given_up"),
    EdgeDeclaration("depth", "queue", "scaler", "depth read", ""),
)
