"""Operation on items, carried out by moto without a request.

Moto's own way to it takes apart the HTTP request once more (URL, form, headers, action, access key), lists
its methods, and answers with a response that LocalStack parses, and then serializes again: half of a GetItem.
What moto does with the parameters, and what it refuses, is unchanged.
"""

import json
from collections.abc import Mapping
from threading import RLock
from typing import Any

from localstack.aws.api import RequestContext
from localstack.aws.client import parse_response, raise_service_exception
from localstack.http import Response
from moto.dynamodb.responses import DynamoHandler
from werkzeug.exceptions import HTTPException

from lab_emulator.dynamodb.answers import as_asked

# The operations whose parameters and answers are texts, numbers and items, and the methods of moto's handler.
# An item is in JSON as moto keeps it: nothing in between has to read it.
METHODS = {
    "BatchGetItem": "batch_get_item",
    "BatchWriteItem": "batch_write_item",
    "DeleteItem": "delete_item",
    "GetItem": "get_item",
    "PutItem": "put_item",
    "Query": "query",
    "Scan": "scan",
    "TransactGetItems": "transact_get_items",
    "TransactWriteItems": "transact_write_items",
    "UpdateItem": "update_item",
}
_OK = 200


class ItemOperation:
    """One operation of METHODS, carried out while `lock` is held."""

    def __init__(self, name: str, lock: RLock) -> None:
        self._name = name
        self._method = METHODS[name]
        self._lock = lock

    def __call__(self, context: RequestContext, request: Mapping[str, Any]) -> Response:
        """Answer the request of `context`. Raises ServiceException as DynamoDB would refuse it."""
        handler = DynamoHandler()
        handler.current_account, handler.region = context.account_id, context.region
        handler.response_headers = {}
        handler.body = json.loads(context.request.get_data() or b"{}")
        with self._lock:
            said = self._said_by(handler)
        if not isinstance(said, str):
            _raise_refusal(context, said)
        known = context.operation.output_shape.members
        answer = {name: value for name, value in json.loads(said).items() if name in known}
        return _response(context, as_asked(self._name, request, answer))

    def _said_by(self, handler: DynamoHandler) -> str | tuple[int, Mapping[str, str], str]:
        try:
            return getattr(handler, self._method)()
        except HTTPException as refusal:
            return refusal.code, dict(refusal.get_headers()), refusal.description


def _raise_refusal(context: RequestContext, said: tuple[int, Mapping[str, str], str]) -> None:
    """Raise what LocalStack makes of such a response of moto's."""
    status, headers, body = said
    response = Response(body, status, headers)
    refusal = parse_response(context.operation, context.protocol, response, include_response_metadata=False)
    raise_service_exception(response, refusal)


def _response(context: RequestContext, answer: dict[str, Any]) -> Response:
    context.service_response = answer
    version = context.service.metadata["jsonVersion"]
    headers = {"Content-Type": f"application/x-amz-json-{version}", "x-amzn-RequestId": context.request_id}
    return Response(json.dumps(answer), _OK, headers)
