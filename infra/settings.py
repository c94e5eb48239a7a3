"""Every setting of the app: one frozen, typed object, read once from CDK context.

Set a key in cdk.json or with `cdk -c key=value`; a field's key is its name in camelCase. Unknown keys, wrong
values and contradictions raise SettingsError, one line that says what to set.
"""

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, Literal, Self, get_type_hints

from infra.context_values import context_key, own_values, parse
from infra.errors import SettingsError
from infra.settings_csv import CsvSettings, csv_defaults
from infra.settings_integrations import INTEGRATION_LAB_DEFAULTS, IntegrationSettings
from infra.settings_rules import check, least_visibility_seconds

if TYPE_CHECKING:
    from constructs import Node

EnvName = Literal["dev", "prod", "lab", "staging"]
AuthMode = Literal["none", "apiKey", "jwt"]
EventSchema = Literal["v1", "v2", "v2-compatible"]
Topology = Literal["direct", "orchestrated"]

# Staging is the rehearsal of prod: what must be chosen or kept there must be here.
KEEPS_DATA = frozenset({"prod", "staging"})


@dataclass(frozen=True, kw_only=True)
class Settings(CsvSettings, IntegrationSettings):
    """One field a key; those without a default here get theirs from `computed_defaults`."""

    env_name: EnvName = "dev"  # lab is dev with short clocks; prod and staging keep their data

    topology: Topology = "direct"  # orchestrated: the steps under Step Functions as well
    orchestrated_percent: int | None = None  # of the keys that take that way; default when orchestrated: 100

    max_receive_count: int = 5  # deliveries of a message before it goes to the DLQ
    batch_size: int = 10  # records that a worker takes at once
    max_batching_window_seconds: int = 2  # longest wait to fill a batch
    worker_timeout_seconds: int = 30
    queue_visibility_seconds: int  # default: 6 x worker time-out + batching window
    queue_retention_seconds: int = 4 * 86_400
    dlq_retention_seconds: int = 14 * 86_400
    worker_max_concurrency: int | None = None  # workers that the queue may start at once
    reserved_concurrency: int | None = None  # concurrency that the worker has to itself, and no more
    function_memory_megabytes: int = 512

    use_kms_cmk: bool = False  # encrypt with a customer-managed key rather than the services' own
    kms_alias: str | None = None  # of that key; default: alias/ingestion-lab-<envName>
    ttl_days: int = 7  # how long the state of an event is kept, and so how long duplicates are known
    failure_mode_parameter: str = "/ingestion/failure_mode"  # SSM parameter of the drills
    failure_mode_cache_seconds: int = 5  # how long a function remembers it: the lag of a drill
    event_schema: EventSchema = "v1"  # what the worker demands of an event; v2 breaks v1's clients

    auth_mode: AuthMode  # default: none; prod and staging must choose
    jwt_issuer: str | None = None  # with authMode=jwt
    jwt_audience: str | None = None  # with authMode=jwt; several are parted by commas
    cors_origin: str | None = None  # the one origin whose pages may call the API; unset: no CORS
    throttle_rate_per_second: int = 500  # requests that the API takes on average
    throttle_burst: int = 1_000  # requests that it takes at once

    alarm_email: str | None = None  # gets alarms and failures by mail
    webhook_url: str | None = None  # gets them by POST
    log_retention_days: int  # default: 14; prod and staging 90, lab 1
    alarm_period_seconds: int = 60  # how often an alarm looks
    alarm_window_seconds: int = 300  # how long a depth must last; what errors are summed over
    # Each alarm rises above its number.
    dlq_depth_alarm_messages: int = 0
    dlq_age_alarm_seconds: int = 300
    queue_age_alarm_seconds: int = 300
    queue_backlog_alarm_messages: int = 1_000
    errors_alarm_count: int = 0
    throttles_alarm_count: int = 0
    api5xx_alarm_count: int = 0
    api_latency_alarm_milliseconds: int = 3_000  # 95th percentile

    @classmethod
    def from_context(cls, node: "Node") -> Self:
        """Read the settings of an app. Raises SettingsError."""
        return cls.from_values(own_values(node.get_all_context()))

    @classmethod
    def from_values(cls, values: Mapping[str, Any]) -> Self:
        """Build the settings from context keys and values. Raises SettingsError."""
        names = {context_key(each.name): each.name for each in dataclasses.fields(cls)}
        if unknown := sorted(values.keys() - names.keys()):
            close = get_close_matches(unknown[0], names, n=1)
            hint = f"did you mean {close[0]}?" if close else "the keys are listed in infra/settings.py"
            raise SettingsError(f"unknown context key {unknown[0]!r}: {hint}")
        types = get_type_hints(cls)
        parsed = {names[key]: parse(key, value, types[names[key]]) for key, value in values.items()}
        settings = cls(**(computed_defaults(parsed) | parsed))
        check(settings)
        return settings

    @property
    def keeps_data(self) -> bool:
        """Whether deleting a stack must leave its data behind."""
        return self.env_name in KEEPS_DATA

    @property
    def lease_seconds(self) -> int:
        """How long a claim holds: past any live attempt, and a third of the visibility time-out at most."""
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
        worker's time-out, outlives even a step that an execution left behind."""
        return 2 * self.worker_timeout_seconds // 3

    @property
    def metrics_namespace(self) -> str:
        """Where the lab's own metrics go: one namespace an environment, so that two never mix."""
        return f"IngestionLab/{self.env_name}"

    @property
    def key_alias(self) -> str:
        """The alias of the customer-managed key."""
        return self.kms_alias or f"alias/ingestion-lab-{self.env_name}"


# Short clocks, so that a drill sees a poison message reach the DLQ and raise its alarm within two minutes.
LAB_DEFAULTS: Mapping[str, Any] = {
    "worker_timeout_seconds": 3,
    "max_batching_window_seconds": 1,
    "batch_size": 5,
    "max_receive_count": 3,
    "log_retention_days": 1,
    "failure_mode_cache_seconds": 1,
    "alarm_window_seconds": 60,
    "dlq_age_alarm_seconds": 60,
    "queue_age_alarm_seconds": 60,
    "queue_backlog_alarm_messages": 100,
}

# An execution takes several times as long as the same calls in one process, and the worker must see its end.
ORCHESTRATED_LAB_DEFAULTS: Mapping[str, Any] = {"worker_timeout_seconds": 6, "batch_size": 2}


def computed_defaults(parsed: Mapping[str, Any]) -> dict[str, Any]:
    """Defaults that hang on other settings. Raises SettingsError where a choice must be made."""
    env_name = parsed.get("env_name", "dev")
    values: dict[str, Any] = {"log_retention_days": 14, "auth_mode": "none"}
    if env_name == "lab":
        values |= {**LAB_DEFAULTS, **INTEGRATION_LAB_DEFAULTS}
        if parsed.get("topology") == "orchestrated":
            values |= ORCHESTRATED_LAB_DEFAULTS
    elif env_name in KEEPS_DATA:
        values["log_retention_days"] = 90
        if "auth_mode" not in parsed:
            raise SettingsError(f"authMode must be chosen in {env_name}: set authMode=apiKey or authMode=jwt")
    given = values | dict(parsed)
    values |= csv_defaults(given)
    values["queue_visibility_seconds"] = least_visibility_seconds(
        given.get("worker_timeout_seconds", Settings.worker_timeout_seconds),
        given.get("max_batching_window_seconds", Settings.max_batching_window_seconds),
    )
    return values
