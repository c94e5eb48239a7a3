"""Undelivered outcomes: outcome events that a target of the bus did not take, which wait in a queue."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ops.lab.app import queue_depth, queue_walk
from ops.lab.app.target import Target

if TYPE_CHECKING:
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef
    from mypy_boto3_sqs.type_defs import MessageTypeDef

QUEUE_OUTPUT = "UndeliveredUrl"  # of the stacks: the URL of that queue


@dataclass(frozen=True)
class UndeliveredOutcome:
    """One event, and why one target did not take it: EventBridge's own words (user guide, eb-rule-dlq).

    `event` is None where the message is no event.
    """

    rule: str
    target: str
    error: str
    message: str
    event: Mapping[str, Any] | None
    receipt_handle: str

    @classmethod
    def of(cls, message: "MessageTypeDef") -> "UndeliveredOutcome":
        attributes = message.get("MessageAttributes", {})

        def text(name: str) -> str:
            return attributes[name].get("StringValue", "") if name in attributes else ""

        return cls(
            rule=text("RULE_ARN").rpartition("/")[2],
            target=text("TARGET_ARN"),
            error=text("ERROR_CODE"),
            message=text("ERROR_MESSAGE"),
            event=_event(message["Body"]),
            receipt_handle=message["ReceiptHandle"],
        )

    @property
    def key(self) -> str:
        """The idempotency key of whose outcome it is; empty where it says none."""
        detail = (self.event or {}).get("detail")
        return str(detail.get("idempotencyKey", "")) if isinstance(detail, Mapping) else ""


@dataclass(frozen=True)
class SentAgain:
    """How many events the bus has taken once more, and how many messages stay, since it did not."""

    sent: int
    left: int


def look(target: Target, most: int) -> list[UndeliveredOutcome]:
    """Up to so many of them; all stay."""
    return [UndeliveredOutcome.of(message) for message in queue_walk.look(target, _url(target), most)]


def send_again(target: Target) -> SentAgain:
    """Put what waits on the bus once more; a message leaves the queue once the bus has taken its event.

    Every rule that matches gets it, so a listener that had it gets it twice, under the same `eventId`. What
    still cannot be delivered comes to the queue anew, and is left there: no more than waited at the beginning
    is sent.
    """
    url = _url(target)
    most = queue_depth.depth(target, url).total
    sent, kept = 0, []
    for messages in queue_walk.batches(target, url) if most else ():
        taken = list(_taken(target, [UndeliveredOutcome.of(message) for message in messages]))
        for outcome in taken:
            target.sqs.delete_message(QueueUrl=url, ReceiptHandle=outcome.receipt_handle)
        gone = {outcome.receipt_handle for outcome in taken}
        kept += [each["ReceiptHandle"] for each in messages if each["ReceiptHandle"] not in gone]
        sent += len(taken)
        if sent + len(kept) >= most:
            break
    queue_walk.give_back(target, url, kept)
    return SentAgain(sent, len(kept))


def _taken(target: Target, outcomes: list[UndeliveredOutcome]) -> Iterator[UndeliveredOutcome]:
    """Those whose event the bus has taken: it may refuse one with HTTP status 200."""
    readable = [outcome for outcome in outcomes if outcome.event is not None]
    if not readable:
        return
    answer = target.events.put_events(Entries=[_entry(target, outcome) for outcome in readable])
    for outcome, result in zip(readable, answer["Entries"], strict=True):
        if "ErrorCode" not in result:
            yield outcome


def _entry(target: Target, outcome: UndeliveredOutcome) -> "PutEventsRequestEntryTypeDef":
    assert outcome.event is not None
    return {
        "EventBusName": target.output("BusName"),
        "Source": outcome.event["source"],
        "DetailType": outcome.event["detail-type"],
        "Detail": json.dumps(outcome.event["detail"]),
    }


def _event(body: str) -> Mapping[str, Any] | None:
    try:
        event = json.loads(body)
    except ValueError:
        return None
    whole = isinstance(event, dict) and {"source", "detail-type", "detail"} <= event.keys()
    return event if whole else None


def _url(target: Target) -> str:
    return target.output(QUEUE_OUTPUT)
