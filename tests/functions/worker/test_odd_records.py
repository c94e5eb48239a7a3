"""No record, whatever it holds, keeps the others of its batch from being processed."""

import base64
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.common.clock import Deadline
from functions.events.outcome_events import OutcomeEvents
from functions.idempotency.claims import Claims, Verdicts
from functions.processor.processing import Processing
from functions.worker.attempt import RecordAttempts
from functions.worker.batch import Batch
from functions.worker.records import RecordLog, WorkerRecord
from tests.functions.doubles import FakeClock, LogSink, StubClient
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


def attempts() -> RecordAttempts:
    """With a table that grants every claim, and a bus that takes every event."""
    table: Any = StubClient(put_item=lambda **_: {}, update_item=lambda **_: {})
    bus: Any = StubClient(put_events=lambda Entries: {"Entries": [{"EventId": "id"}] * len(Entries)})
    return RecordAttempts(
        claims=Claims(table, "table", lease_seconds=60, ttl_days=7),
        verdicts=Verdicts(table, "table", ttl_days=7),
        events=OutcomeEvents(bus, "bus"),
        processing=Processing(lambda _: None),
        circuits=(),
        max_receive_count=1,  # so that each failure is announced, too
        clock=FakeClock(),
        log=RecordLog(LogSink().logger),
    )


@given(st.lists(ODD_MESSAGES, max_size=10))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
def test_each_record_fails_by_itself(odd: list[Any]) -> None:
    batch = [as_record(index, message) for index, message in enumerate(odd)]
    records = [WorkerRecord.from_event(record) for record in [*batch, sqs_record(message_id="m-plain")]]
    failed = Batch(attempts(), AMPLE).run(records)
    assert [record.message_id for record in failed] == [f"m{index}" for index in range(len(odd))]
