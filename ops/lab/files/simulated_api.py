"""Simulated API that the CSV processor calls for each row: its behaviour, which an SSM parameter holds."""

import json
import time
from dataclasses import fields

from functions.common.camel_case import camel_case
from functions.files.processor.api_behaviour import ApiBehaviour
from ops.lab.app.target import Target
from ops.lab.errors import CommandError
from ops.lab.files import function_settings

HEALTHY = ApiBehaviour()


def read(target: Target) -> ApiBehaviour:
    """How it behaves now. Raises CommandError where the parameter holds something else."""
    name = target.output("CsvSimulatedApiParameter")
    value = target.ssm.get_parameter(Name=name)["Parameter"]["Value"]
    try:
        document = json.loads(value)
        return ApiBehaviour(**{each.name: document[camel_case(each.name)] for each in fields(ApiBehaviour)})
    except (ValueError, KeyError, TypeError) as error:
        raise CommandError(
            f"{name} holds no behaviour of the API: {error!r}", hint="put it right: lab files api --healthy"
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
    """Return once every warm function has read the parameter again.

    No call shows what a function remembers, so this waits for a time and not a condition.
    """
    time.sleep(function_settings.processor(target).simulated_api_cache_seconds)
