"""Shared settings: those that more than one pipeline reads."""

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from infra.settings.base import PRODUCTION, is_url, setting

EnvName = Literal["dev", "prod", "lab", "staging"]

# The values that PutRetentionPolicy takes, less those beyond two years.
LOG_RETENTION_DAYS = (1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731)

_SECONDS_PER_DAY = 86_400

_EMAIL = re.compile(r"[^@\s,;]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_ALIAS = re.compile(r"alias/(?!aws/)[A-Za-z0-9/_-]+")


# Ranges: those of the API references of SQS, Lambda and CloudWatch (PutMetricAlarm); upper ends without a
# quota are the lab's own. The failure mode is never read at each request: by default SSM answers 40
# GetParameter a second.
@dataclass(frozen=True, kw_only=True)
class SharedSettings:
    """Environment, data, key, alarms."""

    env_name: EnvName = setting(
        "envName",
        default="dev",
        meaning="lab is dev with short clocks; prod and staging keep their data, and must choose authMode",
        used_by="build",
    )
    queue_retention_seconds: int = setting(
        "queueRetentionSeconds",
        default=4 * 86_400,
        range=(60, 1_209_600),
        meaning="how long a queue keeps a message: 4 days",
        used_by="SqsWithDlq",
    )
    dlq_retention_seconds: int = setting(
        "dlqRetentionSeconds",
        default=14 * 86_400,
        range=(60, 1_209_600),
        meaning="how long a DLQ keeps a message, counted from when it was first sent: 14 days",
        used_by="SqsWithDlq",
    )
    function_memory_megabytes: int = setting(
        "functionMemoryMegabytes",
        default=512,
        range=(128, 10_240),
        meaning="memory of each function, except csvMemoryMegabytes",
        used_by="LambdaFn",
    )
    use_kms_cmk: bool = setting(
        "useKmsCmk",
        default=False,
        meaning="encrypt with a customer-managed key rather than with the services' own",
        used_by="KmsKey",
    )
    kms_alias: str | None = setting(
        "kmsAlias",
        default=None,
        meaning="alias of the customer-managed key; unset: alias/ingestion-lab-dev in dev",
        used_by="KmsKey",
    )
    ttl_days: int = setting(
        "ttlDays",
        default=14,
        range=(1, 365),
        meaning="how long the state of an event or file is kept, and so how long duplicates are recognized: "
        "no shorter than a DLQ keeps a message",
        used_by="worker, idempotency, csv_processor",
    )
    failure_mode_cache_seconds: int = setting(
        "failureModeCacheSeconds",
        default=5,
        lab=1,
        range=(1, 300),
        meaning="how long a function remembers the failure mode: the lag of a drill",
        used_by="ingest, worker, publish, processor, csv_processor",
    )
    alarm_email: str | None = setting(
        "alarmEmail",
        default=None,
        meaning="address that gets alarms and failures by mail",
        used_by="Notifications",
    )
    webhook_url: str | None = setting(
        "webhookUrl", default=None, meaning="URL that gets them by POST", used_by="Notifications"
    )
    log_retention_days: int = setting(
        "logRetentionDays",
        default=14,
        lab=1,
        production=90,
        choices=LOG_RETENTION_DAYS,
        meaning="how long logs are kept",
        used_by="log_group",
    )
    alarm_period_seconds: int = setting(
        "alarmPeriodSeconds",
        default=60,
        range=(60, 86_400),
        meaning="how often an alarm looks: a multiple of 60, since the metrics have one value a minute",
        used_by="AlarmGroup",
    )
    alarm_window_seconds: int = setting(
        "alarmWindowSeconds",
        default=300,
        lab=60,
        range=(60, 86_400),
        meaning="how long a depth must last, and what errors are summed over; a multiple of the period",
        used_by="AlarmGroup",
    )
    dlq_depth_alarm_messages: int = setting(
        "dlqDepthAlarmMessages",
        default=0,
        range=(0, 1_000_000),
        meaning="alarm when more dead letters lie in a DLQ",
        used_by="IngestionAlarms, IntegrationAlarms",
    )
    queue_age_alarm_seconds: int = setting(
        "queueAgeAlarmSeconds",
        default=300,
        lab=60,
        range=(0, 1_209_600),
        meaning="alarm when the oldest message of a queue is older",
        used_by="IngestionAlarms, IntegrationAlarms",
    )
    errors_alarm_count: int = setting(
        "errorsAlarmCount",
        default=0,
        range=(0, 1_000_000),
        meaning="alarm when a function has more errors in a window",
        used_by="IngestionAlarms, IntegrationAlarms",
    )
    throttles_alarm_count: int = setting(
        "throttlesAlarmCount",
        default=0,
        range=(0, 1_000_000),
        meaning="alarm when a function is throttled more often in a window",
        used_by="IngestionAlarms, IntegrationAlarms",
    )

    @property
    def keeps_data(self) -> bool:
        """Whether deleting a stack must leave its data behind."""
        return self.env_name in PRODUCTION

    @property
    def metrics_namespace(self) -> str:
        """Namespace of the lab's own metrics: one an environment, so that two never mix."""
        return f"IngestionLab/{self.env_name}"

    @property
    def key_alias(self) -> str:
        """Alias of the customer-managed key."""
        return self.kms_alias or f"alias/ingestion-lab-{self.env_name}"


def shared_problems(settings: SharedSettings) -> Iterator[str]:
    """Malformed values and contradictions, one line each that says what to set."""
    if settings.alarm_email and not _EMAIL.fullmatch(settings.alarm_email):
        yield f"alarmEmail must be one e-mail address, not {settings.alarm_email!r}"
    if settings.webhook_url and not is_url(settings.webhook_url, "http", "https"):
        yield f"webhookUrl must be an http or https URL, not {settings.webhook_url!r}"
    if settings.dlq_retention_seconds <= settings.queue_retention_seconds:
        yield (
            f"dlqRetentionSeconds must exceed queueRetentionSeconds ({settings.queue_retention_seconds}): "
            f"a message keeps its first timestamp in the DLQ"
        )
    least_ttl_days = math.ceil(settings.dlq_retention_seconds / _SECONDS_PER_DAY)
    if settings.ttl_days < least_ttl_days:
        yield (
            f"ttlDays is {settings.ttl_days}: set it to at least {least_ttl_days} (as long as "
            f"dlqRetentionSeconds), or what is redriven later is processed as if it were new"
        )
    yield from _key(settings)
    yield from _alarms(settings)


def _key(settings: SharedSettings) -> Iterator[str]:
    if settings.kms_alias is None:
        return
    if not settings.use_kms_cmk:
        yield "kmsAlias names a key that is not made: set useKmsCmk=true as well"
    if not _ALIAS.fullmatch(settings.kms_alias):
        yield f"kmsAlias must look like alias/my-key, and not alias/aws/..., not {settings.kms_alias!r}"


def _alarms(settings: SharedSettings) -> Iterator[str]:
    """What the services and the metric filters measure is stored by the minute. With a period of 10 or 30 s
    most periods have no data, which is no trouble here, so a depth would never last
    (CloudWatch API reference, PutMetricAlarm, "Period")."""
    period, window = settings.alarm_period_seconds, settings.alarm_window_seconds
    for key, seconds in (("alarmPeriodSeconds", period), ("alarmWindowSeconds", window)):
        if seconds % 60:
            yield f"{key} must be a multiple of 60, not {seconds}"
    if window % period:
        yield f"alarmWindowSeconds ({window}) must be a multiple of alarmPeriodSeconds ({period})"
