"""Settings of the ingestion pipeline: queue, worker, workflow, API, alarms."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from infra.settings.base import Computed, Values, is_url, setting
from infra.settings.shared import SharedSettings
from infra.synth_errors import SettingsError

AuthMode = Literal["none", "apiKey", "jwt"]
EventSchema = Literal["v1", "v2", "v2-compatible"]
Topology = Literal["direct", "orchestrated"]

_PARAMETER = re.compile(r"(/[A-Za-z0-9_.-]+)+")

# The state machine gets two thirds of it in whole seconds, and an Express execution at most 5 minutes
# (Step Functions developer guide, "Quotas related to state machine executions").
_ORCHESTRATED_WORKER_TIMEOUT_SECONDS = (3, 450)


def least_visibility_seconds(worker_timeout_seconds: int, max_batching_window_seconds: int) -> int:
    """The shortest visibility timeout under which a throttled batch does not come back too soon.

    Six times the function's timeout and the batching window, as AWS recommends: so long Lambda can try a
    batch again that was throttled, while its messages stay hidden. After a shorter one they come back though
    they are still tried, and each such delivery counts towards maxReceiveCount.
    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    """
    return 6 * worker_timeout_seconds + max_batching_window_seconds


def _least_visibility(values: Values) -> int:
    return least_visibility_seconds(values["worker_timeout_seconds"], values["max_batching_window_seconds"])


def _by_topology(*, direct: int, orchestrated: int) -> Computed:
    """Default of the lab that differs under Step Functions.

    An execution takes several times as long as the same calls in one process, and the worker must see its
    end.
    """
    return Computed(
        f"{direct}, or {orchestrated} with topology=orchestrated",
        lambda values: orchestrated if values["topology"] == "orchestrated" else direct,
    )


def _no_auth_mode(values: Values) -> str:
    raise SettingsError(
        f"authMode must be chosen in {values['env_name']}: set authMode=apiKey or authMode=jwt"
    )


# Ranges: those of the API references of SQS, Lambda (CreateEventSourceMapping, PutFunctionConcurrency) and
# CloudWatch (PutMetricAlarm); upper ends without a quota are the lab's own.
# The lab's clocks are short, so that a drill sees a poison message reach the DLQ and raise its alarm within
# two minutes.
@dataclass(frozen=True, kw_only=True)
class IngestionSettings(SharedSettings):
    """Settings of queue, worker, workflow, API and alarms."""

    topology: Topology = setting(
        "topology",
        default="direct",
        meaning="orchestrated: the steps run under Step Functions as well, see docs/topologies.md",
        used_by="FunctionsStack",
    )
    max_receive_count: int = setting(
        "maxReceiveCount",
        default=5,
        lab=3,
        range=(1, 1_000),
        meaning="deliveries of a message before it goes to the DLQ",
        used_by="SqsWithDlq, worker",
    )
    batch_size: int = setting(
        "batchSize",
        default=10,
        lab=_by_topology(direct=5, orchestrated=2),
        range=(1, 10_000),
        meaning="records that a worker takes at once",
        used_by="FunctionsStack",
    )
    max_batching_window_seconds: int = setting(
        "maxBatchingWindowSeconds",
        default=2,
        lab=1,
        range=(0, 300),
        meaning="longest wait to fill a batch",
        used_by="FunctionsStack",
    )
    worker_timeout_seconds: int = setting(
        "workerTimeoutSeconds",
        default=30,
        lab=_by_topology(direct=3, orchestrated=6),
        range=(1, 900),
        meaning="timeout of the worker, from which those of the workflow and its steps follow",
        used_by="FunctionsStack",
    )
    queue_visibility_seconds: int = setting(
        "queueVisibilitySeconds",
        default=Computed("6 x workerTimeoutSeconds + maxBatchingWindowSeconds", _least_visibility),
        range=(0, 43_200),
        meaning="visibility timeout of the queue; the default is the least",
        used_by="SqsWithDlq",
    )
    worker_max_concurrency: int | None = setting(
        "workerMaxConcurrency",
        default=None,
        range=(2, 1_000),
        meaning="workers that the queue may start at once; must not exceed reservedConcurrency",
        used_by="FunctionsStack",
    )
    reserved_concurrency: int | None = setting(
        "reservedConcurrency",
        default=None,
        range=(0, 1_000),
        meaning="concurrency that the worker has to itself, and no more",
        used_by="FunctionsStack",
    )
    orchestrated_percent: int | None = setting(
        "orchestratedPercent",
        default=None,
        range=(0, 100),
        meaning="percent of the keys that take the workflow, with topology=orchestrated; unset: 100",
        used_by="ingest, worker",
    )
    failure_mode_parameter: str = setting(
        "failureModeParameter",
        default="/ingestion/failure_mode",
        production=Computed(
            "/ingestion/ENV/failure_mode", lambda values: f"/ingestion/{values['env_name']}/failure_mode"
        ),
        meaning="SSM parameter of the failure mode, which drills set",
        used_by="FunctionsStack",
    )
    event_schema: EventSchema = setting(
        "eventSchema",
        default="v1",
        meaning="what the worker demands of an event: v2 a currency, which v1's clients do not send; "
        "v2-compatible assumes USD without one. Ingest takes what v1 takes",
        used_by="worker, processor",
    )
    auth_mode: AuthMode = setting(
        "authMode",
        default="none",
        production=Computed("must be chosen", _no_auth_mode),
        meaning="who may call the API: apiKey is a Lambda authorizer on the header x-api-key",
        used_by="ApiStack",
    )
    jwt_issuer: str | None = setting(
        "jwtIssuer", default=None, meaning="https URL, with authMode=jwt", used_by="jwt_authorizer"
    )
    jwt_audience: str | None = setting(
        "jwtAudience",
        default=None,
        meaning="audience, with authMode=jwt; several are separated by commas",
        used_by="jwt_authorizer",
    )
    cors_origin: str | None = setting(
        "corsOrigin",
        default=None,
        meaning="the one origin whose pages may call the API; unset: no CORS",
        used_by="HttpApi",
    )
    throttle_rate_per_second: int = setting(
        "throttleRatePerSecond",
        default=500,
        range=(1, 10_000),
        meaning="requests that the API takes on average",
        used_by="HttpApi",
    )
    throttle_burst: int = setting(
        "throttleBurst",
        default=1_000,
        range=(1, 5_000),
        meaning="requests that the API takes at once",
        used_by="HttpApi",
    )
    dlq_age_alarm_seconds: int = setting(
        "dlqAgeAlarmSeconds",
        default=300,
        lab=60,
        range=(0, 1_209_600),
        meaning="alarm when the oldest dead letter is older",
        used_by="IngestionAlarms",
    )
    queue_backlog_alarm_messages: int = setting(
        "queueBacklogAlarmMessages",
        default=1_000,
        lab=100,
        range=(0, 1_000_000),
        meaning="alarm when more messages wait",
        used_by="IngestionAlarms",
    )
    api5xx_alarm_count: int = setting(
        "api5xxAlarmCount",
        default=0,
        range=(0, 1_000_000),
        meaning="alarm when the API answers 5xx more often in a window",
        used_by="IngestionAlarms",
    )
    api_latency_alarm_milliseconds: int = setting(
        "apiLatencyAlarmMilliseconds",
        default=3_000,
        range=(1, 30_000),
        meaning="alarm when the 95th percentile of the API's latency is higher",
        used_by="IngestionAlarms",
    )
    circuits_opened_alarm_count: int = setting(
        "circuitsOpenedAlarmCount",
        default=0,
        range=(0, 1_000_000),
        meaning="alarm when a service's circuits open more often in a window",
        used_by="IngestionAlarms",
    )

    @property
    def lease_seconds(self) -> int:
        """How long a claim holds: past any live attempt, and a third of the visibility timeout at most."""
        return 2 * self.worker_timeout_seconds

    @property
    def orchestrated(self) -> bool:
        return self.topology == "orchestrated"

    @property
    def orchestrated_share_percent(self) -> int:
        """The share in force; 0 deploys the workflow beside a pipeline that does not use it yet."""
        return 100 if self.orchestrated_percent is None else self.orchestrated_percent

    @property
    def step_timeout_seconds(self) -> int:
        """Of each step: a third of the worker's, so that the step is killed and the worker told of it."""
        return self.worker_timeout_seconds // 3

    @property
    def execution_timeout_seconds(self) -> int:
        """Of the workflow: two thirds of the worker's, so that the worker outlives it. The lease, twice the
        worker's timeout, outlives even a step that an execution left behind."""
        return 2 * self.worker_timeout_seconds // 3


