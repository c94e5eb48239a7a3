"""Function that a mapping invokes."""

import json
from functools import cached_property
from typing import Any

from botocore.client import BaseClient
from botocore.config import Config
from botocore.exceptions import ClientError
from localstack.services.lambda_.event_source_mapping.pipe_utils import get_internal_client

from lab_emulator.xray.trace_header import TRACE_HEADER, accept_trace_header

MAX_FUNCTION_SECONDS = 900
"""The longest timeout that Lambda allows (Lambda developer guide, gettingstarted-limits)."""


class InvocationRefused(Exception):
    """Lambda did not take the invocation: throttled, function missing or not yet active, or failing."""


class FunctionFailed(Exception):
    """The function raised, timed out or exited; the message is its error payload."""


class TargetFunction:
    """Invokes one function synchronously. Safe to share between threads."""

    def __init__(self, arn: str) -> None:
        self.arn = arn

    @cached_property
    def _client(self) -> BaseClient:
        config = Config(retries={"total_max_attempts": 1}, read_timeout=MAX_FUNCTION_SECONDS + 5)
        client = get_internal_client(self.arn, client_config=config)
        accept_trace_header(client)
        return client

    def invoke(self, payload: bytes, trace_header: str) -> Any:
        """The function's result. Raises InvocationRefused or FunctionFailed.

        A result that is not JSON is returned as the text it is.
        """
        try:
            response = self._client.invoke(
                FunctionName=self.arn, Payload=payload, **{TRACE_HEADER: trace_header}
            )
        except ClientError as error:
            raise InvocationRefused(str(error)) from error
        result = response["Payload"].read().decode(errors="replace")
        if "FunctionError" in response:
            raise FunctionFailed(result)
        try:
            return json.loads(result)
        except ValueError:
            return result
