"""HEC's answers by their codes.

Source: Splunk Enterprise, Getting Data In, "Troubleshoot HTTP Event Collector", possible error codes:
https://help.splunk.com/en/splunk-enterprise/get-data-in/collect-http-event-data/troubleshoot-http-event-collector
"""

from enum import Enum
from typing import Any

from ops.lab.sinks.http.exchange import Answer


class HecAnswer(Enum):
    """HTTP status, code, text."""

    SUCCESS = (200, 0, "Success")
    TOKEN_REQUIRED = (401, 2, "Token is required")
    INVALID_AUTHORIZATION = (401, 3, "Invalid authorization")
    INVALID_TOKEN = (403, 4, "Invalid token")
    NO_DATA = (400, 5, "No data")
    INVALID_FORMAT = (400, 6, "Invalid data format")
    INCORRECT_INDEX = (400, 7, "Incorrect index")
    SERVER_ERROR = (500, 8, "Internal server error")
    EVENT_REQUIRED = (400, 12, "Event field is required")
    EVENT_BLANK = (400, 13, "Event field cannot be blank")
    INDEXED_FIELDS = (400, 15, "Error in handling indexed fields")
    HEALTHY = (200, 17, "HEC is healthy")

    @property
    def text(self) -> str:
        return self.value[2]

    def answer(self, **more: Any) -> Answer:
        status, code, text = self.value
        return Answer.of(status, {"text": text, "code": code, **more})
