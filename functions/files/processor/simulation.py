"""How the simulated API behaves: one SSM parameter, which a person changes while files run."""

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from functions.common.cached import Cached
from functions.common.clock import Clock
from functions.common.logs import get_logger

if TYPE_CHECKING:
    from mypy_boto3_ssm import SSMClient


@dataclass(frozen=True)
class Simulation:
    """`error_rate` is the share of calls that are answered 503, from 0 to 1; so is every call while `down`,
    and every call for a file whose key contains `failing`."""

    latency_min_milliseconds: float = 5
    latency_max_milliseconds: float = 30
    error_rate: float = 0.0
    down: bool = False
    failing: str = ""

    @classmethod
    def from_json(cls, text: str) -> "Simulation":
        """Raises ValueError, TypeError, KeyError or AttributeError if it is no object of these fields."""
        document: dict[str, Any] = json.loads(text)
        fields = {_FIELDS[name]: value for name, value in document.items()}
        simulation = cls(**fields)
        if not 0 <= simulation.latency_min_milliseconds <= simulation.latency_max_milliseconds:
            raise ValueError("latencies must be 0 or more, and the least not above the greatest")
        if not 0 <= simulation.error_rate <= 1:
            raise ValueError("errorRate must be from 0 to 1")
        if not isinstance(simulation.down, bool) or not isinstance(simulation.failing, str):
            raise TypeError("down must be true or false, and failing a text")
        return simulation


_FIELDS = {
    "latencyMinMilliseconds": "latency_min_milliseconds",
    "latencyMaxMilliseconds": "latency_max_milliseconds",
    "errorRate": "error_rate",
    "down": "down",
    "failing": "failing",
}


class SimulationReader:
    """Reads the parameter; a change is seen within `max_age_seconds`, between two batches.

    A lab control must not break what it controls: a text that says nothing sensible counts as the defaults,
    and while SSM does not answer the last known text stays. Both are logged as warnings.
    """

    def __init__(
        self, ssm: "SSMClient", parameter_name: str, clock: Clock, *, max_age_seconds: float
    ) -> None:
        self._ssm = ssm
        self._parameter_name = parameter_name
        self._simulation = Cached(
            self._load, max_age_seconds=max_age_seconds, clock=clock, initial=Simulation()
        )

    def read(self) -> Simulation:
        return self._simulation.get()

    def _load(self) -> Simulation:
        value = self._ssm.get_parameter(Name=self._parameter_name)["Parameter"]["Value"]
        try:
            return Simulation.from_json(value)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            get_logger().warning("unknown simulation ignored", simulation=value, reason=str(error))
            return Simulation()
