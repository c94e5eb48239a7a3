"""Reader of the failure mode: when it asks SSM, and what counts where SSM does not answer."""

from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from functions.ingestion.failure_mode import FailureMode
from functions.ingestion.failure_mode_reader import FailureModeReader
from tests.functions.doubles import FakeClock, StubClient, client_error

MAX_AGE_SECONDS = 3.0


class Parameter:
    """An SSM that answers with `value`, or raises it."""

    def __init__(self, value: str | Exception) -> None:
        self.value = value
        self.client: Any = StubClient(get_parameter=self._get)

    def _get(self, **_: Any) -> Any:
        if isinstance(self.value, Exception):
            raise self.value
        return {"Parameter": {"Value": self.value}}


def reader_of(parameter: Parameter, clock: FakeClock) -> FailureModeReader:
    return FailureModeReader(parameter.client, "p", clock, max_age_seconds=MAX_AGE_SECONDS)


@pytest.mark.parametrize("mode", list(FailureMode))
def test_reads_every_mode(mode: FailureMode, clock: FakeClock) -> None:
    assert reader_of(Parameter(mode.value), clock).read() is mode


def test_asks_ssm_once_within_the_cache_age_and_sees_a_change_after_it(clock: FakeClock) -> None:
    parameter = Parameter("poison_payload")
    reader = reader_of(parameter, clock)
    reader.read()
    parameter.value = "none"
    clock.advance(MAX_AGE_SECONDS - 0.1)
    assert reader.read() is FailureMode.POISON_PAYLOAD
    assert len(parameter.client.calls) == 1
    clock.advance(0.1)
    assert reader.read() is FailureMode.NONE


def test_an_unknown_value_counts_as_none(clock: FakeClock) -> None:
    assert reader_of(Parameter("POISON"), clock).read() is FailureMode.NONE


@pytest.mark.parametrize(
    "error", [client_error("ThrottlingException"), EndpointConnectionError(endpoint_url="http://x")]
)
def test_without_ssm_the_last_known_mode_stays(error: Exception, clock: FakeClock) -> None:
    parameter = Parameter("downstream_outage")
    reader = reader_of(parameter, clock)
    reader.read()
    parameter.value = error
    clock.advance(MAX_AGE_SECONDS)
    assert reader.read() is FailureMode.DOWNSTREAM_OUTAGE


def test_without_ssm_from_the_start_there_is_no_fault_and_no_call_per_record(clock: FakeClock) -> None:
    parameter = Parameter(client_error("InternalServerError", 500))
    reader = reader_of(parameter, clock)
    assert [reader.read(), reader.read()] == [FailureMode.NONE, FailureMode.NONE]
    assert len(parameter.client.calls) == 1
