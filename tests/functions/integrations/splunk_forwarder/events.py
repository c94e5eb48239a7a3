"""What CloudWatch Logs and the retry queue hand to the forwarder."""

import base64
import gzip
import json
from typing import Any

GROUP = "IngestionLab-dev-Functions-WorkerLogs"


def subscription_event(*messages: str, type_: str = "DATA_MESSAGE") -> dict[str, Any]:
    data = {
        "messageType": type_,
        "owner": "000000000000",
        "logGroup": GROUP,
        "logStream": "2026/11/21/[$LATEST]abc",
        "subscriptionFilters": ["splunk"],
        "logEvents": [
            {"id": f"line-{index}", "timestamp": 1_800_000_000_123 + index, "message": message}
            for index, message in enumerate(messages)
        ],
    }
    return {"awslogs": {"data": base64.b64encode(gzip.compress(json.dumps(data).encode())).decode()}}


def retry_event(*bodies: str) -> dict[str, Any]:
    return {
        "Records": [
            {
                "messageId": f"message-{index}",
                "receiptHandle": "handle",
                "body": body,
                "attributes": {"ApproximateReceiveCount": "1"},
                "messageAttributes": {},
            }
            for index, body in enumerate(bodies)
        ]
    }
