"""Levers of the pipeline: what an operator may set by hand during an incident.

Each reads what is in force now, sets it, and reads what the deployed template says. None means unset.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from functions.ingestion.event_schema import SchemaVersion
from ops.lab.actions import event_source, functions, queues
from ops.lab.app import worker_mapping
from ops.lab.app.deployed_template import Template
from ops.lab.app.function_names import FunctionName
from ops.lab.app.target import Target
from ops.lab.drills.declaration import ReversibleChange
from ops.lab.errors import Refused

if TYPE_CHECKING:
    from mypy_boto3_sqs.literals import QueueAttributeNameType

Value = int | str | None
_WORKER = FunctionName.WORKER
_SCHEMA_VARIABLE = "EVENT_SCHEMA"  # of WorkerEnvironment.event_schema
UNSET = "none"


@dataclass(frozen=True)
class Lever:
    """`setting` is the context key that makes a value last; `resource` the stack output of what it changes.

    `declared` reads the value from the properties that a template gives that resource; `bounds` are what AWS
    takes, both ends included, by the API reference of `PutFunctionConcurrency` and the like; `choices` are
    all that it may be.
    """

    name: str
    unit: str
    setting: str
    resource: str
    now: Callable[[Target], Value]
    put: Callable[[Target, Any], ReversibleChange]
    declared: Callable[[Mapping[str, Any]], Value]
    bounds: tuple[int, int] | None = None
    may_be_unset: bool = False
    choices: tuple[str, ...] = ()

    def check(self, value: Value) -> None:
        """Raise Refused for a number that AWS would refuse."""
        if self.bounds and isinstance(value, int) and not self.bounds[0] <= value <= self.bounds[1]:
            least, most = self.bounds
            unset = ", or none" if self.may_be_unset else ""
            raise Refused(
                f"{self.name} {value} is out of AWS's range",
                hint=f"take {least:,} to {most:,} {self.unit}{unset}",
            )

    def parse(self, text: str) -> Value:
        """The value that a person wrote. Raises Refused for what is none, with what would be one."""
        if self.choices:
            if text not in self.choices:
                raise Refused(f"{self.name} cannot be {text!r}", hint=f"one of {', '.join(self.choices)}")
            return text
        if self.may_be_unset and text == UNSET:
            return None
        if not re.fullmatch(r"-?[0-9]{1,12}", text):
            raise Refused(
                f"{self.name} cannot be {text!r}",
                hint="a number, or none" if self.may_be_unset else "a number",
            )
        value = int(text)
        self.check(value)
        return value

    def deployed(self, target: Target, template: Template) -> Value:
        """What the template says."""
        return self.declared(template.properties(target.output(self.resource)))


def _visibility(target: Target) -> int:
    return _queue_attribute(target, "QueueUrl", "VisibilityTimeout")


def _dlq_retention(target: Target) -> int:
    return _queue_attribute(target, "DlqUrl", "MessageRetentionPeriod")


def _queue_attribute(target: Target, output: str, name: "QueueAttributeNameType") -> int:
    """A number that the queue has, whose URL is this stack output."""
    answer = target.sqs.get_queue_attributes(QueueUrl=target.output(output), AttributeNames=[name])
    return int(answer["Attributes"][name])


VISIBILITY = Lever(
    "visibility",
    "s",
    "queueVisibilitySeconds",
    "QueueUrl",
    now=_visibility,
    put=queues.set_visibility_timeout,
    declared=lambda queue: queue["VisibilityTimeout"],
    bounds=(0, 43_200),
)
WORKER_TIMEOUT = Lever(
    "worker-timeout",
    "s",
    "workerTimeoutSeconds",
    "WorkerFunctionName",
    now=functions.worker_timeout_seconds,
    put=functions.set_worker_timeout,
    declared=lambda function: function["Timeout"],
    bounds=(1, 900),
)
WORKER_MEMORY = Lever(
    "worker-memory",
    "MB",
    "functionMemoryMegabytes",
    "WorkerFunctionName",
    now=lambda target: functions.configuration(target, _WORKER)["MemorySize"],
    put=lambda target, value: functions.set_memory(target, _WORKER, value),
    declared=lambda function: function["MemorySize"],
    bounds=(128, 10_240),
)
RESERVED_CONCURRENCY = Lever(
    "reserved-concurrency",
    "workers",
    "reservedConcurrency",
    "WorkerFunctionName",
    now=lambda target: functions.reserved_concurrency(target, _WORKER),
    put=lambda target, value: functions.limit_concurrency(target, _WORKER, value),
    declared=lambda function: function.get("ReservedConcurrentExecutions"),
    bounds=(0, 1_000),
    may_be_unset=True,
)
MAX_CONCURRENCY = Lever(
    "max-concurrency",
    "workers",
    "workerMaxConcurrency",
    "WorkerMappingId",
    now=worker_mapping.maximum_concurrency,
    put=event_source.limit_concurrency,
    declared=lambda mapping: mapping.get("ScalingConfig", {}).get("MaximumConcurrency"),
    bounds=(2, 1_000),
    may_be_unset=True,
)
BATCH_SIZE = Lever(
    "batch-size",
    "records",
    "batchSize",
    "WorkerMappingId",
    now=worker_mapping.batch_size,
    put=event_source.set_batch_size,
    declared=lambda mapping: mapping["BatchSize"],
    bounds=(1, 10_000),
)
BATCHING_WINDOW = Lever(
    "batching-window",
    "s",
    "maxBatchingWindowSeconds",
    "WorkerMappingId",
    now=worker_mapping.batching_window_seconds,
    put=event_source.set_batching_window,
    declared=lambda mapping: mapping.get("MaximumBatchingWindowInSeconds", 0),
    bounds=(0, 300),
)
EVENT_SCHEMA = Lever(
    "event-schema",
    "",
    "eventSchema",
    "WorkerFunctionName",
    now=lambda target: functions.configuration(target, _WORKER)["Environment"]["Variables"][_SCHEMA_VARIABLE],
    put=lambda target, value: functions.set_variables(target, _WORKER, **{_SCHEMA_VARIABLE: value}),
    declared=lambda function: function["Environment"]["Variables"][_SCHEMA_VARIABLE],
    choices=tuple(SchemaVersion),
)
LEASE = Lever(
    "lease",
    "s",
    "workerTimeoutSeconds",  # whose double it is
    "WorkerFunctionName",
    now=functions.worker_lease_seconds,
    put=functions.set_worker_lease,
    declared=lambda function: int(function["Environment"]["Variables"][functions.LEASE_VARIABLE]),
    bounds=(1, 43_200),  # what outlives the longest visibility timeout helps nobody
)
DLQ_RETENTION = Lever(
    "dlq-retention",
    "s",
    "dlqRetentionSeconds",
    "DlqUrl",
    now=_dlq_retention,
    put=queues.set_dlq_retention,
    declared=lambda queue: queue["MessageRetentionPeriod"],
    bounds=(60, 1_209_600),
)
LEVERS = (
    VISIBILITY,
    WORKER_TIMEOUT,
    LEASE,
    WORKER_MEMORY,
    RESERVED_CONCURRENCY,
    MAX_CONCURRENCY,
    BATCH_SIZE,
    BATCHING_WINDOW,
    EVENT_SCHEMA,
    DLQ_RETENTION,
)


def drift(target: Target, template: Template) -> dict[Lever, Value]:
    """Every lever that is not where the template has it, with the template's value."""
    declared = {lever: lever.deployed(target, template) for lever in LEVERS}
    return {lever: value for lever, value in declared.items() if lever.now(target) != value}


def visibility_warning(target: Target) -> str:
    """What to know of a visibility timeout that is too short for the worker; empty where it is not."""
    visibility, least = VISIBILITY.now(target), _least_visibility(target)
    if isinstance(visibility, int) and visibility < least:
        return f"visibility is below 6 x worker-timeout + batching-window = {least} s: only for a rehearsal"
    return ""


def _least_visibility(target: Target) -> int:
    # The rule of infra/settings/ingestion.py: services-sqs-configure, Lambda developer guide.
    return 6 * int(WORKER_TIMEOUT.now(target) or 0) + int(BATCHING_WINDOW.now(target) or 0)


def text_of_value(value: Value) -> str:
    """A value as a person writes it."""
    return UNSET if value is None else str(value)
