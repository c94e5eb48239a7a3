"""Listing of a queue on the emulator: what it holds, without receiving it.

LocalStack's developer endpoint tells it (https://docs.localstack.cloud/aws/services/sqs/, "Developer
endpoints"); receive counts and visibility stay as they are. AWS has nothing like it: there a queue is walked
(`queue_walk`).
"""

import base64
import json
import urllib.request
from typing import TYPE_CHECKING, Any

from ops.lab.app.target import Target
from ops.lab.errors import NotUp, Refused

if TYPE_CHECKING:
    from mypy_boto3_sqs.type_defs import MessageTypeDef

# What an answer is encoded as follows from the request's type; XML could not carry every character of a body.
_JSON = {"Content-Type": "application/x-amz-json-1.0"}
_TIMEOUT_SECONDS = 10.0


def list_messages(target: Target, url: str) -> "list[MessageTypeDef]":
    """Every message of the queue at `url`, also those in flight or delayed, as ReceiveMessage tells them.

    Their receipt handles are of no use. `Attributes` has IsVisible as well, "true" or "false". Raises Refused
    on AWS, NotUp where the emulator does not answer.
    """
    if target.endpoint is None:
        raise Refused("AWS lists no queue: a message is seen by receiving it", hint="lab redrive preview")
    account, name = url.split("/")[-2:]
    listing = f"{target.endpoint}/_aws/sqs/messages/{target.region}/{account}/{name}"
    request = urllib.request.Request(f"{listing}?ShowInvisible=true&ShowDelayed=true", headers=_JSON)
    try:
        with urllib.request.urlopen(request, timeout=_TIMEOUT_SECONDS) as answer:  # nosec B310: loopback
            document = json.load(answer)
    except OSError as error:
        raise NotUp(f"the emulator does not list {name}: {error}", hint="lab status") from error
    return [_with_bytes(message) for message in document.get("Messages") or []]


def _with_bytes(message: dict[str, Any]) -> Any:
    """The message with its binary attributes as bytes, as botocore gives them."""
    attributes = {
        each: {**value, "BinaryValue": base64.b64decode(value["BinaryValue"])}
        if isinstance(value.get("BinaryValue"), str)
        else value
        for each, value in (message.get("MessageAttributes") or {}).items()
    }
    return {**message, "MessageAttributes": attributes}
