"""Settings of the deployed functions: their environment variables, by the model that the functions read."""

from typing import TypeVar

from functions.common.environment import Environment, InvalidEnvironmentError, from_variables
from functions.files.environment import CsvProcessorEnvironment, ScalerEnvironment
from ops.lab.app.target import Target
from ops.lab.errors import NotUp

Model = TypeVar("Model", bound=Environment)


def _settings_of(target: Target, output: str, model: type[Model]) -> Model:
    """Of the function that stack output `output` names. Raises NotUp where another version is deployed."""
    name = target.output(output)
    configuration = target.functions.get_function_configuration(FunctionName=name)
    try:
        return from_variables(model, configuration["Environment"]["Variables"])
    except InvalidEnvironmentError as error:
        raise NotUp(f"{name} is of another version: {error}", hint="deploy this one: lab up") from error


def scaler(target: Target) -> ScalerEnvironment:
    """Settings of the scaler: among others, the bounds of how many files are processed at a time."""
    return _settings_of(target, "CsvScalerFunctionName", ScalerEnvironment)


def processor(target: Target) -> CsvProcessorEnvironment:
    """Settings of the processor: among others, how long it remembers what the simulated API is told."""
    return _settings_of(target, "CsvFunctionName", CsvProcessorEnvironment)
