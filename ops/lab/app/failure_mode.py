"""Failure mode of the pipeline: set by its SSM parameter, reset by the function made for that."""

import json
import time

from functions.common.environment import InvalidEnvironmentError, from_variables
from functions.ingestion.environment import WorkerEnvironment
from functions.ingestion.failure_mode import FailureMode
from ops.lab.app.target import Target
from ops.lab.errors import CommandError, NotUp
from ops.lab.waiting import eventually

EXPECT = {
    FailureMode.NONE: "events succeed",
    FailureMode.POISON_PAYLOAD: "the worker refuses every message; each ends in the DLQ",
    FailureMode.SLOW_DOWNSTREAM: "the worker sleeps past its timeout; messages come back later",
    FailureMode.RANDOM_FAIL_P30: "three in ten records fail, the rest of a batch does not; retries repair it",
    FailureMode.DUPLICATE_SUBMIT: "every event is queued twice under one key; it is processed once",
    FailureMode.DOWNSTREAM_OUTAGE: "processing fails until healed; messages wait, or reach the DLQ",
}


def read_mode(target: Target) -> str:
    """The parameter's value now, which need not be a known mode."""
    answer = target.ssm.get_parameter(Name=target.output("FailureModeParameter"))
    return answer["Parameter"]["Value"]


def break_with(target: Target, mode: FailureMode) -> None:
    """Set the mode. The functions see it within `cache_seconds`."""
    target.ssm.put_parameter(
        Name=target.output("FailureModeParameter"), Value=mode.value, Type="String", Overwrite=True
    )


def heal(target: Target) -> None:
    """Invoke the reset function; return once the parameter says none. Raises CommandError where it fails."""
    name = target.output("ResetFunctionName")
    answer = target.functions.invoke(FunctionName=name)
    if "FunctionError" in answer:
        reason = json.loads(answer["Payload"].read() or b"{}").get("errorMessage", "no reason given")
        raise CommandError(f"the reset function failed: {reason}", hint="see its log: lab logs reset")
    eventually(
        lambda: read_mode(target),
        within=10,
        until=lambda mode: mode == FailureMode.NONE,
        what="the failure mode's reset",
        hint="see the log of the reset function: lab logs reset",
    )


def cache_seconds(target: Target) -> int:
    """How long the deployed functions remember the mode, by the worker's variables: all get one setting.

    Raises NotUp where another version of the app is deployed.
    """
    configuration = target.functions.get_function_configuration(
        FunctionName=target.output("WorkerFunctionName")
    )
    try:
        environment = from_variables(WorkerEnvironment, configuration["Environment"]["Variables"])
    except InvalidEnvironmentError as error:
        raise NotUp(f"the worker is of another version: {error}", hint="deploy this one: lab up") from error
    return environment.failure_mode_cache_seconds


def wait_until_noticed(target: Target) -> None:
    """Return once every warm function has read the mode again.

    Nothing tells from outside what a function remembers, so this alone waits for a time and not a condition.
    """
    time.sleep(cache_seconds(target))


__all__ = [
    "EXPECT",
    "FailureMode",
    "break_with",
    "cache_seconds",
    "heal",
    "read_mode",
    "wait_until_noticed",
]
