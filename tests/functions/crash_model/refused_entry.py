"""An entry of a PutEvents that EventBridge refuses, with status 200.

EventBridge user guide, "Handling failures with PutEvents".
"""

import json
from collections.abc import Callable
from typing import Any

from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.compat import HTTPHeaders
from moto.core.botocore_stubber import MockRawResponse

from tests.functions.crash_model.call import json_body

_REFUSAL = {"ErrorCode": "ThrottlingException", "ErrorMessage": "refused"}


def refuse_an_entry(request: AWSPreparedRequest, deliver: Callable[[], AWSResponse | None]) -> AWSResponse:
    """Deliver the others, and answer for all of them. It is the one in the middle, so that neither the first
    nor the last answer can be taken for it."""
    sent, parameters = request.body, json_body(request)
    entries = parameters["Entries"]
    middle = len(entries) // 2
    del entries[middle]
    results: list[dict[str, Any]] = []
    if entries:
        request.body = json.dumps(parameters).encode()
        response = deliver()
        assert response is not None
        results = json.loads(response.content)["Entries"]
        request.body = sent  # what the function asked for
    results.insert(middle, _REFUSAL)
    answer = {"FailedEntryCount": 1, "Entries": results}
    return AWSResponse(request.url, 200, HTTPHeaders(), MockRawResponse(json.dumps(answer)))
