"""Breaking the pipeline, and waiting until that is noticed."""

import pytest

from functions.common.environment import to_variables
from functions.ingestion.environment import WorkerEnvironment
from ops.lab.app import failure_mode
from ops.lab.app.target import Target
from ops.lab.errors import NotUp
from tests.functions.doubles import StubClient

WORKER = WorkerEnvironment(
    table_name="state",
    bus_name="bus",
    failure_mode_parameter="/mode",
    failure_mode_cache_seconds=2,
    ttl_days=7,
    lease_seconds=6,
    max_receive_count=3,
    event_schema="v1",
)


@pytest.fixture
def variables(target: Target) -> dict[str, str]:
    """The variables of the worker as it is deployed; a test may change them."""
    variables = to_variables(WORKER)
    target.stacks().outputs["WorkerFunctionName"] = "worker"
    target.__dict__["functions"] = StubClient(
        get_function_configuration=lambda FunctionName: {"Environment": {"Variables": variables}}
    )
    return variables


@pytest.mark.usefixtures("variables")
def test_waits_for_as_long_as_the_deployed_functions_remember(
    target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits: list[float] = []
    monkeypatch.setattr("ops.lab.app.failure_mode.time.sleep", waits.append)
    failure_mode.wait_until_noticed(target)
    assert waits == [2]


def test_a_worker_of_another_version_is_named_and_not_guessed_at(
    target: Target, variables: dict[str, str]
) -> None:
    del variables["FAILURE_MODE_CACHE_SECONDS"]
    with pytest.raises(NotUp, match="FAILURE_MODE_CACHE_SECONDS"):
        failure_mode.wait_until_noticed(target)
