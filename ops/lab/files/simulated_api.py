"""The simulated API that the CSV processor calls for each row: how it behaves, by an SSM parameter."""

import json
import time
from dataclasses import fields

from functions.files.environment import CsvProcessorEnvironment
from functions.files.processor.api_behaviour import ApiBehaviour
from functions.files.rounds.task import camel_case
from ops.lab.app.target import Target
from ops.lab.errors import LabError
from ops.lab.files.variables import variables_of

HEALTHY = ApiBehaviour()


def read(target: Target) -> ApiBehaviour:
    """How it behaves now. Raises LabError where the parameter holds something else."""
    name = target.output("CsvSimulatedApiParameter")
    value = target.ssm.get_parameter(Name=name)["Parameter"]["Value"]
    try:
        document = json.loads(value)
        return ApiBehaviour(**{each.name: document[camel_case(each.name)] for each in fields(ApiBehaviour)})
    except (ValueError, KeyError, TypeError) as error:
        raise LabError(
            f"{name} holds no behaviour of the API: {error!r}", hint="put it right: lab csv api --healthy"
        ) from error


def put(target: Target, behaviour: ApiBehaviour) -> None:
    """Set how it behaves. Functions that run see it once their copy has expired."""
    target.ssm.put_parameter(
        Name=target.output("CsvSimulatedApiParameter"),
        Value=behaviour.to_json(),
        Type="String",
        Overwrite=True,
    )


def wait_until_noticed(target: Target) -> None:
    """Return once every warm function has read the parameter anew.

    Nothing tells from outside what a function remembers, so this waits for a time and not a condition.
    """
    environment = variables_of(target, "CsvFunctionName", CsvProcessorEnvironment)
    time.sleep(environment.simulated_api_cache_seconds)
