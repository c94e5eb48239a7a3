"""The deployed functions' environment variables, as the model that the functions read them by."""

from typing import TypeVar

from functions.common.environment import Environment, InvalidEnvironmentError, from_variables
from functions.files.environment import ScalerEnvironment
from ops.lab.app.target import Target
from ops.lab.errors import NotUp

Model = TypeVar("Model", bound=Environment)


def variables_of(target: Target, output: str, model: type[Model]) -> Model:
    """Of the function that stack output `output` names. Raises NotUp where another version is deployed."""
    name = target.output(output)
    configuration = target.functions.get_function_configuration(FunctionName=name)
    try:
        return from_variables(model, configuration["Environment"]["Variables"])
    except InvalidEnvironmentError as error:
        raise NotUp(f"{name} is of another version: {error}", hint="deploy this one: lab up") from error


def scaler(target: Target) -> ScalerEnvironment:
    """Among others, the bounds of how many files are processed at a time."""
    return variables_of(target, "CsvScalerFunctionName", ScalerEnvironment)
