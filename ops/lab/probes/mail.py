"""Mail that the emulator delivered. On AWS nobody but the addressee can see it."""

import json
import urllib.request
from datetime import datetime

from ops.lab.target import Target


def delivered(target: Target, since: float, text: str) -> int:
    """How many mails since then (epoch seconds) have `text` in their subject or body.

    LocalStack keeps every mail that its SES sent at /_aws/ses.
    """
    with urllib.request.urlopen(f"{target.endpoint}/_aws/ses", timeout=10) as answer:  # nosec B310
        messages = json.load(answer)["messages"]
    return sum(
        datetime.fromisoformat(message["Timestamp"]).timestamp() >= since and text in json.dumps(message)
        for message in messages
    )
