"""Failure mode of the pipeline: set by its SSM parameter, reset by the function made for that."""

import json
import time

from functions.common.environment import InvalidEnvironmentError, from_variables
from functions.ingestion.environment import FailureModeEnvironment
from functions.ingestion.failure_mode import FailureMode
from ops.lab.app.function_names import FunctionName, deployed_functions
from ops.lab.app.target import Target
from ops.lab.errors import CommandError, NotUp
from ops.lab.waiting import eventually


def read_mode(target: Target) -> str:
    """The parameter's value now, which need not be a known mode."""
    answer = target.ssm.get_parameter(Name=target.output("FailureModeParameter"))
    return answer["Parameter"]["Value"]


def break_with(target: Target, mode: FailureMode) -> None:
    """Set the mode: see `wait_until_noticed`."""
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


def known_mode(target: Target) -> FailureMode:
    """The mode that is in force: a value which is no mode counts as none, as it does in the functions."""
    value = read_mode(target)
    return FailureMode(value) if value in list(FailureMode) else FailureMode.NONE


def noticing_functions(target: Target, *modes: FailureMode) -> list[FunctionName]:
    """The deployed functions which notice one of the modes, by its declaration."""
    names = {name for mode in modes for name in mode.noticed_by}
    return [function for function in deployed_functions(target) if function in names]


def wait_until_noticed(target: Target, *modes: FailureMode) -> None:
    """Return once every warm function that notices one of the modes has read the parameter again. `modes` are
    the one before and the one now.

    Nothing tells from outside what a function remembers, so this alone waits for a time and not a condition.
    Raises NotUp where another version of the app is deployed.
    """
    time.sleep(seconds_until_noticed(target, *modes))


def seconds_until_noticed(target: Target, *modes: FailureMode) -> int:
    """How long a warm function may remember the mode before. Raises NotUp for another version of the app."""
    functions = noticing_functions(target, *modes)
    return max((_cache_seconds(target, function) for function in functions), default=0)


def _cache_seconds(target: Target, function: FunctionName) -> int:
    configuration = target.functions.get_function_configuration(FunctionName=target.output(function.output))
    try:
        environment = from_variables(FailureModeEnvironment, configuration["Environment"]["Variables"])
    except InvalidEnvironmentError as error:
        raise NotUp(
            f"{function.value} is of another version: {error}", hint="deploy this one: lab up"
        ) from error
    return environment.failure_mode_cache_seconds


__all__ = [
    "FailureMode",
    "break_with",
    "heal",
    "known_mode",
    "noticing_functions",
    "read_mode",
    "seconds_until_noticed",
    "wait_until_noticed",
]
