"""Operations of the apigatewayv2 API, what they share.

The body as sent, the API it is about, the answer in AWS's names and the refusals with AWS's codes.
"""

import json
import threading
from typing import Any

from botocore.parsers import create_parser
from localstack.aws.api import CommonServiceException, RequestContext
from moto.apigatewayv2.models import Api, apigatewayv2_backends

# Held from the look whether a name is taken until it is: two requests may come at once.
TAKING_NAME = threading.Lock()


def wire_body(context: RequestContext) -> dict[str, Any]:
    """Return the JSON body with its lowerCamelCase names, which is how moto keeps its objects."""
    body: dict[str, Any] = json.loads(context.request.get_data() or b"{}")
    return body


def api_of(context: RequestContext, api_id: str) -> Api:
    """Return moto's object for the API, or raise NotFoundException."""
    api = apigatewayv2_backends[context.account_id][context.region].apis.get(api_id)
    if api is None:
        raise not_found("API", api_id)
    return api


def child_of(children: dict[str, Any], kind: str, identifier: str) -> Any:
    """Return one of an API's routes, stages, ..., or raise NotFoundException."""
    if identifier not in children:
        raise not_found(kind, identifier)
    return children[identifier]


def answer(context: RequestContext, wire: dict[str, Any]) -> dict[str, Any]:
    """Rename what moto keeps, lowerCamelCase, to the members of the operation's output shape."""
    response = {"status_code": 200, "headers": {}, "body": json.dumps(wire).encode()}
    parsed: dict[str, Any] = create_parser("rest-json").parse(response, context.operation.output_shape)
    parsed.pop("ResponseMetadata", None)
    return parsed


def bad_request(message: str) -> CommonServiceException:
    return CommonServiceException("BadRequestException", message, status_code=400)


def not_found(kind: str, identifier: str) -> CommonServiceException:
    message = f"Invalid {kind} identifier specified {identifier}"
    return CommonServiceException("NotFoundException", message, status_code=404)


def conflict(message: str) -> CommonServiceException:
    return CommonServiceException("ConflictException", message, status_code=409)


def not_emulated(what: str) -> CommonServiceException:
    """Refuse what AWS has and this emulator has not, rather than accept and ignore it."""
    return bad_request(f"{what} is not emulated by the DLQ Reliability Lab; AWS supports it.")
