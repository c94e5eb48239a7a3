"""Environment of a function: what infra renders is what it reads, and what is wrong is named."""

import pytest

from functions.common.environment import InvalidEnvironmentError, from_variables, to_variables
from functions.ingestion.environment import IngestEnvironment, WorkerEnvironment

WORKER = WorkerEnvironment(
    table_name="state",
    bus_name="bus",
    failure_mode_parameter="/mode",
    failure_mode_cache_seconds=5,
    ttl_days=7,
    lease_seconds=35,
    max_receive_count=5,
    event_schema="v1",
)


def test_what_infra_renders_is_what_the_function_reads() -> None:
    assert from_variables(WorkerEnvironment, to_variables(WORKER)) == WORKER


def test_a_default_applies_where_the_variable_is_not_set() -> None:
    variables = {"QUEUE_URL": "q", "FAILURE_MODE_PARAMETER": "/mode", "FAILURE_MODE_CACHE_SECONDS": "1"}
    assert from_variables(IngestEnvironment, variables).max_body_bytes == 1_000_000


@pytest.mark.parametrize(("name", "value"), [("TABLE_NAME", ""), ("TTL_DAYS", "seven")])
def test_a_missing_or_malformed_variable_is_named(name: str, value: str) -> None:
    with pytest.raises(InvalidEnvironmentError, match=name):
        from_variables(WorkerEnvironment, to_variables(WORKER) | {name: value})
