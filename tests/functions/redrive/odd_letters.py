"""Dead letters that hold anything, and a queue that refuses what SQS refuses."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from hypothesis import strategies as st

from functions.common.sqs_message import MAX_BYTES, size_bytes
from tests.functions.doubles import client_error

# Lone surrogates too: JSON can carry them, UTF-8 cannot.
_TEXT = st.text(st.characters(), max_size=40)
_NUMBERS = st.one_of(
    st.sampled_from(["0", "-1", "1e126", "NaN", "٣", "²", "1_0", " 1", "", "9" * 5_000, "0" * 5_000 + "1"]),
    st.integers().map(str),
    st.integers(4_000, 5_000).map(lambda digits: "7" * digits),
)
_TYPES = st.sampled_from(["String", "Number", "Number.int", "String.odd", "", "Binary"])
_VALUES: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.fixed_dictionaries({"StringValue": st.one_of(_TEXT, _NUMBERS, st.just("x" * MAX_BYTES))}),
    st.fixed_dictionaries({"BinaryValue": st.binary(max_size=40)}),
    st.just({}),
    st.just({"StringValue": None, "StringListValues": []}),
)
_ATTRIBUTES = st.builds(lambda type_, value: {"DataType": type_, **value}, _TYPES, _VALUES)
_NAMES = st.sampled_from(
    [
        "idempotencyKey",
        "errorTypeCandidate",
        "redriveCount",
        "parkedReason",
        "priority",
        "errorType",
        "reason",
    ]
)
_SYSTEM = st.fixed_dictionaries({}, optional={"MessageGroupId": _TEXT, "AWSTraceHeader": _TEXT})

ODD_MESSAGES = st.builds(
    lambda body, attributes, system: {"Body": body, "MessageAttributes": attributes, "Attributes": system},
    st.one_of(_TEXT, st.sampled_from(["[" * 100_000, "9" * 5_000, "x" * MAX_BYTES, "{}", '"\\ud800"'])),
    st.dictionaries(st.one_of(_NAMES, _TEXT), _ATTRIBUTES, max_size=11),
    _SYSTEM,
)
PLAIN = {"Body": "{}", "MessageAttributes": {}, "Attributes": {}}


@dataclass
class OddQueues:
    """SQS with a dead-letter queue that holds `messages`, and what was sent to other queues, by URL.

    It refuses a whole call for one entry that it cannot take, or that entry alone where `by_entry` is set:
    SendMessageBatch knows both answers.
    """

    messages: list[Any]
    by_entry: bool = False
    exceptions: Any = field(
        default_factory=lambda: SimpleNamespace(MessageNotInflight=LookupError), init=False
    )
    waiting: list[Any] = field(init=False)
    sent: dict[str, list[Any]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.waiting = [self._received(index, message) for index, message in enumerate(self.messages)]
        self._unseen: Iterator[Any] = iter(list(self.waiting))

    def receive_message(self, *, MaxNumberOfMessages: int, **asked: Any) -> Any:
        names = asked["MessageSystemAttributeNames"]
        found = [message for _, message in zip(range(MaxNumberOfMessages), self._unseen, strict=False)]
        return {
            "Messages": [
                message | {"Attributes": {k: v for k, v in message["Attributes"].items() if k in names}}
                for message in found
            ]
        }

    def get_queue_attributes(self, **_: Any) -> Any:
        counts = {
            "ApproximateNumberOfMessages": "0",
            "ApproximateNumberOfMessagesNotVisible": str(len(self.waiting)),
        }
        return {"Attributes": counts}

    def send_message_batch(self, *, QueueUrl: str, Entries: list[Any]) -> Any:
        bad = {entry["Id"] for entry in Entries if not _is_sendable(entry)}
        if bad and not self.by_entry:
            raise client_error("InvalidParameterValue")
        if sum(size_bytes(entry["MessageBody"], entry["MessageAttributes"]) for entry in Entries) > MAX_BYTES:
            raise client_error("AWS.SimpleQueueService.BatchRequestTooLong")
        taken = [entry for entry in Entries if entry["Id"] not in bad]
        self.sent.setdefault(QueueUrl, []).extend(taken)
        return {
            "Successful": [{"Id": entry["Id"]} for entry in taken],
            "Failed": [{"Id": id_, "SenderFault": True, "Code": "InvalidParameterValue"} for id_ in bad],
        }

    def delete_message_batch(self, *, Entries: list[Any], **_: Any) -> Any:
        gone = {entry["ReceiptHandle"] for entry in Entries}
        self.waiting = [message for message in self.waiting if message["ReceiptHandle"] not in gone]
        return {"Successful": [{"Id": entry["Id"]} for entry in Entries]}

    def change_message_visibility_batch(self, **_: Any) -> Any:
        return {}

    def change_message_visibility(self, **_: Any) -> Any:
        return {}

    @staticmethod
    def _received(index: int, message: Any) -> Any:
        system = {"SentTimestamp": "0", "ApproximateReceiveCount": "5", **message["Attributes"]}
        return message | {"MessageId": f"m{index}", "ReceiptHandle": f"r{index}", "Attributes": system}


def _is_sendable(entry: Any) -> bool:
    """SQS API reference, SendMessage: characters that XML allows, no empty value, a type for each."""
    system = entry.get("MessageSystemAttributes", {})
    return _is_text(entry["MessageBody"]) and all(
        attribute.get("DataType")
        and (_is_text(attribute.get("StringValue") or "") or attribute.get("BinaryValue"))
        for attribute in [*entry["MessageAttributes"].values(), *system.values()]
    )


def _is_text(text: str) -> bool:
    return bool(text) and not any("\ud800" <= character <= "\udfff" for character in text)
