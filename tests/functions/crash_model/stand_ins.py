"""What the model answers itself and not moto: SSM, whose moto takes a second to start, Lambda's Invoke, and
batches that SQS refuses for what one entry holds."""

import json
from collections.abc import Callable
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from moto.core.botocore_stubber import MockRawResponse

from tests.functions.crash_model.call import json_body

Answer = Callable[[dict[str, Any], AWSPreparedRequest], tuple[int, dict[str, Any]] | None]
"""HTTP status and document; None leaves the request to moto."""
Deliver = Callable[[], AWSResponse | None]


def refusal(url: str) -> AWSResponse:
    """A service that is overloaded."""
    body = MockRawResponse('{"__type": "ServiceUnavailable", "message": "refused"}')
    return AWSResponse(url, 503, HTTPHeaders(), body)


class StandIns:
    """Answers by operation; what has none goes to moto."""

    def __init__(self) -> None:
        self._answers: dict[str, Answer] = {}

    def add(self, operation: str, answer: Answer) -> None:
        """`operation` as botocore names it in events, e.g. `ssm.GetParameter`."""
        self._answers[operation] = answer

    def carry(self, event_name: str, request: AWSPreparedRequest, to_moto: Deliver) -> AWSResponse | None:
        """Answer a request, once it has arrived."""
        answer = self._answers.get(event_name.removeprefix("before-send."))
        answered = answer(json_body(request), request) if answer else None
        if answered is None:
            return to_moto()
        status, document = answered
        return AWSResponse(request.url, status, HTTPHeaders(), MockRawResponse(json.dumps(document)))
