"""Settings: defaults, parsing, and every contradiction, without a synth."""

import re
from typing import Any

import pytest

from infra.settings import Settings
from infra.synth_errors import SettingsError

PROD = {"envName": "prod", "authMode": "apiKey"}
ORCHESTRATED = {"topology": "orchestrated"}
JWT = {"authMode": "jwt", "jwtIssuer": "https://issuer.example.com/", "jwtAudience": "lab"}


def test_defaults_are_those_of_the_design() -> None:
    settings = Settings.from_values({})
    assert (settings.env_name, settings.auth_mode, settings.use_kms_cmk) == ("dev", "none", False)
    assert (settings.max_receive_count, settings.batch_size, settings.max_batching_window_seconds) == (
        5,
        10,
        2,
    )
    assert settings.worker_timeout_seconds == 30
    assert settings.queue_visibility_seconds == 6 * 30 + 2
    assert settings.ttl_days == 14
    assert settings.failure_mode_parameter == "/ingestion/failure_mode"
    assert settings.failure_mode_cache_seconds == 5


def test_visibility_follows_the_worker_timeout_and_the_window() -> None:
    settings = Settings.from_values({"workerTimeoutSeconds": 10, "maxBatchingWindowSeconds": 5})
    assert settings.queue_visibility_seconds == 65


def test_lab_has_shorter_clocks_than_dev() -> None:
    dev, lab = Settings.from_values({}), Settings.from_values({"envName": "lab"})
    assert lab.queue_visibility_seconds * lab.max_receive_count <= 60
    assert lab.alarm_window_seconds < dev.alarm_window_seconds
    assert lab.failure_mode_cache_seconds == 1
    assert lab.dlq_age_alarm_seconds < dev.dlq_age_alarm_seconds


def test_what_is_given_overrides_the_clocks_of_lab() -> None:
    settings = Settings.from_values({"envName": "lab", "workerTimeoutSeconds": 7, "alarmWindowSeconds": 120})
    assert (settings.worker_timeout_seconds, settings.queue_visibility_seconds) == (7, 43)
    assert settings.alarm_window_seconds == 120


@pytest.mark.parametrize("env_name", ["prod", "staging"])
def test_data_is_kept_only_where_it_matters(env_name: str) -> None:
    assert Settings.from_values(PROD | {"envName": env_name}).keeps_data
    assert not Settings.from_values({}).keeps_data


@pytest.mark.parametrize("timeout_seconds", [1, 3, 30, 900])
def test_a_lease_outlives_an_attempt_and_ends_well_before_the_message_returns(timeout_seconds: int) -> None:
    settings = Settings.from_values({"workerTimeoutSeconds": timeout_seconds})
    assert timeout_seconds < settings.lease_seconds <= settings.queue_visibility_seconds / 3


@pytest.mark.parametrize("timeout_seconds", [3, 4, 5, 6, 30, 450])
def test_a_step_ends_before_its_execution_and_that_before_the_worker_and_all_within_the_lease(
    timeout_seconds: int,
) -> None:
    settings = Settings.from_values(ORCHESTRATED | {"workerTimeoutSeconds": timeout_seconds})
    assert 1 <= settings.step_timeout_seconds < settings.execution_timeout_seconds < timeout_seconds
    assert settings.execution_timeout_seconds <= 300
    assert settings.execution_timeout_seconds + settings.step_timeout_seconds < settings.lease_seconds


def test_the_share_is_all_unless_it_is_set_and_nothing_where_there_is_no_workflow() -> None:
    assert Settings.from_values(ORCHESTRATED).orchestrated_share_percent == 100
    assert Settings.from_values(ORCHESTRATED | {"orchestratedPercent": 0}).orchestrated_share_percent == 0
    assert not Settings.from_values({}).orchestrated


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [("batchSize", "7", 7), ("batchSize", 7, 7), ("useKmsCmk", "true", True), ("useKmsCmk", False, False)],
)
def test_json_and_command_line_mean_the_same(key: str, value: Any, expected: Any) -> None:
    assert expected in vars(Settings.from_values({key: value})).values()