def ingestion_problems(settings: IngestionSettings) -> Iterator[str]:
    """Malformed values and contradictions, one line each that says what to set."""
    yield from _formats(settings)
    yield from _topology(settings)
    yield from _queue(settings)
    yield from _concurrency(settings)
    yield from _auth(settings)


def _formats(settings: IngestionSettings) -> Iterator[str]:
    if settings.cors_origin and not _is_origin(settings.cors_origin):
        yield (
            f"corsOrigin must be one origin such as https://www.example.com, without a path, "
            f"not {settings.cors_origin!r}"
        )
    parameter = settings.failure_mode_parameter
    # Names that begin with aws or ssm are Systems Manager's own.
    if not _PARAMETER.fullmatch(parameter) or parameter.lower().startswith(("/aws", "/ssm")):
        yield f"failureModeParameter must be a path such as /ingestion/failure_mode, not {parameter!r}"


def _topology(settings: IngestionSettings) -> Iterator[str]:
    if not settings.orchestrated:
        if settings.orchestrated_percent:
            yield f"orchestratedPercent={settings.orchestrated_percent} needs topology=orchestrated"
        return
    low, high = _ORCHESTRATED_WORKER_TIMEOUT_SECONDS
    if not low <= settings.worker_timeout_seconds <= high:
        yield (
            f"workerTimeoutSeconds must be between {low} and {high} with topology=orchestrated, "
            f"not {settings.worker_timeout_seconds}: the workflow gets two thirds of it"
        )


