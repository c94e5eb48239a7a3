"""Simulated API that the CSV processor calls for each row: its behaviour, which an SSM parameter holds."""

import json
import time
from dataclasses import dataclass
from typing import Any

from functions.files.rounds.documents import to_document
from ops.lab.app.target import Target
from ops.lab.errors import CommandError
from ops.lab.files import function_settings


@dataclass(frozen=True, kw_only=True)
class ApiBehaviour:
    """The parameter's value. `failing`: rows of files whose key contains this text are refused for ever."""

    latency_min_milliseconds: int = 5
    latency_max_milliseconds: int = 30
    error_rate: float = 0.0
    down: bool = False
    failing: str = ""

    @classmethod
    def from_document(cls, document: dict[str, Any]) -> "ApiBehaviour":
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


HEALTHY = ApiBehaviour()


def read(target: Target) -> ApiBehaviour:
    """How it behaves now. Raises CommandError where the parameter holds something else."""
    name = target.output("CsvSimulatedApiParameter")
    value = target.ssm.get_parameter(Name=name)["Parameter"]["Value"]
    try:
        return ApiBehaviour.from_document(json.loads(value))
    except (ValueError, KeyError, TypeError) as error:
        raise CommandError(
            f"{name} holds no behaviour of the API: {error!r}", hint="put it right: lab files api --healthy"
        ) from error


def put(target: Target, behaviour: ApiBehaviour) -> None:
    """Set how it behaves. Functions that run see it once their copy has expired."""
    target.ssm.put_parameter(
        Name=target.output("CsvSimulatedApiParameter"),
        Value=json.dumps(to_document(behaviour)),
        Type="String",
        Overwrite=True,
    )


def wait_until_noticed(target: Target) -> None:
    """Return once every warm function has read the parameter again.

    No call shows what a function remembers, so this waits for a time and not a condition.
    """
    time.sleep(function_settings.processor(target).simulated_api_cache_seconds)