@pytest.mark.parametrize(
    "key", ["@aws-cdk/core:target-partitions", "aws:cdk:enable-path-metadata", "cli-telemetry"]
)
def test_keys_of_the_cdk_are_left_alone(key: str) -> None:
    class Node:
        def get_all_context(self) -> dict[str, Any]:
            return {key: True, "envName": "lab"}

    assert Settings.from_context(Node()).env_name == "lab"  # type: ignore[arg-type]  # a stand-in for jsii's


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"batchsize": 5}, "unknown context key 'batchsize': did you mean batchSize?"),
        ({"zzz": 5}, "unknown context key 'zzz'"),
        ({"envName": "test"}, "envName must be one of dev, prod, lab, staging"),
        ({"batchSize": "ten"}, "batchSize must be a whole number, not 'ten'"),
        ({"batchSize": "10.5"}, "batchSize must be a whole number"),
        ({"batchSize": True}, "batchSize must be a whole number"),
        ({"batchSize": None}, "batchSize must be a whole number"),
        ({"useKmsCmk": "yes"}, "useKmsCmk must be true or false"),
        ({"useKmsCmk": 1}, "useKmsCmk must be true or false"),
        ({"alarmEmail": ""}, "alarmEmail must be a non-empty text"),
        ({"batchSize": 0}, "batchSize must be between 1 and 10000"),
        ({"maxReceiveCount": 1001}, "maxReceiveCount must be between 1 and 1000"),
        ({"workerTimeoutSeconds": 901}, "workerTimeoutSeconds must be between 1 and 900"),
        ({"workerMaxConcurrency": 1}, "workerMaxConcurrency must be between 2 and 1000"),
        ({"orchestratedPercent": 10}, "orchestratedPercent=10 needs topology=orchestrated"),
        (ORCHESTRATED | {"orchestratedPercent": 101}, "orchestratedPercent must be between 0 and 100"),
        (ORCHESTRATED | {"workerTimeoutSeconds": 2}, "workerTimeoutSeconds must be between 3 and 450"),
        (ORCHESTRATED | {"workerTimeoutSeconds": 451}, "workerTimeoutSeconds must be between 3 and 450"),
        ({"eventSchema": "v3"}, "eventSchema must be one of v1, v2, v2-compatible, not 'v3'"),
        ({"ttlDays": 0}, "ttlDays must be between 1 and 365"),
        ({"failureModeCacheSeconds": 0}, "failureModeCacheSeconds must be between 1 and 300"),
        ({"logRetentionDays": 8}, "logRetentionDays must be one of 1, 3, 5"),
        ({"alarmEmail": "nobody"}, "alarmEmail must be one e-mail address"),
        ({"alarmEmail": "a@example.com,b@example.com"}, "alarmEmail must be one e-mail address"),
        ({"webhookUrl": "ftp://example.com"}, "webhookUrl must be an http or https URL"),
        ({"corsOrigin": "https://example.com/"}, "corsOrigin must be one origin"),
        ({"corsOrigin": "*"}, "corsOrigin must be one origin"),
        ({"failureModeParameter": "failure_mode"}, "failureModeParameter must be a path"),
        ({"failureModeParameter": "/aws/mode"}, "failureModeParameter must be a path"),
        ({"queueVisibilitySeconds": 181}, "queueVisibilitySeconds is 181: set it to at least 182"),
        ({"workerTimeoutSeconds": 60, "queueVisibilitySeconds": 182}, "set it to at least 362"),
        ({"batchSize": 11, "maxBatchingWindowSeconds": 0}, "needs maxBatchingWindowSeconds of at least 1"),
        ({"dlqRetentionSeconds": 345_600}, "dlqRetentionSeconds must exceed queueRetentionSeconds"),
        ({"ttlDays": 13}, "ttlDays is 13: set it to at least 14 (as long as dlqRetentionSeconds"),
        ({"ttlDays": 7, "dlqRetentionSeconds": 604_801}, "ttlDays is 7: set it to at least 8"),
        ({"workerMaxConcurrency": 5, "reservedConcurrency": 4}, "exceeds reservedConcurrency 4"),
        ({"kmsAlias": "alias/mine"}, "set useKmsCmk=true"),
        ({"useKmsCmk": True, "kmsAlias": "alias/aws/sqs"}, "kmsAlias must look like alias/my-key"),
        ({"envName": "prod"}, "authMode must be chosen in prod"),
        ({"envName": "staging"}, "authMode must be chosen in staging"),
        (PROD | {"authMode": "none"}, "authMode=none leaves the API open in prod"),
        ({"authMode": "jwt"}, "authMode=jwt needs both jwtIssuer and jwtAudience"),
        (JWT | {"jwtIssuer": "http://issuer.example.com"}, "jwtIssuer must be an https URL"),
        ({"jwtAudience": "lab"}, "need authMode=jwt"),
        ({"alarmPeriodSeconds": 90, "alarmWindowSeconds": 90}, "alarmPeriodSeconds must be a multiple of 60"),
        ({"alarmPeriodSeconds": 10}, "alarmPeriodSeconds must be between 60 and 86400"),
        ({"alarmWindowSeconds": 30}, "alarmWindowSeconds must be between 60 and 86400"),
        ({"alarmPeriodSeconds": 120}, "alarmWindowSeconds (300) must be a multiple of alarmPeriodSeconds"),
    ],
)
def test_a_wrong_setting_is_refused_in_one_line_that_names_it(values: dict[str, Any], words: str) -> None:
    with pytest.raises(SettingsError, match=re.escape(words)) as caught:
        Settings.from_values(values)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "values",
    [
        PROD,
        JWT,
        {"orchestratedPercent": 0},
        {"corsOrigin": "http://localhost:8080"},
        {"webhookUrl": "http://127.0.0.1:9000/hook"},
        {"useKmsCmk": True, "kmsAlias": "alias/mine"},
        {"workerMaxConcurrency": 4, "reservedConcurrency": 4},
        {"batchSize": 100, "maxBatchingWindowSeconds": 1},
        {"alarmPeriodSeconds": 120, "alarmWindowSeconds": 240},
        {"ttlDays": 7, "dlqRetentionSeconds": 604_800},
    ],
)
def test_what_fits_together_is_accepted(values: dict[str, Any]) -> None:
    Settings.from_values(values)
