"""Services that the model plays itself: SSM, whose moto takes a second to start, and Lambda's Invoke."""

import json
from collections.abc import Callable
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from moto.core.botocore_stubber import MockRawResponse

from tests.functions.crash_model.call import json_body

Answer = Callable[[dict[str, Any], AWSPreparedRequest], tuple[int, dict[str, Any]]]


def refusal(url: str) -> AWSResponse:
    """A service that is overloaded."""
    body = MockRawResponse('{"__type": "ServiceUnavailable", "message": "refused"}')
    return AWSResponse(url, 503, HTTPHeaders(), body)


class StandIns:
    """Answers by operation; what is not here goes to moto."""

    def __init__(self) -> None:
        self._answers: dict[str, Answer] = {}

    def add(self, operation: str, answer: Answer) -> None:
        """`operation` as botocore names it in events, e.g. `ssm.GetParameter`."""
        self._answers[operation] = answer

    def find(self, event_name: str, request: AWSPreparedRequest) -> Callable[[], AWSResponse] | None:
        answer = self._answers.get(event_name.removeprefix("before-send."))
        if answer is None:
            return None

        def deliver() -> AWSResponse:
            status, document = answer(json_body(request), request)
            body = MockRawResponse(json.dumps(document))
            return AWSResponse(request.url, status, HTTPHeaders(), body)

        return deliver
