"""Failure mode: one SSM parameter that breaks the pipeline on purpose."""

from enum import StrEnum
from typing import TYPE_CHECKING, Self

from functions.common import clients
from functions.common.cached import Cached
from functions.common.clock import Clock, system_clock
from functions.common.logs import get_logger

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient


class FailureMode(StrEnum):
    """A mode's declaration: its name, what happens in it, and the functions that notice it.

    The functions' own code honours it where they would really fail: `publish.publisher`,
    `processor.processing` and `processor.downstream`. Nothing that they log, store or announce names it.
    """

    meaning: str
    noticed_by: tuple[
        str, ...
    ]  # by the names of the app: which of them are deployed is the topology's matter

    def __new__(cls, name: str, meaning: str = "", *noticed_by: str) -> Self:
        mode = str.__new__(cls, name)
        mode._value_ = name
        mode.meaning = meaning
        mode.noticed_by = noticed_by
        return mode

    NONE = "none", "events succeed"
    POISON_PAYLOAD = (
        "poison_payload",
        "the worker raises SchemaValidationError: retries, then the DLQ",
        *("worker", "processor"),
    )
    SLOW_DOWNSTREAM = (
        "slow_downstream",
        "the worker outlasts its timeout and is killed; messages reappear after their visibility timeout",
        *("worker", "processor"),
    )
    RANDOM_FAIL_P30 = (
        "random_fail_p30",
        "three in ten records fail; the partial batch response spares the others",
        *("worker", "processor"),
    )
    DUPLICATE_SUBMIT = (
        "duplicate_submit",
        "ingest queues every event twice under one key; it is processed once",
        *("ingest", "publish"),
    )
    DOWNSTREAM_OUTAGE = (
        "downstream_outage",
        "every record fails until healed; after three the downstream's circuit opens, and they fail at once",
        *("worker", "processor"),
    )


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
