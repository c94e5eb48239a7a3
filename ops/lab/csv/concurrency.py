"""How many processing functions may run at once, as the scaler has set it, and its bounds."""

from dataclasses import dataclass

from ops.lab.errors import NotUp
from ops.lab.target import Target

# Of the scaler's environment.
_LEAST, _MOST = "MIN_CONCURRENCY", "MAX_CONCURRENCY"


@dataclass(frozen=True)
class Bounds:
    """The scaler stays between these, both included."""

    least: int
    most: int


def bounds(target: Target) -> Bounds:
    """As the scaler's variables say. Raises NotUp where another version of the app is deployed."""
    name = target.output("CsvScalerFunctionName")
    variables = target.functions.get_function_configuration(FunctionName=name)["Environment"]["Variables"]
    try:
        return Bounds(int(variables[_LEAST]), int(variables[_MOST]))
    except (KeyError, ValueError) as error:
        raise NotUp(f"the scaler is of another version: {error!r}", hint="deploy this one: lab up") from error
