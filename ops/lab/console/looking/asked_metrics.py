"""Metrics that each look at the ingestion pipeline asks for: what is counted, ages, events undelivered."""

from collections.abc import Mapping

from ops.lab.app.function_names import FunctionName
from ops.lab.app.target import Target
from ops.lab.probes import metrics
from ops.lab.probes.alarms import AlarmReading
from ops.lab.probes.metrics import MetricQuery

QUEUES: Mapping[str, str] = {"queue": "QueueUrl", "dlq": "DlqUrl", "parked": "ParkedUrl"}
# The alarm on the API names the API's id, which no output has.
_API_ALARM = "Api5xx"


def counted(
    target: Target, alarms: Mapping[str, AlarmReading], rules: Mapping[str, str]
) -> dict[str, MetricQuery]:
    """What is counted, by name. `rules` are the bus's, by the detail type that they match."""
    return (
        _of_api(alarms)
        | {
            "posted": metrics.of_function(target, FunctionName.INGEST, "Invocations"),
            "refused": metrics.of_function(target, FunctionName.INGEST, "Errors"),
            "queued": metrics.of_queue(target.output("QueueUrl"), "NumberOfMessagesSent"),
            "received": metrics.of_queue(target.output("QueueUrl"), "NumberOfMessagesReceived"),
            "processed": metrics.of_lab(target, "Processed"),
            "failed_attempts": metrics.of_lab(target, "FailedAttempts"),
            "duplicates": metrics.of_lab(target, "IdempotencyHits"),
            "batches": metrics.of_function(target, FunctionName.WORKER, "Invocations"),
            "failed_batches": metrics.of_function(target, FunctionName.WORKER, "Errors"),
            "throttled": metrics.of_function(target, FunctionName.WORKER, "Throttles"),
            "redriven": metrics.of_queue(target.output("DlqUrl"), "NumberOfMessagesDeleted"),
            "parked": metrics.of_queue(target.output("ParkedUrl"), "NumberOfMessagesSent"),
        }
        | _of_rules(target, rules)
    )


def aged(target: Target) -> dict[str, MetricQuery]:
    """The age of the oldest message, by queue."""
    return {
        name: metrics.oldest_message_age(target, target.output(output)) for name, output in QUEUES.items()
    }


def undelivered(target: Target) -> MetricQuery:
    """How many outcome events wait that a target of the bus would not take."""
    return metrics.of_queue(target.output("UndeliveredUrl"), "ApproximateNumberOfMessagesVisible", "Maximum")


def _of_api(alarms: Mapping[str, AlarmReading]) -> dict[str, MetricQuery]:
    if _API_ALARM not in alarms:
        return {}
    dimensions = alarms[_API_ALARM].dimensions
    names = {"requests": "Count", "client_errors": "4xx", "server_errors": "5xx"}
    return {key: MetricQuery("AWS/ApiGateway", name, dimensions=dimensions) for key, name in names.items()}


def _of_rules(target: Target, rules: Mapping[str, str]) -> dict[str, MetricQuery]:
    """Rules of a bus of one's own report under both dimensions (EventBridge user guide, eb-monitoring)."""
    bus = target.output("BusName")
    return {
        name: MetricQuery("AWS/Events", "MatchedEvents", dimensions={"EventBusName": bus, "RuleName": rule})
        for name, rule in rules.items()
    }
