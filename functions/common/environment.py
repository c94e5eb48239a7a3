"""The environment of each function, declared once.

The CDK app renders a function's variables from its model and the function reads the same model back, so no
variable name is typed twice. Standard library only: `infra` imports this without Powertools or boto3.
"""

from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, TypeVar, get_type_hints

Model = TypeVar("Model", bound="Environment")


class InvalidEnvironmentError(Exception):
    """A variable that a function needs is missing or malformed: a deployment fault, never a client's."""


@dataclass(frozen=True, kw_only=True)
class Environment:
    """Base of the models. Fields are `str` or `int`; a field's variable is its name in upper case."""


@dataclass(frozen=True, kw_only=True)
class IngestEnvironment(Environment):
    """What the ingest function needs to validate an event and queue it."""

    queue_url: str
    failure_mode_parameter: str
    failure_mode_cache_seconds: int
    # SQS takes 1,048,576 bytes, body and attributes together; this leaves the attributes 48 kB.
    max_body_bytes: int = 1_000_000


@dataclass(frozen=True, kw_only=True)
class WorkerEnvironment(Environment):
    """What the worker needs to claim a key, process its event and publish the outcome."""

    table_name: str
    bus_name: str
    failure_mode_parameter: str
    failure_mode_cache_seconds: int
    ttl_days: int
    # Longer than the function's timeout, so that a live attempt is never overtaken; far shorter than the
    # queue's visibility timeout, so that a crashed one can be claimed at the next delivery.
    lease_seconds: int
    # The queue's maxReceiveCount: a failure at this receive is the last one before the dead-letter queue.
    max_receive_count: int
    event_schema: str  # a `functions.ingestion.event_schema.SchemaVersion`


@dataclass(frozen=True, kw_only=True)
class OrchestrationEnvironment(Environment):
    """What ingest and the worker need besides, where the steps are deployed under Step Functions."""

    state_machine_arn: str
    orchestrated_percent: int  # of the keys
    execution_timeout_seconds: int


@dataclass(frozen=True, kw_only=True)
class ValidateEnvironment(Environment):
    """What the step validate needs: no more than a limit."""

    max_body_bytes: int = IngestEnvironment.max_body_bytes


@dataclass(frozen=True, kw_only=True)
class PublishEnvironment(Environment):
    """What the step publish needs to queue an event."""

    queue_url: str
    failure_mode_parameter: str
    failure_mode_cache_seconds: int


@dataclass(frozen=True, kw_only=True)
class IdempotencyEnvironment(Environment):
    """What the step idempotency needs to claim a key and to keep its verdict; see WorkerEnvironment."""

    table_name: str
    ttl_days: int
    lease_seconds: int


@dataclass(frozen=True, kw_only=True)
class ProcessorEnvironment(Environment):
    """What the step processor needs to process an event; see WorkerEnvironment."""

    failure_mode_parameter: str
    failure_mode_cache_seconds: int
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
class CsvProcessorEnvironment(Environment):
    """What the CSV processor needs to send a file's rows and to remember how far it came.

    The bucket is not here: each task names its own, and the policy says which.
    """

    files_table_name: str
    simulated_api_parameter: str
    simulated_api_cache_seconds: int
    batch_rows: int  # as many rows may be sent twice, and recorded so, when the process is killed
    row_concurrency: int  # calls at once, at most
    # A few seconds longer than the function's timeout: no live attempt is ever overtaken.
    lease_seconds: int
    ttl_days: int


@dataclass(frozen=True, kw_only=True)
class FingerprintEnvironment(Environment):
    """What the second example needs to keep fingerprints."""

    table_name: str


@dataclass(frozen=True, kw_only=True)
class AuthorizerEnvironment(Environment):
    """What the API key authorizer needs to read the key."""

    api_key_secret_arn: str


@dataclass(frozen=True, kw_only=True)
class RoundControlEnvironment(Environment):
    """What the decisions of a round need; milliseconds and seconds are named, the rest are counts."""

    control_table_name: str
    queue_url: str
    # Files at a time, until the scaler has read the queue's depth; then between the other two.
    concurrency: int
    min_concurrency: int
    max_concurrency: int
    stagger_milliseconds: int  # between two files of a batch
    # The longest wait of a file before its turn, pressure included: the queue's visibility timeout counts
    # with it once for each turn of the Map, ceil(10 / min_concurrency) times.
    max_wait_seconds: int
    recall_seconds: int  # until the messages of a stopped round are seen again: its functions end meanwhile
    retry_seconds: int  # before the second attempt at a file; each further one waits twice as long
    deep_queue_messages: int = 100  # from here on files follow twice as close
    # A round with more errors than this, or a higher mean latency of the downstream's calls, slows the next.
    error_rate_percent: int = 20
    latency_milliseconds: int = 35_000  # the downstream may take 5 to 30 s


@dataclass(frozen=True, kw_only=True)
class RoundStarterEnvironment(Environment):
    """What the starter needs to see whether a round is at work, and to start one."""

    control_table_name: str
    queue_url: str
    state_machine_arn: str


@dataclass(frozen=True, kw_only=True)
class ScalerEnvironment(Environment):
    """What the scaler needs to set how many files are processed at a time; see RoundControlEnvironment."""

    control_table_name: str
    queue_url: str
    function_name: str  # of the processing function
    concurrency: int
    min_concurrency: int
    max_concurrency: int
    files_per_slot: int  # waiting files for which one more may be processed at a time
    scale_down_readings: int  # readings in a row below the concurrency before it falls


def to_variables(model: Environment) -> dict[str, str]:
    """Render a model as Lambda environment variables."""
    return {field.name.upper(): str(getattr(model, field.name)) for field in fields(model)}


def from_variables(cls: type[Model], environ: Mapping[str, str]) -> Model:
    """Read a model back, e.g. from `os.environ`.

    Raises InvalidEnvironmentError, naming the variable, if one without a default is missing or empty, or if
    one does not parse as its field's type.
    """
    types = get_type_hints(cls)
    values: dict[str, Any] = {}
    for field in fields(cls):
        name = field.name.upper()
        raw = environ.get(name, "")
        if raw:
            values[field.name] = _parse(name, raw, types[field.name])
        elif field.default is MISSING:
            raise InvalidEnvironmentError(f"environment variable {name} is not set")
    return cls(**values)


def optional_from_variables(cls: type[Model], environ: Mapping[str, str]) -> Model | None:
    """Read back a model that is deployed or not: None if none of its variables is set."""
    if not any(environ.get(field.name.upper()) for field in fields(cls)):
        return None
    return from_variables(cls, environ)


def _parse(name: str, raw: str, type_: type) -> str | int:
    if type_ is not int:
        return raw
    try:
        return int(raw)
    except ValueError:
        raise InvalidEnvironmentError(
            f"environment variable {name} must be an integer, not {raw!r}"
        ) from None
