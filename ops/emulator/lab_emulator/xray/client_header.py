"""Tracing header of calls that services of the emulator make for their callers: a parameter that botocore
does not know, which becomes the HTTP header."""

from typing import Any

from botocore.client import BaseClient

TRACE_HEADER = "X-Amzn-Trace-Id"


def accept_trace_header(client: BaseClient) -> None:
    """Let each call of the client be given TRACE_HEADER among its parameters."""
    service = client.meta.service_model.service_id.hyphenize()
    client.meta.events.register(f"provide-client-params.{service}", _keep)
    client.meta.events.register(f"before-call.{service}", _send)


def _keep(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    context[TRACE_HEADER] = params.pop(TRACE_HEADER, "")


def _send(params: dict[str, Any], context: dict[str, Any], **_: Any) -> None:
    if header := context.pop(TRACE_HEADER, ""):
        params["headers"][TRACE_HEADER] = header
