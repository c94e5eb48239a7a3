"""No record, whatever it holds, keeps the others of its batch from being processed."""

import base64
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.common.clock import Deadline
from functions.common.errors import InvalidJson
from functions.worker.records import RecordLog, WorkerRecord, process_batch
from tests.functions.doubles import LogSink
from tests.functions.redrive.odd_letters import ODD_MESSAGES
from tests.functions.worker.conftest import sqs_record

AMPLE = Deadline(lambda: 30_000)


def as_record(index: int, message: Any) -> dict[str, Any]:
    """As Lambda hands a message on (Lambda developer guide, "Using Lambda with Amazon SQS")."""
    attributes = {
        name: {
            "dataType": attribute["DataType"],
            "stringListValues": [],
            "binaryListValues": [],
            **({"stringValue": attribute["StringValue"]} if "StringValue" in attribute else {}),
            **(
                {"binaryValue": base64.b64encode(attribute["BinaryValue"]).decode()}
                if "BinaryValue" in attribute
                else {}
            ),
        }
        for name, attribute in message["MessageAttributes"].items()
    }
    plain = sqs_record(message_id=f"m{index}")
    return plain | {
        "body": message["Body"],
        "messageAttributes": attributes,
        "attributes": plain["attributes"] | message["Attributes"],
    }


@given(st.lists(ODD_MESSAGES, max_size=10))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
def test_each_record_fails_by_itself(odd: list[Any]) -> None:
    log = RecordLog(LogSink().logger)

    def run(record: WorkerRecord, _: Deadline) -> bool:
        if record.message_id == "m-plain":
            return True
        log.failed(record, InvalidJson(record.body[:100]), latency_ms=0)
        return False

    batch = [as_record(index, message) for index, message in enumerate(odd)]
    answer = process_batch([*batch, sqs_record(message_id="m-plain")], run, AMPLE, log)
    assert answer == {"batchItemFailures": [{"itemIdentifier": f"m{index}"} for index in range(len(odd))]}
