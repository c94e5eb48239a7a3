"""Outcome events: tell the bus what became of an event."""

import uuid
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from functions.common.clock import iso8601
from functions.common.error_category import error_category, error_type
from functions.common.errors import EventNotPublished
from functions.ingestion.canonical_json import canonical_json
from functions.ingestion.idempotency import Identity
from functions.ingestion.outcome_names import FAILURE, SOURCE, SUCCESS
from functions.ingestion.strict_json import JsonObject
from functions.processor.processing import Order

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient

_EVENT_ID_NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, SOURCE)


@dataclass(frozen=True)
class OutcomeEvents:
    """The bus, as the code that processes an event sees it."""

    events: "EventBridgeClient"
    bus_name: str

    def success(self, identity: Identity, order: Order, attempts: int, now: float) -> None:
        """Raises EventNotPublished or botocore's errors: then the record has not succeeded."""
        detail: JsonObject = {"orderId": order.order_id, "amount": order.amount}
        if order.currency is not None:
            detail["currency"] = order.currency
        self._put(SUCCESS, identity, attempts, now, detail)

    def failure(self, identity: Identity, error: Exception, attempts: int, now: float) -> None:
        """Raises EventNotPublished or botocore's errors."""
        detail: JsonObject = {
            "errorType": error_type(error),
            "errorCategory": error_category(error),
        }
        self._put(FAILURE, identity, attempts, now, detail)

    def _put(
        self, detail_type: str, identity: Identity, attempts: int, now: float, detail: JsonObject
    ) -> None:
        detail |= {
            "eventId": _event_id(detail_type, identity),
            "idempotencyKey": identity.key,
            "checksum": identity.checksum,
            "attempts": Decimal(attempts),
            "occurredAt": iso8601(now),
        }
        answer = self.events.put_events(
            Entries=[
                {
                    "EventBusName": self.bus_name,
                    "Source": SOURCE,
                    "DetailType": detail_type,
                    "Detail": canonical_json(detail),
                }
            ]
        )
        if answer["FailedEntryCount"]:  # with HTTP status 200
            entry = answer["Entries"][0]
            raise EventNotPublished(f"{entry.get('ErrorCode')}: {entry.get('ErrorMessage')}")


def _event_id(detail_type: str, identity: Identity) -> str:
    """The same at every repetition: a crash between PutEvents and the verdict sends an event twice, and
    its consumers can tell."""
    name = f"{detail_type}:{identity.key}:{identity.checksum}"
    return str(uuid.uuid5(_EVENT_ID_NAMESPACE, name))
