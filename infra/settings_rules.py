"""What settings may be: the limits of the services, and the contradictions between two settings.

LocalStack accepts much of what AWS refuses, so these are checked at synth and not left to a deployment.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from infra.context_values import context_key
from infra.errors import SettingsError
from infra.settings_csv_rules import CSV_RANGES, csv_problems
from infra.settings_integrations_rules import INTEGRATION_RANGES, integration_problems

if TYPE_CHECKING:
    from infra.settings import Settings

# Inclusive. Sources: the API references of SQS, Lambda (CreateEventSourceMapping, PutFunctionConcurrency) and
# CloudWatch (PutMetricAlarm); upper ends without a quota are the lab's own. The failure mode is never read at
# each request: SSM answers 40 GetParameter a second by default.
RANGES: dict[str, tuple[int, int]] = {
    "max_receive_count": (1, 1_000),
    "batch_size": (1, 10_000),
    "max_batching_window_seconds": (0, 300),
    "worker_timeout_seconds": (1, 900),
    "queue_visibility_seconds": (0, 43_200),
    "queue_retention_seconds": (60, 1_209_600),
    "dlq_retention_seconds": (60, 1_209_600),
    "worker_max_concurrency": (2, 1_000),
    "reserved_concurrency": (0, 1_000),
    "function_memory_megabytes": (128, 10_240),
    "ttl_days": (1, 365),
    "failure_mode_cache_seconds": (1, 300),
    "orchestrated_percent": (0, 100),
    "throttle_rate_per_second": (1, 10_000),
    "throttle_burst": (1, 5_000),
    "alarm_window_seconds": (10, 86_400),
    "dlq_depth_alarm_messages": (0, 1_000_000),
    "dlq_age_alarm_seconds": (0, 1_209_600),
    "queue_age_alarm_seconds": (0, 1_209_600),
    "queue_backlog_alarm_messages": (0, 1_000_000),
    "errors_alarm_count": (0, 1_000_000),
    "throttles_alarm_count": (0, 1_000_000),
    "api5xx_alarm_count": (0, 1_000_000),
    "api_latency_alarm_milliseconds": (1, 30_000),
}

# The values that PutRetentionPolicy takes, less those beyond two years.
LOG_RETENTION_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731)

_EMAIL = re.compile(r"[^@\s,;]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_PARAMETER = re.compile(r"(/[A-Za-z0-9_.-]+)+")
_ALIAS = re.compile(r"alias/(?!aws/)[A-Za-z0-9/_-]+")


def least_visibility_seconds(worker_timeout_seconds: int, max_batching_window_seconds: int) -> int:
    """The shortest visibility time-out under which a throttled batch does not come back too soon.

    https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
    """
    return 6 * worker_timeout_seconds + max_batching_window_seconds


def check(settings: Settings) -> None:
    """Raise SettingsError with the first problem found, one line that says what to set."""
    for rule in (*_RULES, csv_problems, integration_problems):
        for problem in rule(settings):
            raise SettingsError(problem)


def _ranges(settings: Settings) -> Iterator[str]:
    for name, (low, high) in (RANGES | CSV_RANGES | INTEGRATION_RANGES).items():
        value = getattr(settings, name)
        if value is not None and not low <= value <= high:
            yield f"{context_key(name)} must be between {low} and {high}, not {value}"
    if settings.log_retention_days not in LOG_RETENTION_DAYS:
        allowed = ", ".join(map(str, LOG_RETENTION_DAYS))
        yield f"logRetentionDays must be one of {allowed}, not {settings.log_retention_days}"


def _formats(settings: Settings) -> Iterator[str]:
    if settings.alarm_email and not _EMAIL.fullmatch(settings.alarm_email):
        yield f"alarmEmail must be one e-mail address, not {settings.alarm_email!r}"
    if settings.webhook_url and not _is_url(settings.webhook_url, "http", "https"):
        yield f"webhookUrl must be an http or https URL, not {settings.webhook_url!r}"
    if settings.cors_origin and not _is_origin(settings.cors_origin):
        yield (
            f"corsOrigin must be one origin such as https://www.example.com, without a path, "
            f"not {settings.cors_origin!r}"
        )
    parameter = settings.failure_mode_parameter
    # Names that begin with aws or ssm are Systems Manager's own.
    if not _PARAMETER.fullmatch(parameter) or parameter.lower().startswith(("/aws", "/ssm")):
        yield f"failureModeParameter must be a path such as /ingestion/failure_mode, not {parameter!r}"


# The state machine gets two thirds of it in whole seconds, and an Express execution at most 5 minutes
# (Step Functions developer guide, "Quotas related to state machine executions").
_ORCHESTRATED_WORKER_TIMEOUT_SECONDS = (3, 450)


def _topology(settings: Settings) -> Iterator[str]:
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


def _queue(settings: Settings) -> Iterator[str]:
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
    if settings.dlq_retention_seconds <= settings.queue_retention_seconds:
        yield (
            f"dlqRetentionSeconds must exceed queueRetentionSeconds ({settings.queue_retention_seconds}): "
            f"a message keeps its first timestamp in the DLQ"
        )


def _concurrency(settings: Settings) -> Iterator[str]:
    most, reserved = settings.worker_max_concurrency, settings.reserved_concurrency
    if most is not None and reserved is not None and most > reserved:
        yield (
            f"workerMaxConcurrency {most} exceeds reservedConcurrency {reserved}: "
            f"lower the first or raise the second, or the queue's pollers are throttled"
        )


def _key(settings: Settings) -> Iterator[str]:
    if settings.kms_alias is None:
        return
    if not settings.use_kms_cmk:
        yield "kmsAlias names a key that is not made: set useKmsCmk=true as well"
    if not _ALIAS.fullmatch(settings.kms_alias):
        yield f"kmsAlias must look like alias/my-key, and not alias/aws/..., not {settings.kms_alias!r}"


def _auth(settings: Settings) -> Iterator[str]:
    if settings.auth_mode == "none" and settings.keeps_data:
        yield f"authMode=none leaves the API open in {settings.env_name}: set authMode=apiKey or authMode=jwt"
    if settings.auth_mode == "jwt":
        if not settings.jwt_issuer or not settings.jwt_audience:
            yield "authMode=jwt needs both jwtIssuer and jwtAudience"
        elif not _is_url(settings.jwt_issuer, "https"):
            yield f"jwtIssuer must be an https URL, not {settings.jwt_issuer!r}"
    elif settings.jwt_issuer or settings.jwt_audience:
        yield f"jwtIssuer and jwtAudience need authMode=jwt, and it is {settings.auth_mode}"


def _alarms(settings: Settings) -> Iterator[str]:
    period, window = settings.alarm_period_seconds, settings.alarm_window_seconds
    for key, seconds in (("alarmPeriodSeconds", period), ("alarmWindowSeconds", window)):
        if seconds not in (10, 30) and (seconds < 60 or seconds % 60):
            yield f"{key} must be 10, 30 or a multiple of 60, not {seconds}"
    if window % period:
        yield f"alarmWindowSeconds ({window}) must be a multiple of alarmPeriodSeconds ({period})"


def _is_url(text: str, *schemes: str) -> bool:
    parts = urlsplit(text)
    return parts.scheme in schemes and bool(parts.hostname) and not re.search(r"\s", text)


def _is_origin(text: str) -> bool:
    parts = urlsplit(text)
    return _is_url(text, "http", "https") and text == f"{parts.scheme}://{parts.netloc}" and "@" not in text


_RULES = (_ranges, _formats, _topology, _queue, _concurrency, _key, _auth, _alarms)
