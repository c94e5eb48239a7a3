"""Nodes and edges of the ingestion pipeline, and which outputs and alarms are whose. Data alone."""

from ops.lab.console.picture.edge import EdgeDeclaration
from ops.lab.console.picture.node import NodeDeclaration

_LETTERS, _LOGS, _STORY, _LEVERS = "/dead-letters", "/logs", "/story", "/levers"

# The steps that only topology=orchestrated has as functions; their order is that of their work.
STEP_OUTPUTS = tuple(
    f"{step}FunctionName" for step in ("Validate", "Publish", "Idempotency", "Processor", "Events")
)
STEPS = NodeDeclaration(
    "steps", "Steps", "Step Functions", ("StateMachineArn", *STEP_OUTPUTS), (), _LOGS, "logs"
)

NODES: tuple[NodeDeclaration, ...] = (
    NodeDeclaration("client", "Client", "who sends"),
    NodeDeclaration("api", "API", "HTTP API", alarms=("Api5xx", "ApiLatency")),
    NodeDeclaration("ingest", "Ingest", "Lambda", ("IngestFunctionName",), (), _LOGS, "logs"),
    NodeDeclaration("queue", "Queue", "SQS", ("QueueUrl",), ("CircuitOpenedSQS",), _LEVERS, "levers"),
    NodeDeclaration(
        "worker", "Worker", "Lambda", ("WorkerFunctionName",), ("CircuitOpenedDownstream",), _LOGS, "logs"
    ),
    NodeDeclaration(
        "table",
        "State table",
        "DynamoDB",
        ("TableName",),
        ("CircuitOpenedDynamoDB",),
        _STORY,
        "a key's story",
    ),
    NodeDeclaration("dlq", "DLQ", "SQS", ("DlqUrl",), (), _LETTERS, "dead letters"),
    NodeDeclaration(
        "redrive",
        "Redrive",
        "Lambda",
        ("RedriveFunctionName", "RedriveRunnerFunctionName"),
        (),
        _LETTERS,
        "redrive",
    ),
    NodeDeclaration("parked", "Parked", "SQS", ("ParkedUrl",), (), _LETTERS, "dead letters"),
    NodeDeclaration(
        "bus",
        "Bus",
        "EventBridge",
        ("BusName", "UndeliveredUrl"),
        ("CircuitOpenedEventBridge",),
        _STORY,
        "a key's story",
    ),
    NodeDeclaration("topic", "Topic", "SNS", ("TopicArn",), (), "/inbox", "mail"),
)

EDGES: tuple[EdgeDeclaration, ...] = (
    EdgeDeclaration("requests", "client", "api", "requests", "requests"),
    EdgeDeclaration("posted", "api", "ingest", "invocations", "posted"),
    EdgeDeclaration("queued", "ingest", "queue", "messages", "queued"),
    EdgeDeclaration("received", "queue", "worker", "receives", "received"),
    EdgeDeclaration("processed", "worker", "table", "events done", "processed"),
    EdgeDeclaration("failed", "queue", "dlq", "dead letters", "dead_lettered"),
    EdgeDeclaration("moved", "dlq", "redrive", "letters taken", "redriven"),
    EdgeDeclaration("back", "redrive", "queue", "letters sent back", "redriven", less="parked"),
    EdgeDeclaration("parking", "redrive", "parked", "letters parked", "parked"),
    EdgeDeclaration("announced", "worker", "bus", "outcome events", "outcomes"),
    EdgeDeclaration("notified", "bus", "topic", "failures", "announced_failed"),
)
# Which alarm says from when on an age is too much, by queue; half of it is a warning.
AGE_ALARMS = {"queue": "QueueAge", "dlq": "DlqAge"}
