"""Failure mode: one SSM parameter that breaks the pipeline on purpose."""

from enum import StrEnum
from typing import TYPE_CHECKING

from functions.common import clients
from functions.common.cached import Cached
from functions.common.clock import Clock, system_clock
from functions.common.logs import get_logger

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient


class FailureMode(StrEnum):
    """Where each is honoured is where one reads how: `publish.publisher` and `processor.downstream`."""

    NONE = "none"
    POISON_PAYLOAD = "poison_payload"
    SLOW_DOWNSTREAM = "slow_downstream"
    RANDOM_FAIL_P30 = "random_fail_p30"
    DUPLICATE_SUBMIT = "duplicate_submit"
    DOWNSTREAM_OUTAGE = "downstream_outage"


class FailureModeReader:
    """Reads the mode; a change is seen within `max_age_seconds`, which is the lag of a drill.

    A lab control must not break what it controls: an unknown value counts as `none`, and while SSM does not
    answer the last known mode stays, or `none`. Both are logged as warnings.
    """

    def __init__(
        self, ssm: "SSMClient", parameter_name: str, clock: Clock, *, max_age_seconds: float
    ) -> None:
        self._ssm = ssm
        self._parameter_name = parameter_name
        self._mode = Cached(
            self._load, max_age_seconds=max_age_seconds, clock=clock, initial=FailureMode.NONE
        )

    def read(self) -> FailureMode:
        return self._mode.get()

    def _load(self) -> FailureMode:
        value = self._ssm.get_parameter(Name=self._parameter_name)["Parameter"]["Value"]
        try:
            return FailureMode(value)
        except ValueError:
            get_logger().warning("unknown failure mode ignored", failureMode=value)
            return FailureMode.NONE


def deployed_modes(parameter_name: str, cache_seconds: int) -> FailureModeReader:
    """The reader of a deployed function, from its environment's two variables."""
    return FailureModeReader(
        clients.ssm(clients.BEST_EFFORT), parameter_name, system_clock, max_age_seconds=cache_seconds
    )
