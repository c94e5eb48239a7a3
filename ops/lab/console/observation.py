"""Observation: what one look at the ingestion pipeline saw, from AWS APIs alone."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from ops.lab.actions import event_source
from ops.lab.app import failure_mode, queue_depth
from ops.lab.app.function_names import FunctionName
from ops.lab.app.queue_depth import QueueDepth
from ops.lab.app.target import Target
from ops.lab.probes import alarms, metrics
from ops.lab.probes.metrics import MetricQuery

# Over how many seconds a rate is taken. AWS keeps metrics by the minute, and has them late.
_AWS_WINDOW = 180.0
_LOCAL_WINDOW = 5.0
_QUEUES = {"queue": "QueueUrl", "dlq": "DlqUrl", "parked": "ParkedUrl"}


@dataclass(frozen=True)
class Observation:
    """`at` is epoch seconds. `depths` are of the queues by name, `alarms` states by name.

    `rates` are counts a second by name, over the last `window_seconds`; `ages` seconds by queue, without
    those that have no message. `problem` says why nothing was seen; what is shown then is the look before.
    """

    at: float
    depths: Mapping[str, QueueDepth] = field(default_factory=dict)
    rates: Mapping[str, float] = field(default_factory=dict)
    ages: Mapping[str, float] = field(default_factory=dict)
    alarms: Mapping[str, str] = field(default_factory=dict)
    delivery: str = ""
    failure_mode: str = ""
    window_seconds: float = 0.0
    problem: str = ""
    hint: str = ""

    @property
    def raised(self) -> list[str]:
        """The alarms in ALARM, by name."""
        return sorted(name for name, state in self.alarms.items() if state == "ALARM")

    def failed(self, problem: str, hint: str) -> "Observation":
        """The same, with what went wrong in the look after it."""
        return replace(self, problem=problem, hint=hint)


def observe(target: Target) -> Observation:
    """Look once: about eight calls. Raises NotUp where an output is missing, and botocore's errors."""
    window = _AWS_WINDOW if target.endpoint is None else _LOCAL_WINDOW
    counted, aged = _counted(target), _aged(target)
    series = metrics.values(target, [*counted.values(), *aged.values()], time.time() - window)
    values = dict(zip([*counted, *aged], series, strict=True))
    return Observation(
        at=time.time(),
        depths={name: queue_depth.depth(target, target.output(output)) for name, output in _QUEUES.items()},
        rates={name: round(sum(values[name]) / window, 2) for name in counted},
        ages={name: values[name][-1] for name in aged if values[name]},
        alarms=alarms.states(target, alarms.names(target)),
        delivery=event_source.state(target),
        failure_mode=failure_mode.read_mode(target),
        window_seconds=window,
    )


def _counted(target: Target) -> dict[str, MetricQuery]:
    def of_queue(output: str, name: str) -> MetricQuery:
        return MetricQuery("AWS/SQS", name, dimensions={"QueueName": _queue_name(target, output)})

    return {
        "posted": metrics.of_function(target, FunctionName.INGEST, "Invocations"),
        "refused": metrics.of_function(target, FunctionName.INGEST, "Errors"),
        "queued": of_queue("QueueUrl", "NumberOfMessagesSent"),
        "processed": metrics.of_lab(target, "Processed"),
        "duplicates": metrics.of_lab(target, "IdempotencyHits"),
        "batches": metrics.of_function(target, FunctionName.WORKER, "Invocations"),
        "failed_batches": metrics.of_function(target, FunctionName.WORKER, "Errors"),
        "throttled": metrics.of_function(target, FunctionName.WORKER, "Throttles"),
        "redriven": of_queue("DlqUrl", "NumberOfMessagesDeleted"),
    }


def _aged(target: Target) -> dict[str, MetricQuery]:
    return {
        name: metrics.oldest_message_age(target, target.output(output)) for name, output in _QUEUES.items()
    }


def _queue_name(target: Target, output: str) -> str:
    return target.output(output).rpartition("/")[2]
