"""Raw call: any operation of any AWS service, by the names that AWS's own command line uses for them."""

import difflib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import jmespath
from botocore import xform_name
from botocore.exceptions import DataNotFoundError, ParamValidationError, UnknownServiceError
from botocore.model import OperationModel, ServiceModel, Shape

from ops.lab.app.target import Target
from ops.lab.errors import CommandError, Refused

# Verbs of operations that change nothing, in AWS's naming.
_READING = (
    "BatchGet",
    "Describe",
    "Filter",
    "Get",
    "Head",
    "List",
    "Lookup",
    "Query",
    "Scan",
    "Search",
    "Test",
)

# Types whose value is written as it is: of a blob, botocore sends the text's bytes.
_TEXTS = ("string", "blob")


@dataclass(frozen=True)
class RawCall:
    """An operation and its parameters, as the service's description has them."""

    service: str
    operation: str
    parameters: Mapping[str, Any]

    @property
    def only_reads(self) -> bool:
        """Whether the operation's name says that it changes nothing."""
        return self.operation.startswith(_READING)

    def make(self, target: Target) -> dict[str, Any]:
        """The answer, less its metadata. Raises CommandError where a parameter is missing, or of a wrong
        type."""
        method = getattr(target.client(self.service), xform_name(self.operation))
        try:
            answer: dict[str, Any] = method(**self.parameters)
        except ParamValidationError as error:
            raise CommandError(
                str(error), hint=f"the parameters of {self.operation} are in AWS's API reference"
            ) from error
        return {name: value for name, value in answer.items() if name != "ResponseMetadata"}


def parse_call(target: Target, service: str, operation: str, given: Sequence[str]) -> RawCall:
    """The call that a person wrote: `list-rules` or `ListRules`; parameters as `Name=value`, or as one JSON
    object. Raises Refused for what AWS does not have, with what is near to it."""
    model = _model(target, service)
    names = {xform_name(name, "-"): name for name in model.operation_names}
    wanted = operation if operation in model.operation_names else names.get(operation)
    if wanted is None:
        near = difflib.get_close_matches(xform_name(operation, "-"), names, n=4)
        raise Refused(
            f"{service} has no operation {operation}", hint=f"near to it: {', '.join(near) or 'none'}"
        )
    return RawCall(service, wanted, _parameters(model.operation_model(wanted), given))


def search(answer: Mapping[str, Any], query: str) -> Any:
    """What a JMESPath expression finds in an answer. Raises Refused for what is no expression."""
    try:
        return jmespath.search(query, answer)
    except jmespath.exceptions.JMESPathError as error:
        raise Refused(f"--query {query}: {error}", hint="as in AWS's command line: 'Rules[].Name'") from error


def _model(target: Target, service: str) -> ServiceModel:
    try:
        found: ServiceModel = target.client(service).meta.service_model
    except (UnknownServiceError, DataNotFoundError) as error:
        raise Refused(
            f"there is no service {service}", hint="for example: events, logs, cloudwatch, sqs, lambda"
        ) from error
    return found


def _parameters(operation: OperationModel, given: Sequence[str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    members: Mapping[str, Shape] = getattr(operation.input_shape, "members", {})
    for argument in given:
        if argument.lstrip().startswith("{"):
            found |= _json(argument, argument)
            continue
        name, separator, text = argument.partition("=")
        if not separator or name not in members:
            raise Refused(
                f"{operation.name} has no parameter {name}",
                hint=f"as Name=value, of: {', '.join(members) or 'it takes none'}",
            )
        found[name] = text if members[name].type_name in _TEXTS else _json(text, argument)
    return found


def _json(text: str, argument: str) -> Any:
    try:
        return json.loads(text)
    except ValueError as error:
        raise Refused(
            f"{argument} is no JSON: {error}", hint='quote it for the shell: \'{"Name": "x"}\''
        ) from error
