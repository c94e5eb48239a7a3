"""Environment of each function of the ingestion pipeline. Standard library only: `infra` imports this."""

from dataclasses import dataclass

from functions.common.environment import Environment


@dataclass(frozen=True, kw_only=True)
class FailureModeEnvironment(Environment):
    """What a function needs that notices a failure mode: the parameter, and how long to remember it."""

    failure_mode_parameter: str
    failure_mode_cache_seconds: int


@dataclass(frozen=True, kw_only=True)
class IngestEnvironment(FailureModeEnvironment):
    """What the ingest function needs to validate an event and queue it."""

    queue_url: str
    # SQS takes 1,048,576 bytes, body and attributes together; this leaves the attributes 48 kB.
    max_body_bytes: int = 1_000_000


@dataclass(frozen=True, kw_only=True)
class WorkerEnvironment(FailureModeEnvironment):
    """What the worker needs to claim a key, process its event and publish the outcome."""

    table_name: str
    bus_name: str
    ttl_days: int
    # Longer than the function's timeout, so that a live attempt is never overtaken; far shorter than the
    # queue's visibility timeout, so that a crashed one can be claimed at the next delivery.
    lease_seconds: int
    # The queue's maxReceiveCount: a failure at this receive is the last one before the dead-letter queue.
    max_receive_count: int
    event_schema: str  # a `functions.ingestion.event_schema.SchemaVersion`


@dataclass(frozen=True, kw_only=True)
class OrchestrationEnvironment(Environment):
    """What ingest and the worker need as well, where the steps are deployed under Step Functions."""

    state_machine_arn: str
    orchestrated_percent: int  # of the keys
    execution_timeout_seconds: int


@dataclass(frozen=True, kw_only=True)
class ValidateEnvironment(Environment):
    """What the step validate needs: no more than a limit."""

    max_body_bytes: int = IngestEnvironment.max_body_bytes


@dataclass(frozen=True, kw_only=True)
class PublishEnvironment(FailureModeEnvironment):
    """What the step publish needs to queue an event."""

    queue_url: str


@dataclass(frozen=True, kw_only=True)
class IdempotencyEnvironment(Environment):
    """What the step idempotency needs to claim a key and to keep its verdict; see WorkerEnvironment."""

    table_name: str
    ttl_days: int
    lease_seconds: int


@dataclass(frozen=True, kw_only=True)
class ProcessorEnvironment(FailureModeEnvironment):
    """What the step processor needs to process an event; see WorkerEnvironment."""

    event_schema: str


@dataclass(frozen=True, kw_only=True)
class EventsEnvironment(Environment):
    """What the step events needs to publish an outcome."""

    bus_name: str


@dataclass(frozen=True, kw_only=True)
class RedriveEnvironment(Environment):
    """What the redrive API needs to look into the DLQ, and to keep and start jobs."""

    dlq_url: str
    table_name: str
    jobs_table_name: str
    runner_function_name: str


@dataclass(frozen=True, kw_only=True)
class RedriveRunnerEnvironment(Environment):
    """What a job needs to move dead letters back, or to park them, and to report on itself."""

    queue_url: str
    dlq_url: str
    parked_url: str
    table_name: str
    jobs_table_name: str


@dataclass(frozen=True, kw_only=True)
class ResetEnvironment(Environment):
    """What the reset function needs to switch the failure mode off."""

    failure_mode_parameter: str


@dataclass(frozen=True, kw_only=True)
class AuthorizerEnvironment(Environment):
    """What the API key authorizer needs to read the key."""

    api_key_secret_arn: str
