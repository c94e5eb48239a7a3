"""The simulated API that the CSV processor calls for each row: how it behaves, by an SSM parameter."""

import json
import time
from dataclasses import dataclass
from typing import Any

from functions.files.environment import CsvProcessorEnvironment
from functions.files.rounds.documents import to_document
from ops.lab.app.target import Target
from ops.lab.errors import LabError
from ops.lab.files.variables import variables_of


@dataclass(frozen=True, kw_only=True)
class Behaviour:
    """The parameter's value. `failing`: rows of files whose key contains this text are refused for ever."""

    latency_min_milliseconds: int = 5
    latency_max_milliseconds: int = 30
    error_rate: float = 0.0
    down: bool = False
    failing: str = ""

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> "Behaviour":
        return cls(
            latency_min_milliseconds=document["latencyMinMilliseconds"],
            latency_max_milliseconds=document["latencyMaxMilliseconds"],
            error_rate=document["errorRate"],
            down=document["down"],
            failing=document["failing"],
        )

    @property
    def healthy(self) -> bool:
        """Whether every row that it gets succeeds, sooner or later."""
        return not (self.down or self.error_rate or self.failing)


HEALTHY = Behaviour()


def read(target: Target) -> Behaviour:
    """How it behaves now. Raises LabError where the parameter holds something else."""
    name = target.output("CsvSimulatedApiParameter")
    value = target.ssm.get_parameter(Name=name)["Parameter"]["Value"]
    try:
        return Behaviour.from_document(json.loads(value))
    except (ValueError, KeyError, TypeError) as error:
        raise LabError(
            f"{name} holds no behaviour of the API: {error!r}", hint="put it right: lab csv api --healthy"
        ) from error


def put(target: Target, behaviour: Behaviour) -> None:
    """Set how it behaves. Functions that run see it once their copy has expired."""
    target.ssm.put_parameter(
        Name=target.output("CsvSimulatedApiParameter"),
        Value=json.dumps(to_document(behaviour)),
        Type="String",
        Overwrite=True,
    )


def wait_until_noticed(target: Target) -> None:
    """Return once every warm function has read the parameter anew.

    Nothing tells from outside what a function remembers, so this waits for a time and not a condition.
    """
    environment = variables_of(target, "CsvFunctionName", CsvProcessorEnvironment)
    time.sleep(environment.simulated_api_cache_seconds)
