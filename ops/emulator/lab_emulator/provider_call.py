"""Call of a service's provider inside the process, with neither a request nor a client.

What a client of botocore's does to call LocalStack from within LocalStack (build a request, sign it, find out
again what it asks for, serialize the answer and parse it) took longer than what was called.
"""

from collections.abc import Mapping
from typing import Any

from localstack.aws.api import RequestContext
from localstack.aws.spec import load_service
from localstack.http import Request
from localstack.services.plugins import SERVICE_PLUGINS
from localstack.utils.aws.arns import get_partition, parse_arn
from localstack.utils.xray.trace_header import TraceHeader


def call(
    service: str, operation: str, arn: str, parameters: Mapping[str, Any], trace_header: str = ""
) -> dict[str, Any]:
    """Answer of `operation` in the account and region of `arn`, as part of that trace or of a new one.

    Blobs that the API streams are files in `parameters`, and what the provider has of them in the answer.
    A member that has no value is absent. Raises ServiceException.
    """
    context = _context(service, operation, arn, parameters)
    context.trace_context["aws_trace_header"] = TraceHeader.from_header_str(trace_header).ensure_root_exists()
    table = SERVICE_PLUGINS.require(service).skeleton.dispatch_table
    return _present(table[operation](context, context.service_request) or {})


def _context(service: str, operation: str, arn: str, parameters: Mapping[str, Any]) -> RequestContext:
    """The context that the handlers of a request would have made, those of an internal one."""
    parts = parse_arn(arn)
    context = RequestContext(Request())
    context.service = load_service(service)
    context.operation = context.service.operation_model(operation)
    context.protocol = context.service.protocol
    context.account_id, context.region = parts["account"], parts["region"]
    context.partition = get_partition(context.region)
    context.internal_request_params = {}
    context.service_request = dict(parameters)
    return context


def _present(value: Any) -> Any:
    """The value without members that are None: providers write them, and the serializer leaves them out."""
    if isinstance(value, dict):
        return {name: _present(each) for name, each in value.items() if each is not None}
    if isinstance(value, list):
        return [_present(each) for each in value]
    return value
