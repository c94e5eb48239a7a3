"""Outcome events: tell the bus what became of an event."""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from functions.common.clock import iso8601
from functions.common.error_category import error_category, error_type
from functions.common.errors import EventNotPublished
from functions.ingestion.canonical_json import canonical_json
from functions.ingestion.identity import Identity
from functions.ingestion.outcome_names import FAILURE, SOURCE, SUCCESS
from functions.ingestion.strict_json import JsonObject
from functions.processor.processing import Order

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_events.type_defs import PutEventsRequestEntryTypeDef

_EVENT_ID_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, SOURCE)


# EventBridge API reference, PutEvents, "Entries". All entries of a call together stay far below 256 KB, which
# is its other limit (EventBridge user guide, "Calculating PutEvents event entry size"): the largest has 2 kB.
MAX_ENTRIES = 10


@dataclass(frozen=True)
class Announcement:
    """Success of an event, not sent yet. `now` is seconds since the epoch."""

    identity: Identity
    order: Order
    attempts: int
    now: float

    def detail(self) -> JsonObject:
        detail: JsonObject = {"orderId": self.order.order_id, "amount": self.order.amount}
        return detail if self.order.currency is None else detail | {"currency": self.order.currency}


@dataclass(frozen=True)
class OutcomeEvents:
    """The bus, as the code that processes an event sees it."""

    events: "EventBridgeClient"
    bus_name: str

    def success(self, identity: Identity, order: Order, attempts: int, now: float) -> None:
        """Raises EventNotPublished or botocore's errors: then the record has not succeeded."""
        [refusal] = self.successes([Announcement(identity, order, attempts, now)])
        if refusal is not None:
            raise refusal

    def successes(self, successes: Sequence[Announcement]) -> list[EventNotPublished | None]:
        """Announce up to `MAX_ENTRIES` in one call: for each why the bus refused it, or None.

        Raises botocore's errors if the call as a whole failed: then nothing is known of any of them.
        """
        return self._put(
            [
                self._entry(SUCCESS, each.identity, each.attempts, each.now, each.detail())
                for each in successes
            ]
        )

    def failure(self, identity: Identity, error: Exception, attempts: int, now: float) -> None:
        """Raises EventNotPublished or botocore's errors."""
        detail: JsonObject = {
            "errorType": error_type(error),
            "errorCategory": error_category(error),
        }
        [refusal] = self._put([self._entry(FAILURE, identity, attempts, now, detail)])
        if refusal is not None:
            raise refusal

    def _entry(
        self, detail_type: str, identity: Identity, attempts: int, now: float, detail: JsonObject
    ) -> "PutEventsRequestEntryTypeDef":
        detail |= {
            "eventId": _event_id(detail_type, identity),
            "idempotencyKey": identity.key,
            "checksum": identity.checksum,
            "attempts": Decimal(attempts),
            "occurredAt": iso8601(now),
        }
        return {
            "EventBusName": self.bus_name,
            "Source": SOURCE,
            "DetailType": detail_type,
            "Detail": canonical_json(detail),
        }

    def _put(self, entries: Sequence["PutEventsRequestEntryTypeDef"]) -> list[EventNotPublished | None]:
        """The bus refuses an entry with HTTP status 200, and answers for each in their order."""
        answer = self.events.put_events(Entries=entries)
        return [_refusal(result) for result in answer["Entries"]]


def _refusal(result: Mapping[str, Any]) -> EventNotPublished | None:
    if "ErrorCode" not in result:
        return None
    return EventNotPublished(f"{result['ErrorCode']}: {result.get('ErrorMessage')}")


def _event_id(detail_type: str, identity: Identity) -> str:
    """The same at every repetition: a crash between PutEvents and the verdict sends an event twice, and
    its consumers can tell."""
    name = f"{detail_type}:{identity.key}:{identity.checksum}"
    return str(uuid.uuid5(_EVENT_ID_NAMESPACE, name))
