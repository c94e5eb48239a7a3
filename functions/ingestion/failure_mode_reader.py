"""Reader of the failure mode: one SSM parameter, remembered for a while."""

from typing import TYPE_CHECKING

from functions.common import clients
from functions.common.cached import Cached
from functions.common.clock import Clock, system_clock
from functions.common.logs import get_logger
from functions.ingestion.failure_mode import FailureMode

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient


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
