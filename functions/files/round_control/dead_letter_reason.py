"""Reason of a dead letter, made of the error that Step Functions caught."""

import json
import re
from collections.abc import Mapping
from typing import Any

from functions.common.sqs_message import MAX_REASON_CHARACTERS, Attributes, number_attribute, text_attribute

# botocore raises an answer of AWS that it has no class for as a ClientError, of which Step Functions keeps
# the class and the message. The code is in the message (botocore.exceptions.ClientError.MSG_TEMPLATE).
_ANSWER_OF_AWS = "ClientError"
_CODE = re.compile(r"An error occurred \((\S{1,128})\) when calling the ")
# Characters that SQS refuses (SendMessage API reference).
_REFUSED = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def explain(error: Mapping[str, Any], receive_count: int, message_attributes: Attributes) -> dict[str, Any]:
    """`{"errorType", "reason", "messageAttributes"}`: the last are the message's own and these two more.

    `error` is what a Catch gives: `Error`, and `Cause`, which is JSON where a function raised. An answer of
    AWS goes by its code, as in logs and in the files table (`functions.common.error_category.error_type`).
    """
    message = _message(error.get("Cause"))
    error_type = _sendable(_type(error.get("Error"), message)) or "Unknown"
    reason = _sendable(message)[:MAX_REASON_CHARACTERS] or "no reason was given"
    return {
        "errorType": error_type,
        "reason": reason,
        "messageAttributes": {
            **message_attributes,
            "errorType": text_attribute(error_type),
            "reason": text_attribute(reason),
            "receiveCount": number_attribute(receive_count),
        },
    }


def _type(error: object, message: str) -> object:
    code = _CODE.match(message) if error == _ANSWER_OF_AWS else None
    return code[1] if code else error


def _message(cause: object) -> str:
    """The message of the function's exception, or the cause as it is where it is none."""
    try:
        document = json.loads(str(cause or ""))
    except ValueError:
        return str(cause or "")
    message = document.get("errorMessage") if isinstance(document, dict) else None
    return str(message or cause)


def _sendable(text: object) -> str:
    return _REFUSED.sub("\ufffd", str(text or "")).strip()