def _queue(settings: IngestionSettings) -> Iterator[str]:
    least = least_visibility_seconds(settings.worker_timeout_seconds, settings.max_batching_window_seconds)
    if settings.queue_visibility_seconds < least:
        yield (
            f"queueVisibilitySeconds is {settings.queue_visibility_seconds}: set it to at least {least} "
            f"(6 x workerTimeoutSeconds + maxBatchingWindowSeconds), or leave it out"
        )
    if settings.batch_size > 10 and settings.max_batching_window_seconds < 1:
        yield (
            f"batchSize {settings.batch_size} needs maxBatchingWindowSeconds of at least 1: "
            f"without a window SQS gives Lambda at most 10 records"
        )


def _concurrency(settings: IngestionSettings) -> Iterator[str]:
    most, reserved = settings.worker_max_concurrency, settings.reserved_concurrency
    if most is not None and reserved is not None and most > reserved:
        yield (
            f"workerMaxConcurrency {most} exceeds reservedConcurrency {reserved}: "
            f"lower the first or raise the second, or the queue's pollers are throttled"
        )


def _auth(settings: IngestionSettings) -> Iterator[str]:
    if settings.auth_mode == "none" and settings.keeps_data:
        yield f"authMode=none leaves the API open in {settings.env_name}: set authMode=apiKey or authMode=jwt"
    if settings.auth_mode == "jwt":
        if not settings.jwt_issuer or not settings.jwt_audience:
            yield "authMode=jwt needs both jwtIssuer and jwtAudience"
        elif not is_url(settings.jwt_issuer, "https"):
            yield f"jwtIssuer must be an https URL, not {settings.jwt_issuer!r}"
    elif settings.jwt_issuer or settings.jwt_audience:
        yield f"jwtIssuer and jwtAudience need authMode=jwt, and it is {settings.auth_mode}"


def _is_origin(text: str) -> bool:
    parts = urlsplit(text)
    return is_url(text, "http", "https") and text == f"{parts.scheme}://{parts.netloc}" and "@" not in text
